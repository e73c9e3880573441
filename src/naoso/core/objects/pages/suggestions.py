"""Edits that field staff and citizens suggest: looked at, taken over or refused with a word."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from naoso.core.objects.models import ObjectKind, Suggestion
from naoso.core.objects.pages.history import Change
from naoso.core.objects.pages.map_page import NEAR
from naoso.core.objects.pages.showing import NOTHING, in_words
from naoso.core.objects.selectors import seen_fields
from naoso.core.objects.services import suggesting
from naoso.core.objects.services.editing import EDIT
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.models import Account
from naoso.core.people.scope import allowed
from naoso.core.places.models import UNIT_SHAPES
from naoso.kernel.errors import BadInput, Conflict

PAGE = 30
Decision = Suggestion.Decision


class QueueForm(forms.Form):
    """Which suggestions are listed."""

    decision = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=Decision.choices)
    kind = forms.ModelChoiceField(
        ObjectKind.objects.filter(retired=False), label=gettext_lazy("Kind"), required=False,
        to_field_name="slug", empty_label=gettext_lazy("All kinds"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A suggestion with what it would change, in words."""

    suggestion: Suggestion
    changes: list[Change]
    place: str
    may_decide: bool
    outdated: bool
    """Somebody has changed the object since: what stands before is what is there now."""


@permission_required(EDIT)
def queue(request: HttpRequest) -> HttpResponse:
    """Those that wait, the newest first; `?decision=` shows the decided ones."""
    user, form = account_of(request), QueueForm(request.GET or None, initial={"decision": Decision.WAITING})
    chosen = (form.cleaned_data.get("decision") if form.is_valid() else "") or Decision.WAITING
    rows = Suggestion.objects.visible_to(user).filter(decision=chosen)
    if form.is_valid() and form.cleaned_data["kind"]:
        rows = rows.filter(kind=form.cleaned_data["kind"])
    rows = rows.select_related("kind", "object", "owner", "unit", "made_by", "decided_by").defer(*UNIT_SHAPES)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    words = {
        "title": _("Suggested edits"),
        "page": page,
        "filter": form,
        "asked": [asked(row, user) for row in page],
        "waiting": Decision.WAITING,
    }
    return render(request, "objects/suggestions.html", words)


def asked(row: Suggestion, user: Account) -> Asked:
    """Before and after, without the fields that the person may not see."""
    now = row.object.data if row.object else {}
    changes = [
        Change(
            str(field.title), in_words(field, now.get(field.name)), in_words(field, row.changes[field.name])
        )
        for field in seen_fields(row.kind, user)
        if field.name in row.changes
    ]
    middle = row.shape.centroid if row.shape else row.object.shape.centroid if row.object else None
    place = f"{NEAR}/{middle.y:.6f}/{middle.x:.6f}" if middle else NOTHING
    outdated = bool(row.object and row.seen_version and row.object.version > row.seen_version)
    return Asked(row, changes, place, allowed(user, EDIT, row), outdated)


@require_POST
@permission_required(EDIT)
def decide(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """`approve` makes the edit, `refuse` says why not."""
    user = account_of(request)
    row = get_object_or_404(Suggestion.objects.visible_to(user), pk=pk)
    answer = request.POST.get("answer", "")
    deed = {"approve": suggesting.approve, "refuse": suggesting.refuse}[action]
    try:
        deed(actor=user, suggestion=row, answer=answer)
    except (BadInput, Conflict) as error:
        messages.error(request, error.errors[0].message if isinstance(error, BadInput) else str(error))
    else:
        done = {"approve": _("The edit was made."), "refuse": _("The suggestion was refused.")}
        messages.success(request, done[action])
    return redirect("objects:suggestions")


urlpatterns = [
    path("suggestions/", queue, name="suggestions"),
    path("suggestions/<int:pk>/approve/", decide, {"action": "approve"}, name="suggestion_approve"),
    path("suggestions/<int:pk>/refuse/", decide, {"action": "refuse"}, name="suggestion_refuse"),
]
