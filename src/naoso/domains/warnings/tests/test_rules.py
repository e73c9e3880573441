"""Judgement without a database."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naoso.domains.warnings import rules

NOW = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(0, 400)), max_size=40))
def test_a_bucket_never_gives_more_than_its_pace(asked: list[tuple[float, int]]) -> None:
    bucket, given_out, now = rules.Bucket(100, 100, 0, NOW), 0, NOW
    for wait, wanted in asked:
        now += dt.timedelta(seconds=wait)
        bucket, granted = rules.taken(bucket, wanted, now)
        assert granted <= wanted
        given_out += granted
        assert 0 <= bucket.tokens <= 100
    assert given_out <= 100 * (now - NOW).total_seconds() + 1


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    bucket, granted = rules.taken(rules.Bucket(10, 10, 0, NOW), 5, NOW - dt.timedelta(hours=1))
    assert (granted, bucket.tokens) == (0, 0)


def test_tries_end() -> None:
    waits = [rules.retry_at(n, NOW) for n in range(1, 6)]
    assert waits[0] == NOW + dt.timedelta(seconds=5)
    assert waits[:4] == sorted(one for one in waits[:4] if one)
    assert waits[4] is None


@pytest.mark.parametrize(
    ("actor", "author", "editor", "may"),
    [(1, 1, 2, False), (2, 1, 2, False), (3, 1, 2, True), (3, None, 2, True), (2, None, 2, False)],
)
def test_four_eyes(actor: int, author: int | None, editor: int | None, *, may: bool) -> None:
    assert rules.second_person(actor, author, editor) is may


def test_gaps_are_filled_or_stay_visible() -> None:
    text = "Cháy tại {place} lúc {time}. Gọi {contact} {x!r}"
    assert rules.filled(text, {"place": "chợ {time}", "time": ""}) == (
        "Cháy tại chợ {time} lúc {time}. Gọi {contact} {x!r}"
    )
    assert rules.open_gaps("{place} và {place}") == ["place"]
    assert rules.unknown_gaps("{place} {where}") == ["where"]


def test_a_notification_is_short_and_ends_at_a_word() -> None:
    long = "Di dời " * 100
    assert len(rules.short(long)) <= rules.LONGEST_PUSH
    assert rules.short(long).endswith(" Di…")
    assert rules.short("Di\n dời") == "Di dời"
