"""Stored readings against rules, with the real series, things and sources."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from naoso.core.alerts import silence, thresholds
from naoso.core.alerts.models import Alert, RuleState
from naoso.core.alerts.selectors import rehearse_rule
from naoso.core.alerts.tests.factories import MINUTE, NOON, batch, rule, station
from naoso.core.registry.models import LastWord, Source, Thing
from naoso.core.telemetry import partitions, store
from naoso.core.telemetry.models import LatestValue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_boards() -> None:
    thresholds._boards.clear()


def judge(one: object) -> None:
    thresholds.judge(one, domain="environment", now=NOON)  # type: ignore[arg-type]


def test_over_the_limit_raises_with_facts(cast: SimpleNamespace) -> None:
    rule(cast)
    thing, series = station(cast)
    judge(batch(series, 100.0, 160.0))
    row = Alert.objects.get()
    assert row.subject == f"environment:air-station:{thing.pk}"
    assert (row.value, row.limit, row.owner, row.unit) == (160.0, 150.0, cast.department, cast.ward)
    assert row.last_at == NOON + MINUTE
    assert "160" in row.detail
    assert "µg/m³" in row.detail


def test_normal_readings_leave_no_trace(cast: SimpleNamespace) -> None:
    rule(cast)
    _thing, series = station(cast)
    judge(batch(series, *[100.0] * 50))
    assert not Alert.objects.exists()
    assert not RuleState.objects.exists()


def test_hysteresis_over_several_batches(cast: SimpleNamespace) -> None:
    rule(cast)
    _thing, series = station(cast)
    for start, value in enumerate([160.0, 140.0, 135.0, 134.0]):
        judge(batch(series, value, start=NOON + start * MINUTE))
        assert Alert.objects.get().active == (value >= 135)


def test_a_rule_for_one_ward_ignores_the_other(cast: SimpleNamespace) -> None:
    rule(cast, unit=cast.other_ward)
    _thing, series = station(cast)
    judge(batch(series, 160.0))
    assert not Alert.objects.exists()


def test_another_domain_and_a_disabled_rule_are_left_alone(cast: SimpleNamespace) -> None:
    rule(cast, enabled=False)
    _thing, series = station(cast)
    thresholds.judge(batch(series, 160.0), domain="environment", now=NOON)
    thresholds.judge(batch(series, 160.0), domain="water", now=NOON)
    assert not Alert.objects.exists()


def test_nobody_is_called_for_history(cast: SimpleNamespace) -> None:
    rule(cast)
    _thing, series = station(cast)
    judge(batch(series, 400.0, start=NOON - thresholds.HISTORY - MINUTE))
    assert not Alert.objects.exists()
    judge(batch(series, 400.0, start=NOON - thresholds.HISTORY))
    assert Alert.objects.get().active


def test_a_late_batch_never_reopens(cast: SimpleNamespace) -> None:
    rule(cast)
    _thing, series = station(cast)
    judge(batch(series, 160.0, 100.0))
    judge(batch(series, 400.0, start=NOON - timedelta(hours=1)))
    row = Alert.objects.get()
    assert not row.active
    assert row.count == 1


def test_what_is_older_than_the_newest_known_raises_nothing(cast: SimpleNamespace) -> None:
    rule(cast)
    _thing, series = station(cast)
    start = NOON
    LatestValue.objects.create(
        series=series, time=start + timedelta(minutes=9), value=20.0, received_at=timezone.now()
    )
    judge(batch(series, 400.0, start=start))
    assert not Alert.objects.exists()
    judge(batch(series, 400.0, start=start + timedelta(minutes=10)))
    assert Alert.objects.get().active


def test_a_rehearsal_counts_what_would_have_been_raised(cast: SimpleNamespace) -> None:
    one = rule(cast)
    _thing, series = station(cast)
    start = timezone.now().replace(microsecond=0) - timedelta(hours=3)
    readings = batch(series, 160.0, 100.0, 170.0, 171.0, 100.0, start=start)
    partitions.ensure({partitions.week_of(start.date()), partitions.week_of(timezone.now().date())})
    store.write(readings.series_ids, readings.times, readings.values)
    result = rehearse_rule(one)
    assert [at for _name, at in result.raised] == [start, start + 2 * MINUTE]
    assert (result.subjects, result.readings) == (1, 5)
    assert not Alert.objects.exists()


def test_silence_is_an_alert_and_a_word_ends_it(cast: SimpleNamespace) -> None:
    station(cast)
    source = Source.objects.get()
    Source.objects.update(secret_changed_at=timezone.now() - timedelta(hours=1))
    assert silence.listen() == 1
    assert Alert.objects.get().active
    assert silence.listen() == 0
    LastWord.objects.update_or_create(source=source, defaults={"at": timezone.now()})
    assert silence.listen() == 1
    assert not Alert.objects.get().active


def test_nobody_was_silent_while_the_centre_slept(cast: SimpleNamespace) -> None:
    station(cast)
    Source.objects.update(secret_changed_at=timezone.now() - timedelta(hours=1))
    assert silence.listen(awake_since=timezone.now() - timedelta(minutes=1)) == 0
    assert silence.listen(awake_since=timezone.now() - timedelta(minutes=30)) == 1


def test_a_disabled_source_may_be_silent(cast: SimpleNamespace) -> None:
    station(cast)
    Source.objects.update(secret_changed_at=timezone.now() - timedelta(hours=1), enabled=False)
    assert silence.listen() == 0


def test_a_station_behind_a_gateway_that_speaks_may_be_silent_itself(cast: SimpleNamespace) -> None:
    thing, series = station(cast)
    now = timezone.now()
    LastWord.objects.update_or_create(source=Source.objects.get(), defaults={"at": now})
    Thing.objects.update(silence_after=timedelta(minutes=15), created_at=now - timedelta(hours=1))
    assert silence.listen() == 1
    row = Alert.objects.get()
    assert (row.rule, row.subject) == (silence.THING_RULE, f"environment:air-station:{thing.pk}")
    assert row.point is not None
    LatestValue.objects.create(series=series, time=now, value=20.0, received_at=now)
    assert silence.listen() == 1
    assert not Alert.objects.get().active
    LatestValue.objects.update(received_at=now - timedelta(minutes=16))
    assert silence.listen(awake_since=now - timedelta(minutes=2)) == 0
    assert silence.listen() == 1


def test_a_silent_source_speaks_for_its_stations(cast: SimpleNamespace) -> None:
    station(cast)
    hour_ago = timezone.now() - timedelta(hours=1)
    Source.objects.update(secret_changed_at=hour_ago)
    Thing.objects.update(silence_after=timedelta(minutes=15), created_at=hour_ago)
    assert silence.listen() == 1
    assert Alert.objects.get().rule == silence.RULE
