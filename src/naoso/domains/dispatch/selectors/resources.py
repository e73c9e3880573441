"""Reads of resources, their assignments, duties and stocks."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Prefetch, QuerySet
from django.shortcuts import get_object_or_404

from naoso.core.people.models import Account
from naoso.core.people.scope import User
from naoso.core.places.models import UNIT_SHAPES
from naoso.domains.dispatch.models import Assignment, Duty, Resource, StockItem
from naoso.domains.dispatch.models.assignments import AssignmentQuerySet
from naoso.domains.dispatch.models.resources import MOVING, ResourceQuerySet
from naoso.domains.dispatch.workflow import ResourceState
from naoso.kernel.text import folded

BOARD_ORDER = (
    ResourceState.PROPOSED,
    ResourceState.ASSIGNED,
    ResourceState.EN_ROUTE,
    ResourceState.ON_SCENE,
    ResourceState.RETURNING,
    ResourceState.AVAILABLE,
    ResourceState.OFF_DUTY,
    ResourceState.OUT_OF_SERVICE,
)
MOST = 500


@dataclass(frozen=True, slots=True)
class Column:
    """One state of the board; `more` stand in it beyond those shown."""

    state: ResourceState
    rows: list[Resource]
    count: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


def visible(user: User) -> ResourceQuerySet:
    """With what a line shows of each."""
    return Resource.objects.visible_to(user).select_related("owner", "unit", "position").defer(*UNIT_SHAPES)


def resource_for(user: User, pk: int) -> Resource:
    """One in scope, or 404."""
    return get_object_or_404(visible(user), pk=pk)


def listed(
    user: User, *, kind: str = "", skill: str = "", text: str = "", state: str = ""
) -> ResourceQuerySet:
    """Filtered; disabled ones come last of all and only in the list."""
    rows = visible(user)
    if kind:
        rows = rows.filter(kind=kind)
    if skill:
        rows = rows.filter(skills__contains=[skill])
    if state:
        rows = rows.filter(state=state)
    if text.strip():
        rows = rows.filter(folded_name__contains=folded(text))
    return rows.order_by("-enabled", "name")


def board(user: User, **filters: str) -> list[Column]:
    """What can be sent, by state."""
    rows = listed(user, **filters).filter(kind__in=MOVING, enabled=True)
    counts = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    found: dict[str, list[Resource]] = {}
    for row in rows.order_by("name").prefetch_related(active_of())[:MOST]:
        found.setdefault(row.state, []).append(row)
    return [Column(state, found.get(state, []), counts.get(state, 0)) for state in BOARD_ORDER]


def active_of() -> Prefetch[str, QuerySet[Assignment], str]:
    """The active assignment of each, as `current`."""
    rows = Assignment.objects.active().select_related("incident")
    return Prefetch("assignments", queryset=rows, to_attr="current")


def assignments(user: User) -> QuerySet[Assignment]:
    """Assignments of resources in scope, with what a line shows."""
    rows = Assignment.objects.visible_to(user)
    return rows.select_related("resource__owner", "resource__position", "incident", "made_by", "assigned_by")


def of_incident(user: User, incident_id: int) -> list[Assignment]:
    """Of one incident: active ones first."""
    rows = list(assignments(user).filter(incident=incident_id).order_by("made_at"))
    return sorted(rows, key=lambda row: not row.is_active)


def duties_of(account: Account) -> QuerySet[Duty]:
    """With what this account is on duty now."""
    rows = Duty.objects.now().filter(account=account)
    return rows.select_related("resource__position", "resource__owner").order_by("taken_at")


def offered_to(account: Account) -> QuerySet[Duty]:
    """What this account is asked to take over."""
    return Duty.objects.offered().filter(account=account).select_related("resource", "offered_by")


def own_assignments(account: Account) -> AssignmentQuerySet:
    """Of the resources that this account is on duty with; scope by duty, not by grant."""
    held = Duty.objects.now().filter(account=account).values("resource_id")
    rows = Assignment.objects.filter(resource__in=held)
    return rows.select_related("resource__position", "incident__kind", "incident__unit").defer(
        "incident__unit__outline", "incident__unit__centre"
    )


def stocks(user: User, text: str = "") -> QuerySet[StockItem]:
    """What there is, of everything, by item."""
    rows = StockItem.objects.visible_to(user).select_related("resource__unit", "resource__owner")
    if text.strip():
        rows = rows.filter(name__icontains=text.strip())
    return rows.order_by("name", "resource__name")


def search(user: User, text: str, limit: int = 8) -> list[dict[str, str]]:
    """Hits for the search over everything."""
    return [
        {
            "title": row.name,
            "detail": f"{row.get_kind_display()} · {row.get_state_display()}",
            "url": f"/dispatch/resources/{row.pk}/",
        }
        for row in listed(user, text=text)[:limit]
    ]
