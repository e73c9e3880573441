"""Stored readings against the rules of a domain: one vectorised look, Python only where it matters."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

import numpy as np
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from naoso.core.alerts.models import AlertRule, RuleState
from naoso.core.alerts.rules import Standing, Threshold, assess
from naoso.core.alerts.services import receive
from naoso.core.places.selectors import subtree_ids
from naoso.core.telemetry.batches import StoredBatch
from naoso.core.telemetry.models import Series
from naoso.kernel.findings import Finding, Severity
from naoso.kernel.geometry import LonLat
from naoso.kernel.ids import SubjectRef
from naoso.kernel.units import shown_unit

RULES_LIVE_S = 2.0
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HISTORY = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Watched:
    """A series as a rule needs it: what it measures, whose it is, where it stands."""

    subject: SubjectRef
    name: str
    unit: str
    owner_id: int
    unit_id: int | None
    place: LonLat | None


@dataclass(frozen=True)
class Watch:
    """One rule with the series that it judges; `series_ids` is sorted."""

    rule: AlertRule
    threshold: Threshold
    series_ids: np.ndarray
    series: dict[int, Watched]


class Board:
    """The rules of one domain, read again when they are older than two seconds."""

    def __init__(self, domain: str) -> None:
        self.domain = domain
        self._watches: list[Watch] = []
        self._read_at = float("-inf")
        self._lock = Lock()

    def watches(self) -> list[Watch]:
        """Current rules; the age bound is how long an edit may take to count."""
        with self._lock:
            if time.monotonic() - self._read_at > RULES_LIVE_S:
                self._watches = list(read_watches(self.domain))
                self._read_at = time.monotonic()
            return self._watches


_boards: dict[str, Board] = {}


def judge(batch: StoredBatch, *, domain: str, now: datetime | None = None) -> None:
    """Judge a batch by the domain's rules. Runs in the transaction that stores the batch.

    What a device tells later than HISTORY is kept and drawn, but nobody is called for it.
    """
    batch = since(batch, (now or datetime.now(UTC)) - HISTORY)
    if not len(batch):
        return
    board = _boards.setdefault(domain, Board(domain))
    findings: list[Finding] = []
    for watch in board.watches():
        findings.extend(judge_one(watch, batch))
    if findings:
        receive(findings)


def since(batch: StoredBatch, at: datetime) -> StoredBatch:
    """The rows from that moment on."""
    mask = batch.times >= (at - EPOCH) // timedelta(microseconds=1)
    return StoredBatch(batch.series_ids[mask], batch.times[mask], batch.values[mask])


def judge_one(watch: Watch, batch: StoredBatch) -> Iterable[Finding]:
    """Only rows of subjects that are over the limit here, or were not at rest, are looked at one by one."""
    mine = np.isin(batch.series_ids, watch.series_ids)
    if not mine.any():
        return
    threshold = watch.threshold
    over = batch.values >= threshold.raise_at if threshold.above else batch.values <= threshold.raise_at
    states = {state.subject: state for state in RuleState.objects.filter(rule=watch.rule)}
    restless = [i for i, s in watch.series.items() if str(s.subject) in states]
    restless += np.unique(batch.series_ids[mine & over]).tolist()
    rows = np.flatnonzero(mine & np.isin(batch.series_ids, restless))
    for row in rows[np.argsort(batch.times[rows], kind="stable")]:
        watched = watch.series[int(batch.series_ids[row])]
        at = EPOCH + timedelta(microseconds=int(batch.times[row]))
        finding = step(watch, watched, states, float(batch.values[row]), at)
        if finding is not None:
            yield finding


def step(
    watch: Watch, watched: Watched, states: dict[str, RuleState], value: float, at: datetime
) -> Finding | None:
    """Judge one reading and keep the standing in the table."""
    key = str(watched.subject)
    row = states.get(key)
    before = Standing(row.active, row.over_since, row.judged_at) if row else Standing()
    verdict = assess(before, watch.threshold, value, at)
    after = verdict.standing
    if after == before:
        return None
    if row is None:
        row = states[key] = RuleState(rule=watch.rule, subject=key)
    row.active, row.over_since, row.judged_at = after.active, after.over_since, at
    row.save()
    if verdict.cleared:
        return found(watch, watched, value, at, active=False)
    return found(watch, watched, value, at, active=True) if after.active else None


def found(watch: Watch, watched: Watched, value: float, at: datetime, *, active: bool) -> Finding:
    """Words and facts of a finding."""
    rule = watch.rule
    unit = shown_unit(watched.unit)
    detail = _("Value %(value)s %(unit)s, limit %(limit)s %(unit)s.") % {
        "value": number_format(round(value, 1)),
        "limit": number_format(rule.raise_at),
        "unit": unit,
    }
    return Finding(
        rule=rule.code,
        subject=watched.subject,
        active=active,
        severity=Severity(rule.severity),
        observed_at=at,
        owner_id=watched.owner_id,
        unit_id=watched.unit_id,
        title=f"{rule.title}: {watched.name}",
        detail=detail,
        value=value,
        limit=rule.raise_at,
        quantity=unit,
        place=watched.place,
    )


def threshold_of(rule: AlertRule) -> Threshold:
    """The pure part of a rule."""
    return Threshold(rule.raise_at, rule.clear_at, rule.direction == "above", rule.hold)


def read_watches(domain: str) -> Iterable[Watch]:
    """Enabled rules of a domain with their series."""
    for rule in AlertRule.objects.filter(domain=domain, enabled=True):
        yield watch_of(rule)


def watch_of(rule: AlertRule) -> Watch:
    """A rule with the series of its quantity, in its unit and below."""
    query = Series.objects.filter(enabled=True, thing__domain=rule.domain, property=rule.quantity)
    if rule.unit is not None:
        query = query.filter(thing__unit_id__in=subtree_ids(rule.unit))
    series = {row.pk: watched_of(row) for row in query.select_related("thing")}
    return Watch(rule, threshold_of(rule), np.array(sorted(series), dtype=np.int32), series)


def watched_of(row: Series) -> Watched:
    """The facts of a series that a finding carries."""
    thing = row.thing
    return Watched(
        subject=SubjectRef(thing.domain, thing.kind, str(thing.pk)),
        name=thing.name,
        unit=row.unit,
        owner_id=thing.owner_id,
        unit_id=thing.unit_id,
        place=LonLat(thing.point.x, thing.point.y) if thing.point else None,
    )
