"""Each (series, time) once; latest values, means and partitions follow."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from django.db import connection, transaction

from naoso.core.registry.tests.factories import station
from naoso.core.telemetry import partitions, rollups, selectors, store
from naoso.core.telemetry.batches import StoredBatch, moment
from naoso.core.telemetry.models import DailyMean, HourlyMean, RollupDue, Series

from .factories import series, weeks_around

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
NOON_US = int(NOON.timestamp()) * 1_000_000
MINUTE = 60_000_000


@pytest.fixture
def pm25() -> Series:
    weeks_around(NOON.date())
    return series(station())


def write(one: Series, *rows: tuple[int, float]) -> store.Written:
    """Rows of (minutes after noon, value)."""
    with transaction.atomic():
        return store.write(
            np.full(len(rows), one.pk, np.int32),
            np.array([NOON_US + minute * MINUTE for minute, _ in rows], np.int64),
            np.array([value for _, value in rows], np.float64),
        )


def test_new_rows_are_stored_in_order(pm25: Series) -> None:
    written = write(pm25, (2, 7.0), (0, 5.0), (1, 6.0))
    assert written.new.values.tolist() == [5.0, 6.0, 7.0]
    points = selectors.points(pm25.pk, NOON, NOON + dt.timedelta(hours=1))
    assert [(p.time, p.value) for p in points] == [
        (NOON + dt.timedelta(minutes=n), 5.0 + n) for n in range(3)
    ]


def test_a_repeated_batch_changes_nothing(pm25: Series) -> None:
    write(pm25, (0, 5.0), (1, 6.0))
    again = write(pm25, (0, 5.0), (1, 6.0), (2, 7.0), (2, 7.0))
    assert (again.new.values.tolist(), again.repeated, again.clashes) == ([7.0], 3, ())
    assert len(selectors.points(pm25.pk, NOON, NOON + dt.timedelta(hours=1))) == 3


def test_the_first_value_stays_and_the_other_is_told(pm25: Series) -> None:
    write(pm25, (0, 5.0))
    written = write(pm25, (0, 9.0), (1, 6.0), (1, 8.0))
    assert [(clash.value, clash.stored) for clash in written.clashes] == [(8.0, 6.0), (9.0, 5.0)]
    assert [p.value for p in selectors.points(pm25.pk, NOON, NOON + dt.timedelta(hours=1))] == [5.0, 6.0]


def test_latest_value_ignores_late_readings(pm25: Series) -> None:
    write(pm25, (5, 50.0))
    write(pm25, (3, 30.0))
    assert selectors.latest([pm25.pk])[pm25.pk].value == 50.0
    write(pm25, (6, 60.0))
    assert selectors.latest([pm25.pk])[pm25.pk].time == NOON + dt.timedelta(minutes=6)


def test_means_follow_late_readings(pm25: Series) -> None:
    write(pm25, (0, 10.0), (1, 20.0))
    rollups.roll_up()
    assert HourlyMean.objects.get().mean == 15.0
    write(pm25, (2, 60.0), (60, 5.0))
    rollups.roll_up()
    assert list(HourlyMean.objects.order_by("start").values_list("n", "mean", "min", "max")) == [
        (3, 30.0, 10.0, 60.0), (1, 5.0, 5.0, 5.0)
    ]  # fmt: skip
    day = DailyMean.objects.get()
    assert (day.start, day.n, day.mean) == (dt.date(2026, 3, 4), 4, 23.75)
    assert not RollupDue.objects.exists()


def test_a_day_is_that_of_the_centre(pm25: Series) -> None:
    write(pm25, (5 * 60, 1.0))  # 17:00 UTC is midnight in Vietnam
    rollups.roll_up()
    assert DailyMean.objects.get().start == dt.date(2026, 3, 5)


def test_partitions_cluster_and_drop(pm25: Series) -> None:
    write(pm25, (0, 1.0))
    week = partitions.week_of(NOON.date())
    assert partitions.cluster_old(week + partitions.WEEK, at_most=50)[-1] == partitions.name_of(week)
    assert partitions.cluster_old(week + partitions.WEEK) == []
    assert partitions.name_of(week) not in partitions.drop_before(week)
    assert partitions.name_of(week) in partitions.drop_before(week + partitions.WEEK)
    assert selectors.points(pm25.pk, NOON, NOON + dt.timedelta(hours=1)) == []


def test_partition_borders_are_utc_mondays() -> None:
    sunday = dt.datetime(2026, 3, 8, 23, 59, 59, tzinfo=dt.UTC)
    number = partitions.week_number(int(sunday.timestamp() * 1e6))
    assert partitions.monday(number) == dt.date(2026, 3, 2) == partitions.week_of(sunday.date())
    assert partitions.week_number(int(sunday.timestamp() * 1e6) + 1_000_000) == number + 1


def test_a_window_of_all_series_uses_the_brin_index(pm25: Series) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'telemetry_observation'")
        indexes = " ".join(row[0] for row in cursor.fetchall())
    assert 'USING brin ("time")' in indexes
    assert "UNIQUE INDEX" in indexes


def test_newest_of_a_batch() -> None:
    ids, times, values = (
        np.array([1, 1, 2], np.int32),
        np.array([5, 6, 1], np.int64),
        np.array([1.0, 2.0, 3.0]),
    )
    batch = StoredBatch(ids, times, values)
    assert batch.newest().values.tolist() == [2.0, 3.0]
    assert len(batch.of(np.array([9], np.int32)).newest()) == 0
    assert moment(1_500_000).microsecond == 500_000


def test_points_of_many_come_in_order(pm25: Series) -> None:
    write(pm25, (1, 6.0), (0, 5.0), (2, 7.0))
    found = list(selectors.points_of_many([pm25.pk, 0], NOON, NOON + dt.timedelta(minutes=2)))
    assert found == [(pm25.pk, NOON, 5.0), (pm25.pk, NOON + dt.timedelta(minutes=1), 6.0)]
    assert [row[2] for row in selectors.points_of_many([pm25.pk], NOON)] == [5.0, 6.0, 7.0]
    assert list(selectors.points_of_many([], NOON)) == []


def test_means_and_latest_values_for_many(pm25: Series) -> None:
    write(pm25, (0, 10.0), (60, 20.0))
    rollups.roll_up()
    hours = selectors.hourly([pm25.pk], NOON, NOON + dt.timedelta(hours=2))
    assert [(h.start, h.n, h.mean) for h in hours] == [
        (NOON, 1, 10.0), (NOON + dt.timedelta(hours=1), 1, 20.0)
    ]  # fmt: skip
    assert selectors.hourly([pm25.pk], NOON, NOON) == []
    days = selectors.daily([pm25.pk], NOON.date(), NOON.date() + dt.timedelta(days=1))
    assert [(d.start, d.max) for d in days] == [(NOON.date(), 20.0)]
    assert selectors.latest_values([pm25.pk, 0]) == [(pm25.pk, NOON + dt.timedelta(hours=1), 20.0)]
    assert selectors.latest_values([]) == []
