"""The page of an outside body: what was passed on to it, and what it did. The link's token is the key."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from naoso.domains.citizen_reports.models import Forwarding, ForwardingState
from naoso.domains.citizen_reports.rules.words import MOST_LETTERS, without_personal_data
from naoso.domains.citizen_reports.services.progress import seen_there, tell_progress
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.errors import BadInput
from naoso.ui.limits import limited

HOUR = 3600
SOLVED, WORKING = "solved", "working"


class AnswerForm(forms.Form):
    """What they did."""

    status = forms.ChoiceField(
        label=gettext_lazy("How it stands"),
        choices=[
            (WORKING, gettext_lazy("We are at work; this word is for the officers")),
            (SOLVED, gettext_lazy("It is done; these words are the answer to the citizen")),
        ],
        widget=forms.RadioSelect,
        initial=WORKING,
    )
    text = forms.CharField(
        label=gettext_lazy("In words"), max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 5})
    )


def forwarding_of(token: uuid.UUID) -> Forwarding:
    """404 for an unknown token and for what was taken back."""
    rows = Forwarding.objects.select_related("body", "report__category", "report__unit", "report__owner")
    return get_object_or_404(rows.exclude(state=ForwardingState.WITHDRAWN), token=token)


@login_not_required
@never_cache
@limited("outside", most=60, per_s=HOUR)
def outside_answer(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Read it, say how it stands; done is the public answer."""
    row = forwarding_of(token)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        solved = form.cleaned_data["status"] == SOLVED
        try:
            tell_progress(forwarding=row, solved=solved, text=form.cleaned_data["text"])
        except BadInput as error:
            form.add_error(None, error.errors[0].message)
        else:
            messages.success(request, _("Thank you. Your word has arrived."))
            return redirect("citizen_reports:outside_answer", token)
    if request.method == "GET":
        seen_there(forwarding=row)
    context = {
        "title": _("Passed on by %(owner)s") % {"owner": row.report.owner},
        "row": row,
        "text": without_personal_data(row.report.text),
        "photos": row.report.photos.filter(blurred_at__isnull=False).exclude(public_file=""),
        "form": form,
        "open": row.report.state == State.OUTSIDE,
    }
    status = 422 if form.errors else 200
    return render(request, "citizen_reports/outside_answer.html", context, status=status)


@login_not_required
@require_GET
def outside_photo(_request: HttpRequest, token: uuid.UUID, key: uuid.UUID) -> HttpResponseBase:
    """A blurred photo of it."""
    rows = forwarding_of(token).report.photos.filter(blurred_at__isnull=False).exclude(public_file="")
    photo = get_object_or_404(rows, key=key)
    return FileResponse(photo.public_file.open("rb"), content_type="image/jpeg")


urlpatterns = [
    path("outside/<uuid:token>/", outside_answer, name="outside_answer"),
    path("outside/<uuid:token>/<uuid:key>.jpg", outside_photo, name="outside_photo"),
]
