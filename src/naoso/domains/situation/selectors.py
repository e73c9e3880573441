"""Reads of duties and reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import User, scope_of
from naoso.core.response.models import Incident
from naoso.domains.situation.models import Duty, DutyQuerySet, SituationReport

SHOWN_SLOTS = 4


def duties(user: User) -> DutyQuerySet:
    """Those that a body in scope asks for, and those that ask a body in scope."""
    mine = scope_of(user, "situation.report")
    asked = Q() if mine.everything else Q(bodies__in=_owners(user))
    rows = Duty.objects.filter(scope_of(user, "situation.view").q("owner_id", "") | asked)
    return rows.select_related("owner", "incident").distinct()


def _owners(user: User) -> list[int]:
    scope = scope_of(user, "situation.report")
    return sorted(frozenset().union(*(ids for ids, _units in scope.bindings))) if scope.bindings else []


def bodies_of(user: Account, duty: Duty) -> list[Organisation]:
    """Bodies of the duty that this person may report for."""
    scope = scope_of(user, "situation.report")
    return [body for body in duty.bodies.order_by("name") if scope.admits(body.pk, None)]


@dataclass(frozen=True, slots=True)
class Line:
    """One body: its report for each shown due time (None: missing), and the newest."""

    body: Organisation
    reports: list[SituationReport | None]
    missed: int
    slots: list[datetime]

    @property
    def cells(self) -> list[tuple[datetime, SituationReport | None]]:
        """Each shown due time with its report: a phone names the time beside every cell."""
        return list(zip(self.slots, self.reports, strict=True))

    @property
    def newest(self) -> SituationReport | None:
        """What it said last, of the shown."""
        return next((row for row in self.reports if row is not None), None)


@dataclass(frozen=True, slots=True)
class Board:
    """A duty as the centre reads it: who has reported, who has not, and the sums of the newest figures."""

    duty: Duty
    slots: list[datetime]
    lines: list[Line]

    @property
    def missing(self) -> list[Line]:
        """The silent ones."""
        return [line for line in self.lines if line.missed]

    @property
    def reported(self) -> int:
        """How many have answered the newest due time."""
        return sum(bool(line.reports and line.reports[0]) for line in self.lines)

    @property
    def sums(self) -> list[tuple[dict[str, Any], float, int]]:
        """Figure, sum over the newest report of each body, from how many bodies."""
        found = []
        for figure in self.duty.figures:
            told = [line.newest.value(figure) for line in self.lines if line.newest]
            known = [value for value in told if value is not None]
            found.append((figure, sum(known), len(known)))
        return found


def shown_bodies(user: User, duty: Duty) -> list[Organisation]:
    """All of them to whoever sees what its asker asks; to others those in their own scope alone."""
    scope = scope_of(user, "situation.view")
    bodies = duty.bodies.order_by("name")
    if scope.admits(duty.owner_id, None):
        return list(bodies)
    return [body for body in bodies if scope.admits(body.pk, None)]


def board(user: User, duty: Duty, now: datetime | None = None) -> Board:
    """Three queries, however many bodies; of bodies that this person may see."""
    now = now or timezone.now()
    slots = duty.rhythm.last_slots(now, SHOWN_SLOTS)
    bodies = shown_bodies(user, duty)
    rows = SituationReport.objects.filter(duty=duty, body__in=bodies).select_related("sent_by")
    by_key: dict[tuple[int, datetime], SituationReport] = {}
    last: dict[int, datetime] = {}
    for row in rows:
        row.duty = duty
        by_key[row.body_id, row.slot] = row
        last[row.body_id] = max(row.slot, last.get(row.body_id, row.slot))
    lines = [
        Line(
            body,
            [by_key.get((body.pk, slot)) for slot in slots],
            duty.rhythm.missed(last.get(body.pk), now) if duty.ended_at is None else 0,
            slots,
        )
        for body in bodies
    ]
    return Board(duty, slots, sorted(lines, key=lambda line: (-line.missed, line.body.name)))


def beside(user: User, incident: Incident) -> dict[str, Any] | None:
    """The duties of an incident."""
    rows = list(duties(user).filter(incident=incident))
    return {"boards": [board(user, duty) for duty in rows]} if rows else None
