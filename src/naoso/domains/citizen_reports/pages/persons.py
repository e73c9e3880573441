"""Requests about personal data: the person's own page, and the screen of those who answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import IO

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.domains.citizen_reports.models import Citizen, PersonRequest, RequestKind
from naoso.domains.citizen_reports.pages.account import own
from naoso.domains.citizen_reports.services import persons
from naoso.kernel.errors import BadInput
from naoso.ui.limits import limited

ANSWER = "citizen_reports.answer_persons"
HOUR = 3600
COPY_GOOD_FOR = timedelta(days=30)
SHOWN = 200


@own
def own_data(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """What one has asked and what came of it."""
    rows = list(PersonRequest.objects.filter(citizen=citizen).order_by("-created_at"))
    context = {"title": _("My data"), "rows": rows, "copy": copy_request(citizen), "kinds": RequestKind}
    return render(request, "citizen_reports/citizen/own_data.html", context)


def copy_request(citizen: Citizen) -> PersonRequest | None:
    """The request that opens the download."""
    rows = PersonRequest.objects.filter(citizen=citizen, kind=RequestKind.EXPORT, refused="")
    return rows.filter(created_at__gte=timezone.now() - COPY_GOOD_FOR).order_by("-created_at").first()


@require_POST
@own
@limited("own-data", most=10, per_s=HOUR)
def own_ask(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """A copy, or erasure."""
    kind = request.POST.get("kind", "")
    if kind not in RequestKind.values:
        messages.error(request, _("Choose what you ask for."))
        return redirect("citizen_reports:own_data")
    persons.ask(citizen=citizen, kind=RequestKind(kind))
    messages.success(request, _("Your request is received."))
    return redirect("citizen_reports:own_data")


@own
@limited("own-copy", most=10, per_s=HOUR, methods=("GET",))
def own_copy(request: HttpRequest, citizen: Citizen) -> HttpResponseBase:
    """The copy, for the one who asked for it and is signed in."""
    row = copy_request(citizen)
    if row is None:
        messages.error(request, _("Ask for a copy first."))
        return redirect("citizen_reports:own_data")
    return as_zip(persons.copy_for(row=row, actor=None))


def as_zip(file: IO[bytes]) -> FileResponse:
    """Never kept by anybody on the way."""
    answer = FileResponse(file, as_attachment=True, filename="du-lieu-ca-nhan.zip")
    answer["Content-Type"] = "application/zip"
    answer["Cache-Control"] = "no-store"
    return answer


@never_cache
@permission_required(ANSWER)
def request_list(request: HttpRequest) -> HttpResponse:
    """Open ones by their deadline, then what was answered."""
    persons.require_everywhere(account_of(request))
    rows = PersonRequest.objects.select_related("done_by", "citizen")
    context = {
        "title": _("Requests about personal data"),
        "open": list(rows.filter(done_at__isnull=True)[:SHOWN]),
        "done": list(rows.filter(done_at__isnull=False).order_by("-done_at")[:SHOWN]),
        "now": timezone.now(),
    }
    return render(request, "citizen_reports/persons.html", context)


@require_POST
@permission_required(ANSWER)
def request_copy(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The copy as a file, for somebody at the counter."""
    row, actor = get_object_or_404(PersonRequest, pk=pk), account_of(request)
    try:
        return as_zip(persons.copy_for(row=row, actor=actor))
    except BadInput as error:
        messages.error(request, error.errors[0].message)
        return redirect("citizen_reports:persons")


@require_POST
@permission_required(ANSWER)
def request_erase(request: HttpRequest, pk: int) -> HttpResponse:
    """The identity goes; this cannot be undone."""
    row, actor = get_object_or_404(PersonRequest, pk=pk), account_of(request)
    return done(request, lambda: persons.erase(row=row, actor=actor))


@require_POST
@permission_required(ANSWER)
def request_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """With a reason that the person reads."""
    row, actor = get_object_or_404(PersonRequest, pk=pk), account_of(request)
    reason = request.POST.get("reason", "")
    return done(request, lambda: persons.refuse(row=row, actor=actor, reason=reason))


def done(request: HttpRequest, verb: Callable[[], None]) -> HttpResponse:
    """Do it and go back to the list."""
    try:
        verb()
    except BadInput as error:
        messages.error(request, error.errors[0].message)
    else:
        messages.success(request, _("Done."))
    return redirect("citizen_reports:persons")


urlpatterns = [
    path("account/data/", own_data, name="own_data"),
    path("account/data/ask/", own_ask, name="own_ask"),
    path("account/data/copy.zip", own_copy, name="own_copy"),
    path("persons/", request_list, name="persons"),
    path("persons/<int:pk>/copy/", request_copy, name="person_copy"),
    path("persons/<int:pk>/erase/", request_erase, name="person_erase"),
    path("persons/<int:pk>/refuse/", request_refuse, name="person_refuse"),
]
