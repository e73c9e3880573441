"""What saw the incident: alerts, reports, callers, devices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from naoso.core.alerts.models import Alert
from naoso.core.people.models import Account
from naoso.core.response.models import EntryKind, Incident, TimelineEntry, Witness


@dataclass(frozen=True, slots=True)
class Testimony:
    """A witness before it is a row: what saw it, in words, where to look, when."""

    subject: str
    title: str
    url: str
    seen_at: datetime


def of_alert(alert: Alert) -> Testimony:
    """An alert as a witness."""
    return Testimony(f"alerts:alert:{alert.pk}", alert.title, f"/alerts/{alert.pk}/", alert.first_at)


def as_told(witness: Witness) -> Testimony:
    """The row as what it tells, for another incident."""
    return Testimony(witness.subject, witness.title, witness.url, witness.seen_at)


def add_all(told: Iterable[tuple[Incident, Testimony]], actor: Account | None) -> list[Witness]:
    """Those that are new to their incident, each with a line of the timeline; four statements at most."""
    wanted = {(incident.pk, testimony.subject): (incident, testimony) for incident, testimony in told}
    if not wanted:
        return []
    ids, subjects = {pk for pk, _subject in wanted}, {subject for _pk, subject in wanted}
    known = set(
        Witness.objects.filter(incident_id__in=ids, subject__in=subjects).values_list(
            "incident_id", "subject"
        )
    )
    fresh = [pair for key, pair in wanted.items() if key not in known]
    rows = Witness.objects.bulk_create(
        Witness(
            incident=incident,
            subject=testimony.subject,
            title=testimony.title[:200],
            url=testimony.url,
            seen_at=testimony.seen_at,
        )
        for incident, testimony in fresh
    )
    TimelineEntry.objects.bulk_create(
        TimelineEntry(incident=incident, actor=actor, kind=EntryKind.WITNESS, text=testimony.title)
        for incident, testimony in fresh
    )
    return rows
