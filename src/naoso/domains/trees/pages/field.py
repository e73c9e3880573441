"""The inspector on the street: trees that are due near here, one tree, what the phone sends of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from naoso.core.objects.models import CityObject, State
from naoso.core.people.access import account_of, permission_required
from naoso.domains.trees import selectors, services
from naoso.domains.trees.forms import DEFECTS, TARGETS, InspectionForm, problems_of
from naoso.domains.trees.kinds import CLASSES, HEALTH
from naoso.kernel.errors import BadInput, Conflict, FieldError, NotAllowed
from naoso.ui.phone import field_worker, for_one

INSPECT = "trees.inspect"
MOST = 60
AHEAD = dt.timedelta(days=14)
SHAPES = {choice.value: choice.title for choice in CLASSES}


@dataclass(frozen=True, slots=True)
class Task:
    """A tree as a line of the list."""

    tree: CityObject
    lon: str
    lat: str
    due: int
    words: Any


def task_of(tree: CityObject) -> Task:
    """What the phone needs to sort it and to show it."""
    day = dt.date.fromisoformat(tree.data.get("next_inspection") or "2000-01-01")
    return Task(
        tree=tree, lon=f"{tree.shape.x:.6f}", lat=f"{tree.shape.y:.6f}",
        due=int(dt.datetime.combine(day, dt.time(17), timezone.get_current_timezone()).timestamp()),
        words=SHAPES.get(tree.data.get("class", ""), ""),
    )  # fmt: skip


@never_cache
@permission_required(INSPECT)
def field_list(request: HttpRequest) -> HttpResponse:
    """Trees that are due within two weeks; the phone sorts them by distance."""
    account = account_of(request)
    rows = selectors.due(account, until=timezone.localdate() + AHEAD, most=MOST)
    context = {
        "title": _("Trees to inspect"), "tasks": [task_of(row) for row in rows],
            "today": timezone.localdate(),
        "most": MOST if len(rows) == MOST else 0,
    }  # fmt: skip
    return for_one(request, account, "trees/field/list.html", context)


@never_cache
@permission_required(INSPECT)
def field_tree(request: HttpRequest, pk: int) -> HttpResponse:
    """One tree and the form of its inspection."""
    account = account_of(request)
    tree = get_object_or_404(selectors.trees(account, INSPECT).exclude(state=State.REMOVED), pk=pk)
    context = {
        "title": tree.data.get("species", tree.code), "tree": tree, "task": task_of(tree),
        "health": HEALTH, "defects": DEFECTS, "targets": TARGETS,
        "earlier": selectors.inspections_of(account, tree)[:5],
    }  # fmt: skip
    return for_one(request, account, "trees/field/tree.html", context)


@require_POST
@permission_required(INSPECT)
def field_send(request: HttpRequest, pk: int) -> HttpResponse:
    """One inspection from the phone's outbox: 200, or a problem that names field, value and rule."""
    actor = account_of(request)
    if request.POST.get("account") != str(actor.pk):
        return refused(NotAllowed(_("Another account made this on this phone.")))
    tree = selectors.trees(actor, INSPECT).filter(pk=pk).first()
    if tree is None:
        return refused(BadInput.of("tree", pk, "scope", _("You may not inspect this tree any more.")))
    form = InspectionForm(request.POST)
    if not form.is_valid():
        return refused(
            BadInput(*(FieldError(name, value, "valid", words) for name, value, words in problems_of(form)))
        )
    try:
        made = services.inspect(actor=actor, tree=tree, seen=form.seen(), key=form.cleaned_data["key"])
    except (BadInput, Conflict) as error:
        return refused(error)
    return JsonResponse({"inspection": made.pk, "risk": made.risk, "incident": made.incident_number})


def refused(error: BadInput | Conflict | NotAllowed) -> HttpResponse:
    """Problem details."""
    return JsonResponse(error.problem(), status=error.status, content_type="application/problem+json")


@login_not_required
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of these pages."""
    title, back = gettext_noop("Trees to inspect"), gettext_noop("The list")
    return field_worker(request, room=reverse("trees:field"), title=title, back=back)


urlpatterns = [
    path("field/", field_list, name="field"),
    path("field/<int:pk>/", field_tree, name="field_tree"),
    path("field/<int:pk>/send/", field_send, name="field_send"),
    path("field/worker.js", worker, name="field_worker"),
]
