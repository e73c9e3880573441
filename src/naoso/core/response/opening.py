"""Incidents are opened here, one or a whole storm: the number of statements does not grow with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.notify.services import notify_all
from naoso.core.outbox.services import emit_all
from naoso.core.people.audit import recorded
from naoso.core.people.holders import accounts_at
from naoso.core.people.models import Account, Organisation
from naoso.core.response import stages, witnesses
from naoso.core.response.clock import deadline
from naoso.core.response.models import EntryKind, Incident, IncidentKind, TimelineEntry, Witness
from naoso.core.response.timeline import event_of, notice
from naoso.core.response.witnesses import Testimony
from naoso.kernel.geometry import LonLat


@dataclass(frozen=True, slots=True)
class Draft:
    """An incident before it has a number."""

    kind: IncidentKind
    title: str
    severity: int
    owner: Organisation
    description: str = ""
    unit_id: int | None = None
    place: LonLat | None = None
    subject: str = ""
    witnesses: Sequence[Testimony] = field(default_factory=tuple)


def open_all(drafts: Sequence[Draft], actor: Account | None) -> list[Incident]:
    """Each with its deadline, its procedure's steps, its first witnesses; people and pages are told."""
    if not drafts:
        return []
    now = timezone.now()
    with recorded(actor):
        prefetch_related_objects([draft.kind for draft in drafts], "procedure__steps")
        incidents = Incident.objects.bulk_create(
            _row(draft, number, actor, now)
            for draft, number in zip(drafts, next_numbers(now, len(drafts)), strict=True)
        )
        _opened_lines(incidents, actor)
        seen = witnesses.add_all(
            ((row, told) for row, draft in zip(incidents, drafts, strict=True) for told in draft.witnesses),
            actor,
        )
        subjects = subjects_by_incident(seen)
        stages.begin([(row, len(subjects[row.pk])) for row in incidents])
        emit_all(event_of(row, "response.incident_opened", subjects[row.pk]) for row in incidents)
        tell_workers(incidents)
    return incidents


def _row(draft: Draft, number: str, actor: Account | None, now: datetime) -> Incident:
    return Incident(
        number=number,
        kind=draft.kind,
        title=draft.title[:200],
        description=draft.description,
        severity=draft.severity,
        owner=draft.owner,
        unit_id=draft.unit_id,
        point=Point(draft.place.lon, draft.place.lat, srid=4326) if draft.place else None,
        subject=draft.subject,
        opened_at=now,
        opened_by=actor,
        due_at=deadline(draft.kind, now, draft.kind.deadline),
    )


def _opened_lines(incidents: Iterable[Incident], actor: Account | None) -> None:
    TimelineEntry.objects.bulk_create(
        TimelineEntry(
            incident=row,
            actor=actor,
            kind=EntryKind.OPENED,
            text=_("Opened: %(title)s") % {"title": row.title},
        )
        for row in incidents
    )


def next_numbers(now: datetime, count: int) -> list[str]:
    """`2026-000123`: from a sequence, so a rolled-back opening leaves a gap and never a double."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('response_incident_number') FROM generate_series(1, %s)", [count])
        return [f"{timezone.localtime(now):%Y}-{number:06d}" for (number,) in cursor.fetchall()]


def subjects_by_incident(rows: Iterable[Witness]) -> dict[int, list[str]]:
    """Witnesses' subjects, by incident."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        found[row.incident_id].append(row.subject)
    return found


def tell_workers(incidents: Sequence[Incident]) -> None:
    """Whoever may work there hears of each; a severe one that nobody opened is repeated until it is taken."""
    people = accounts_at("response.work", [(row.owner_id, row.unit_id) for row in incidents])
    notify_all(
        notice(row, people[row.owner_id, row.unit_id], insist=row.opened_by_id is None) for row in incidents
    )
