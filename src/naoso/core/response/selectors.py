"""Reads of incidents, in the reader's scope."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.measure import D
from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from naoso.core.alerts.models import Alert
from naoso.core.people.models import Account
from naoso.core.places.models import UNIT_SHAPES
from naoso.core.response.models import EntryKind, Incident, IncidentQuerySet, Task, TimelineEntry, Witness
from naoso.core.response.stages import opened
from naoso.core.response.words import Words
from naoso.core.response.workflow import State
from naoso.kernel.text import folded

Reader = Account | AnonymousUser
NEAR_M = 500
HANDOVER_ROWS = 60  # what a shift reads; the list of incidents holds the rest
NEAR_SPAN = timedelta(hours=6)


def visible(user: Reader) -> IncidentQuerySet:
    """With what a list shows of each."""
    rows = Incident.objects.visible_to(user).select_related("kind", "owner", "assignee", "unit")
    return rows.defer(*UNIT_SHAPES)


def incident_for(user: Reader, pk: int) -> Incident:
    """One incident or 404: what is hidden does not exist."""
    return get_object_or_404(visible(user).select_related("merged_into", "opened_by"), pk=pk)


def task_for(user: Reader, pk: int) -> Task:
    """One task of a visible incident or 404."""
    tasks = Task.objects.select_related("incident").filter(incident__in=Incident.objects.visible_to(user))
    return get_object_or_404(tasks, pk=pk)


def listed(user: Reader, *, state: str = "", kind: Any = None, text: str = "") -> IncidentQuerySet:
    """The list: open ones unless asked otherwise, newest first."""
    rows = visible(user)
    if state == "late":
        rows = rows.late()
    elif state == "mine":
        rows = rows.open().filter(assignee_id=user.pk)
    elif state == "closed":
        rows = rows.filter(state=State.CLOSED)
    elif state != "all":
        rows = rows.open()
    if kind:
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.alias(words=Words("number", "title")).filter(words__contains=folded(text))
    return rows


def panel(incident: Incident) -> dict[str, Any]:
    """What the panel shows beside the row itself."""
    return {
        "stages": opened(incident.tasks.select_related("role", "assignee", "done_by", "step")),
        "witnesses": list(incident.witnesses.all()),
        "timeline": list(incident.timeline.select_related("actor")[:100]),
        "near": list(nearby(incident)[:5]),
    }


def nearby(incident: Incident) -> QuerySet[Incident]:
    """Other open incidents close in space and time: the same thing, perhaps."""
    if incident.point is None or not incident.is_open:
        return Incident.objects.none()
    return (
        Incident.objects.open()
        .filter(owner_id=incident.owner_id, opened_at__range=span(incident))
        .filter(point__dwithin=(incident.point, degrees(NEAR_M)))
        .exclude(pk=incident.pk)
    )


def span(incident: Incident) -> tuple[Any, Any]:
    """Around its opening."""
    return incident.opened_at - NEAR_SPAN, incident.opened_at + NEAR_SPAN


def degrees(metres: float) -> float:
    """Metres on the ground → degrees of latitude: a little wider east–west, which does no harm here."""
    return D(m=metres).m / 111_320


def incidents_of_subject(user: Reader, subject: str) -> IncidentQuerySet:
    """Incidents that this alert or report is a witness of."""
    return visible(user).filter(pk__in=Witness.objects.filter(subject=subject).values("incident_id"))


def open_incidents_of(subject: str) -> IncidentQuerySet:
    """The same for the house itself: open ones, whoever may see them."""
    return Incident.objects.open().filter(
        pk__in=Witness.objects.filter(subject=subject).values("incident_id")
    )


def incident_by_alert(alerts: list[Alert]) -> dict[int, Incident]:
    """The newest incident of each alert that has one: one query for a whole feed."""
    subjects = {f"alerts:alert:{alert.pk}": alert.pk for alert in alerts}
    rows = Witness.objects.filter(subject__in=subjects).select_related("incident").order_by("incident_id")
    return {subjects[row.subject]: row.incident for row in rows}


def next_steps(incidents: Iterable[Incident]) -> dict[int, Task]:
    """The step of each that is due first and not done: what a wall counts down. One query."""
    waiting = Task.objects.filter(
        incident__in=[incident.pk for incident in incidents],
        done_at__isnull=True,
        opened_at__isnull=False,
        due_at__isnull=False,
    )
    first = waiting.order_by("incident_id", "due_at", "order").distinct("incident_id")
    return {task.incident_id: task for task in first}


@dataclass(frozen=True, slots=True)
class Counts:
    """What whoever opens the screen must see at once."""

    new: int
    late: int
    open: int
    paused: int


def counts(user: Reader) -> Counts:
    """One query over the open incidents in scope."""
    now = timezone.now()
    row = (
        Incident.objects.visible_to(user)
        .open()
        .aggregate(
            new=Count("pk", filter=Q(state=State.NEW)),
            late=Count("pk", filter=Q(due_at__lt=now) & ~Q(state=State.PAUSED)),
            open=Count("pk"),
            paused=Count("pk", filter=Q(state=State.PAUSED)),
        )
    )
    return Counts(**row)


def handover(user: Reader, hours: int = 12) -> dict[str, Any]:
    """What the next shift must know: open incidents and the notes left for it."""
    since = timezone.now() - timedelta(hours=hours)
    incidents = list(visible(user).open().order_by("due_at")[:HANDOVER_ROWS])
    full = len(incidents) == HANDOVER_ROWS
    return {
        "incidents": incidents,
        "more": counts(user).open - HANDOVER_ROWS if full else 0,
        "notes": TimelineEntry.objects.filter(
            kind=EntryKind.HANDOVER, at__gte=since, incident__in=Incident.objects.visible_to(user)
        ).select_related("incident", "actor"),
        "closed": visible(user).filter(closed_at__gte=since)[: HANDOVER_ROWS // 2],
        "since": since,
    }


def search(user: Reader, text: str, limit: int = 8) -> list[dict[str, str]]:
    """Hits for the search over everything."""
    return [
        {"title": str(row), "detail": row.get_state_display(), "url": f"/incidents/{row.pk}/"}
        for row in listed(user, state="all", text=text)[:limit]
    ]
