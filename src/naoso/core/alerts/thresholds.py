"""Stored readings against the rules of a domain: one vectorised look, Python only where it matters."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

import numpy as np
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from naoso.core.alerts.models import AlertRule, RuleState
from naoso.core.alerts.rules import Standing, Threshold, assess
from naoso.core.alerts.services import receive
from naoso.core.places.selectors import subtree_ids
from naoso.core.telemetry.batches import StoredBatch
from naoso.core.telemetry.models import LatestValue, Series
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


@dataclass(frozen=True)
class Glance:
    """The nearest limit of every watched series, whatever its rule: what lies within needs no closer look.

    `series_ids` is sorted; `least` and `most` hold the lowest limit from above and the highest from below.
    """

    series_ids: np.ndarray
    least: np.ndarray
    most: np.ndarray

    @classmethod
    def of(cls, watches: list[Watch]) -> Glance:
        """Put the rules' limits side by side."""
        ids = np.unique(np.concatenate([w.series_ids for w in watches] or [np.empty(0, np.int32)]))
        least, most = np.full(len(ids), np.inf), np.full(len(ids), -np.inf)
        for watch in watches:
            at = np.searchsorted(ids, watch.series_ids)
            if watch.threshold.above:
                least[at] = np.minimum(least[at], watch.threshold.raise_at)
            else:
                most[at] = np.maximum(most[at], watch.threshold.raise_at)
        return cls(ids, least, most)

    def over(self, batch: StoredBatch) -> np.ndarray:
        """A mask of the rows beyond a limit of their series."""
        if not len(self.series_ids):
            return np.zeros(len(batch), dtype=bool)
        at = np.minimum(np.searchsorted(self.series_ids, batch.series_ids), len(self.series_ids) - 1)
        beyond = (batch.values >= self.least[at]) | (batch.values <= self.most[at])
        mask: np.ndarray = np.logical_and(beyond, self.series_ids[at] == batch.series_ids)
        return mask


class Board:
    """The rules of one domain, read again when they are older than two seconds."""

    def __init__(self, domain: str) -> None:
        self.domain = domain
        self._watches: list[Watch] = []
        self._glance = Glance.of([])
        self._read_at = float("-inf")
        self._lock = Lock()

    def current(self) -> tuple[list[Watch], Glance]:
        """The rules; the age bound is how long an edit may take to count."""
        with self._lock:
            if time.monotonic() - self._read_at > RULES_LIVE_S:
                self._watches = list(read_watches(self.domain))
                self._glance = Glance.of(self._watches)
                self._read_at = time.monotonic()
            return self._watches, self._glance


_boards: dict[str, Board] = {}


def judge(batch: StoredBatch, *, domain: str, now: datetime | None = None) -> None:
    """Judge a batch by the domain's rules. Runs in the transaction that stores the batch.

    What a device tells later than HISTORY is kept and drawn, but nobody is called for it.
    """
    watches, glance = _boards.setdefault(domain, Board(domain)).current()
    recent = batch.times >= ((now or datetime.now(UTC)) - HISTORY - EPOCH) // timedelta(microseconds=1)
    series_ids = np.unique(batch.series_ids[glance.over(batch) & recent]).tolist() + restless(watches)
    if not series_ids:
        return
    rows = recent & np.isin(batch.series_ids, series_ids)
    if not rows.any():
        return
    closer = in_time(StoredBatch(batch.series_ids[rows], batch.times[rows], batch.values[rows]))
    findings: list[Finding] = []
    for watch in watches:
        findings.extend(judge_one(watch, closer))
    if findings:
        receive(findings)


def in_time(batch: StoredBatch) -> StoredBatch:
    """Without the series of which something newer than all that stands here is known: that came late."""
    last = batch.newest()
    newest = LatestValue.objects.filter(series_id__in=last.series_ids.tolist()).values_list(
        "series_id", "time"
    )
    known = {series_id: (at - EPOCH) // timedelta(microseconds=1) for series_id, at in newest}
    late = [
        series_id
        for series_id, at in zip(last.series_ids.tolist(), last.times.tolist(), strict=True)
        if known.get(series_id, at) > at
    ]
    rows = ~np.isin(batch.series_ids, late)
    return StoredBatch(batch.series_ids[rows], batch.times[rows], batch.values[rows])


def restless(watches: list[Watch]) -> list[int]:
    """Series of the subjects that are over a limit, or were when last judged: one query for all rules."""
    rows = RuleState.objects.filter(
        Q(active=True) | Q(over_since__isnull=False), rule__in=[watch.rule.pk for watch in watches]
    )
    found = set(rows.values_list("rule_id", "subject"))
    if not found:
        return []
    return [i for w in watches for i, s in w.series.items() if (w.rule.pk, str(s.subject)) in found]


def judge_one(watch: Watch, batch: StoredBatch) -> Iterable[Finding]:
    """Reading by reading, in the order of their times."""
    rows = np.flatnonzero(np.isin(batch.series_ids, watch.series_ids))
    if not len(rows):
        return
    states = {state.subject: state for state in RuleState.objects.filter(rule=watch.rule)}
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
    if row is None and after.over_since is None:
        return None  # at rest, and never anything else
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
