"""Stored readings against the rules of a domain: one vectorised look, Python only where it matters."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock

import numpy as np
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from naoso.core.alerts.models import Alert, AlertRule, Measure, RuleState, StationLevel
from naoso.core.alerts.rules import Standing, Threshold, assess, oldest_within, rises
from naoso.core.alerts.services import take
from naoso.core.places.selectors import subtree_ids
from naoso.core.telemetry.batches import StoredBatch
from naoso.core.telemetry.models import LatestValue, Series
from naoso.core.telemetry.selectors import oldest_since
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
    """One rule with the series that it judges; `series_ids` is sorted.

    `own` holds the limits of the series whose station has a level of its own.
    """

    rule: AlertRule
    threshold: Threshold
    series_ids: np.ndarray
    series: dict[int, Watched]
    own: dict[int, Threshold] = field(default_factory=dict)

    def limit(self, series_id: int) -> Threshold:
        """What counts for this series."""
        return self.own.get(series_id, self.threshold)


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
            limits = np.array([watch.limit(int(i)).raise_at for i in watch.series_ids], np.float64)
            if watch.threshold.above:
                least[at] = np.minimum(least[at], limits)
            else:
                most[at] = np.maximum(most[at], limits)
        return cls(ids, least, most)

    def over(self, batch: StoredBatch) -> np.ndarray:
        """A mask of the rows beyond a limit of their series."""
        if not len(self.series_ids):
            return np.zeros(len(batch), dtype=bool)
        at = np.minimum(np.searchsorted(self.series_ids, batch.series_ids), len(self.series_ids) - 1)
        beyond = (batch.values >= self.least[at]) | (batch.values <= self.most[at])
        mask: np.ndarray = np.logical_and(beyond, self.series_ids[at] == batch.series_ids)
        return mask


@dataclass(frozen=True)
class Panel:
    """Rules that look at the same figures: the values (`window` is None) or their rise over one span."""

    window: timedelta | None
    watches: list[Watch]
    glance: Glance

    def judged(self, fresh: StoredBatch, nervous: list[int]) -> Iterable[Finding]:
        """What the rules say of the readings; `nervous` series are looked at whatever they tell."""
        seen = fresh if self.window is None else climbs(fresh.of(self.glance.series_ids), self.window)
        wanted = np.unique(seen.series_ids[self.glance.over(seen)]).tolist() + nervous
        rows = np.isin(seen.series_ids, wanted)
        if not rows.any():
            return
        closer = in_time(StoredBatch(seen.series_ids[rows], seen.times[rows], seen.values[rows]))
        for watch in self.watches:
            yield from judge_one(watch, closer)


def panels_of(watches: Iterable[Watch]) -> list[Panel]:
    """Sorted by what they look at; those that wait for a forecast are left to their domain."""
    groups: dict[timedelta | None, list[Watch]] = {}
    for watch in watches:
        if watch.rule.measure != Measure.FORECAST:
            rising = watch.rule.measure == Measure.RISE
            groups.setdefault(watch.rule.window if rising else None, []).append(watch)
    return [Panel(window, group, Glance.of(group)) for window, group in groups.items()]


class Board:
    """The rules of one domain, read again when they are older than two seconds."""

    def __init__(self, domain: str) -> None:
        self.domain = domain
        self._panels: list[Panel] = []
        self._read_at = float("-inf")
        self._lock = Lock()

    def current(self) -> list[Panel]:
        """The rules; the age bound is how long an edit may take to count."""
        with self._lock:
            if time.monotonic() - self._read_at > RULES_LIVE_S:
                self._panels = panels_of(read_watches(self.domain))
                self._read_at = time.monotonic()
            return self._panels


_boards: dict[str, Board] = {}


def judge(batch: StoredBatch, *, domain: str, now: datetime | None = None) -> list[Alert]:
    """Judge a batch by the domain's rules: the alerts that it raised, for those who answer to them.

    Runs in the transaction that stores the batch. What a device tells later than HISTORY is kept and
    drawn, but nobody is called for it.
    """
    panels = _boards.setdefault(domain, Board(domain)).current()
    recent = batch.times >= ((now or datetime.now(UTC)) - HISTORY - EPOCH) // timedelta(microseconds=1)
    if not panels or not recent.any():
        return []
    fresh = StoredBatch(batch.series_ids[recent], batch.times[recent], batch.values[recent])
    nervous = restless([watch for panel in panels for watch in panel.watches])
    findings = [finding for panel in panels for finding in panel.judged(fresh, nervous)]
    return take(findings).raised if findings else []


def climbs(batch: StoredBatch, window: timedelta) -> StoredBatch:
    """The same readings as rises per hour, against what is stored and what came with them: one query."""
    if not len(batch):
        return batch
    oldest = oldest_within(batch.series_ids, batch.times, window)
    before, then = batch.times[oldest], batch.values[oldest]
    stored_at, stored = oldest_since(batch.series_ids, batch.times, window)
    older = (stored_at > 0) & (stored_at < before)
    before, then = np.where(older, stored_at, before), np.where(older, stored, then)
    rates = rises(batch.times, batch.values, before, then, window)
    told = np.isfinite(rates)
    return StoredBatch(batch.series_ids[told], batch.times[told], rates[told])


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
        at = EPOCH + timedelta(microseconds=int(batch.times[row]))
        finding = step(watch, int(batch.series_ids[row]), states, float(batch.values[row]), at)
        if finding is not None:
            yield finding


def step(
    watch: Watch, series_id: int, states: dict[str, RuleState], value: float, at: datetime
) -> Finding | None:
    """Judge one reading and keep the standing in the table."""
    key = str(watch.series[series_id].subject)
    row = states.get(key)
    before = Standing(row.active, row.over_since, row.judged_at) if row else Standing()
    verdict = assess(before, watch.limit(series_id), value, at)
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
        return found(watch, series_id, value, at, active=False)
    return found(watch, series_id, value, at, active=True) if after.active else None


def found(watch: Watch, series_id: int, value: float, at: datetime, *, active: bool) -> Finding:
    """Words and facts of a finding."""
    rule, watched, limit = watch.rule, watch.series[series_id], watch.limit(series_id).raise_at
    rising = rule.measure == Measure.RISE
    unit = f"{shown_unit(watched.unit)}/h" if rising else shown_unit(watched.unit)
    words = {
        Measure.VALUE: _("Value %(value)s %(unit)s, limit %(limit)s %(unit)s."),
        Measure.RISE: _("Rises by %(value)s %(unit)s, limit %(limit)s %(unit)s."),
        Measure.FORECAST: _("Forecast %(value)s %(unit)s, limit %(limit)s %(unit)s."),
    }
    detail = words[Measure(rule.measure)] % {
        "value": number_format(round(value, 2)),
        "limit": number_format(limit),
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
        limit=limit,
        quantity=unit,
        place=watched.place,
    )


def threshold_of(rule: AlertRule, level: StationLevel | None = None) -> Threshold:
    """The pure part of a rule, with a station's own limits where it has some."""
    limits = level or rule
    return Threshold(limits.raise_at, limits.clear_at, rule.direction == "above", rule.hold)


def read_watches(domain: str) -> Iterable[Watch]:
    """Enabled rules of a domain with their series."""
    for rule in AlertRule.objects.filter(domain=domain, enabled=True):
        yield watch_of(rule)


def watch_of(rule: AlertRule) -> Watch:
    """A rule with the series of its quantity, in its unit and below."""
    query = Series.objects.filter(enabled=True, thing__domain=rule.domain, property=rule.quantity)
    if rule.unit is not None:
        query = query.filter(thing__unit_id__in=subtree_ids(rule.unit))
    rows = list(query.select_related("thing"))
    levels = {level.station_id: level for level in rule.levels.all()} if rule.pk else {}
    own = {row.pk: threshold_of(rule, levels[row.thing_id]) for row in rows if row.thing_id in levels}
    series = {row.pk: watched_of(row) for row in rows}
    return Watch(rule, threshold_of(rule), np.array(sorted(series), dtype=np.int32), series, own)


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
