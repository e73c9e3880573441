"""One premises: facts, contacts, plans, detectors, alarms, statistics; the crew's sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import note_read
from naoso.core.people.models import Account
from naoso.core.people.scope import allowed
from naoso.domains.fire import panel, selectors
from naoso.domains.fire.forms import (
    ContactForm,
    DetectorsForm,
    PaperForm,
    PlanForm,
    SuspendForm,
    TankForm,
    TransmitterForm,
    ZoneForm,
)
from naoso.domains.fire.models import MirrorFeed, Premises
from naoso.domains.fire.rules import CONTACTS_WANTED
from naoso.domains.fire.services.suspending import PERMISSIONS
from naoso.domains.fire.workflow import MOVES, Standing

PAGE = 50
VIEW = "fire.view"
TABS = (
    ("facts", gettext_lazy("Facts"), "building"),
    ("contacts", gettext_lazy("Contacts"), "address-book"),
    ("plans", gettext_lazy("Plans and papers"), "map-2"),
    ("detectors", gettext_lazy("Detectors"), "antenna"),
    ("alarms", gettext_lazy("Alarms"), "bell-ringing"),
    ("statistics", gettext_lazy("Statistics"), "chart-bar"),
)
Forms = dict[str, forms.Form]


def premises_for(request: HttpRequest, pk: int, permission: str = VIEW) -> Any:
    """In scope, or 404; with its worst state."""
    rows = selectors.premises(request.user, permission).annotate(worst=selectors.worst())
    return get_object_or_404(rows, pk=pk)


@permission_required(VIEW)
def premises(request: HttpRequest, pk: int) -> HttpResponse:
    """The page, at one of its tabs."""
    return shown(request, premises_for(request, pk), request.GET.get("tab", "facts"))


def shown(request: HttpRequest, row: Any, tab: str, bound: Forms | None = None, **more: Any) -> HttpResponse:
    """A tab; forms that were refused come back with what is wrong."""
    tab = tab if tab in CONTENT else "facts"
    actor = account_of(request)
    may = allowed(actor, "fire.manage", row)
    context = {
        "title": row.name, "premises": row, "tab": tab, "tabs": TABS, "may_manage": may,
        "crumbs": [(_("Listed premises"), reverse("fire:list")), (row.name, "")],
        "suspensions": row.suspensions.filter(ended_at=None).shown(),
        "open_alarm": row.alarms.filter(ended_at=None, in_test=False).first(),
        **CONTENT[tab](request, row), **more,
    }  # fmt: skip
    if may:
        context |= EMPTY.get(tab, lambda _row: {})(row)
    context |= bound or {}
    return render(request, "fire/premises.html", context, status=422 if bound else 200)


def facts(request: HttpRequest, row: Any) -> dict[str, Any]:
    """What it is, water, the next steps of its standing."""
    moves = [(move.value, move.label) for move in sorted(MOVES[Standing(row.standing)])]
    return {
        "tanks": row.tanks.all(), "hydrants": selectors.hydrants_near(account_of(request), row.point),
        "moves": moves,
    }  # fmt: skip


def contacts(request: HttpRequest, row: Any) -> dict[str, Any]:
    """Who is called; reading it leaves a trail."""
    note_read(account_of(request), str(row.subject), "contacts")
    rows = list(row.contacts.all())
    return {"contacts": rows, "too_few": sum(c.active for c in rows) < CONTACTS_WANTED}


def plans(request: HttpRequest, row: Any) -> dict[str, Any]:
    """Pictures with their zones, papers."""
    about = panel.about(account_of(request), row)
    return {"plans": about["plans"], "papers": about["papers"]}


def detectors(request: HttpRequest, row: Any) -> dict[str, Any]:
    """Transmitters, zones, what hangs there, what is suspended."""
    kinds = kinds_of(account_of(request), row)
    return {
        "transmitters": row.transmitters.select_related("source"),
        "zones": row.zones.prefetch_related("detectors").select_related("plan"),
        "suspend_form": SuspendForm(premises=row, kinds=kinds) if kinds else None, "kinds": kinds,
        "past_suspensions": row.suspensions.exclude(ended_at=None).shown()[:10],
    }  # fmt: skip


def kinds_of(actor: Account, row: Premises) -> list[str]:
    """Which suspensions this person may set here."""
    return [str(kind.value) for kind, permission in PERMISSIONS.items() if allowed(actor, permission, row)]


def alarms(request: HttpRequest, row: Any) -> dict[str, Any]:
    """Alarms, and word for word what came."""
    page = Paginator(selectors.words_of(row), PAGE).get_page(request.GET.get("page"))
    return {"alarms": row.alarms.all()[:20], "page": page, "mirrors": owners_of_mirrors()}


def owners_of_mirrors() -> dict[int, str]:
    """Who owns what is mirrored, by source."""
    return dict(MirrorFeed.objects.values_list("source_id", "owned_by"))


def statistics(request: HttpRequest, row: Any) -> dict[str, Any]:  # noqa: ARG001 - every tab is asked alike
    """A year of it."""
    now = timezone.now()
    return {"months": selectors.months_of(row, now), "rates": selectors.detector_rates(row, now)}


CONTENT: dict[str, Callable[[HttpRequest, Any], dict[str, Any]]] = {
    "facts": facts, "contacts": contacts, "plans": plans, "detectors": detectors, "alarms": alarms,
    "statistics": statistics,
}  # fmt: skip
EMPTY: dict[str, Callable[[Any], Forms]] = {
    "facts": lambda _row: {"tank_form": TankForm()},
    "contacts": lambda _row: {"contact_form": ContactForm()},
    "plans": lambda _row: {"plan_form": PlanForm(), "paper_form": PaperForm()},
    "detectors": lambda row: {
        "transmitter_form": TransmitterForm(), "zone_form": ZoneForm(premises=row),
        "detectors_form": DetectorsForm(premises=row),
    },
}  # fmt: skip


@permission_required(VIEW)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """On paper for the crew: everything of the panel, without buttons."""
    row = premises_for(request, pk)
    note_read(account_of(request), str(row.subject), "sheet")
    context = panel.about(account_of(request), row) | {"title": row.name, "sheet": True}
    return render(request, "fire/sheet.html", context)


urlpatterns = [
    path("<int:pk>/", premises, name="premises"),
    path("<int:pk>/sheet/", sheet, name="sheet"),
]
