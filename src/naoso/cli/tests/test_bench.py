"""The benches' arithmetic: what is read off the wire, what counts as told, what is short."""

from __future__ import annotations

import json

import pytest

from naoso.cli.bench.house import cookies_of
from naoso.cli.bench.listeners import Heard, split
from naoso.cli.bench.live import (
    RULE,
    Message,
    first_heard,
    read_heard,
    read_message,
    storm_times,
    tell_delays,
)
from naoso.cli.bench.pages import ASKED, path_of, percentiles
from naoso.cli.bench.report import Report


def envelope(name: str, **data: object) -> dict[str, object]:
    return {"id": "x", "name": name, "at": "2026-01-01T00:00:00+00:00", "data": data}


def message(*envelopes: dict[str, object]) -> str:
    return f"id: ab-1\ndata: {json.dumps(envelopes)}"


def test_whole_messages_are_split_off() -> None:
    assert split(b"event: beat\ndata: {}\n\nid: 1\nda") == ([b"event: beat\ndata: {}"], b"id: 1\nda")
    assert split(b"id: 1\n") == ([], b"id: 1\n")


def test_equal_messages_are_kept_once() -> None:
    heard = Heard()
    for page in range(3):
        heard.note(page, float(page), b"data: []")
    assert len(heard.known) == 1
    assert heard.rows == [(0, 0.0, 0), (1, 1.0, 0), (2, 2.0, 0)]


def test_readings_are_read_with_their_milliseconds() -> None:
    told = envelope(
        "telemetry.observed", readings=[{"series": 7, "time": "2026-01-01T00:00:00.123000+00:00"}]
    )
    assert read_message(message(told)).readings == ((7, 1767225600123),)


def test_only_alerts_of_the_storm_count() -> None:
    mine = envelope("alerts.alert_raised", id=5, subject=f"{RULE}:station:1")
    other = envelope("alerts.alert_raised", id=6, subject="registry:source:1")
    changed = envelope("alerts.alert_changed", id=7, subject=f"{RULE}:station:2")
    assert read_message(message(mine, other, changed)) == Message(alerts=(5,))
    assert read_message("event: resync\ndata: {}").resync
    assert read_message("event: beat\ndata: {}") == Message()


def test_each_page_keeps_its_own_order() -> None:
    written = {"messages": ["event: resync\ndata: {}"], "rows": [(1, 2.0, 0), (1, 3.0, 0)], "ended": [0]}
    heard = read_heard(written, pages=2)
    assert [len(page) for page in heard.pages] == [0, 2]
    assert heard.ended == [0]


def test_the_first_telling_of_a_reading_counts() -> None:
    assert first_heard([(1.0, Message(readings=((7, 5),))), (2.0, Message(readings=((7, 5),)))]) == {
        (7, 5): 1.0
    }


def alerts(*ids: int) -> Message:
    return Message(alerts=ids)


RESYNC = Message(resync=True)
ORDER = {10: 0, 11: 1, 12: 2, 13: 3}


def test_told_by_name() -> None:
    page = [(0.5, alerts(10)), (1.0, alerts(10, 11)), (2.0, alerts(12, 13))]
    assert storm_times(page, ORDER, since=0.9) == ([1.0, 1.0, 2.0, 2.0], [], 0)


def test_what_is_left_out_counts_from_the_last_word_before_the_next_one_told() -> None:
    page = [(1.0, RESYNC), (1.5, RESYNC), (1.5, alerts(12)), (2.0, RESYNC), (2.0, alerts(13))]
    assert storm_times(page, ORDER, since=0.0) == ([1.5, 2.0], [1.5, 1.5], 0)


def test_at_the_end_the_last_word_covers() -> None:
    assert storm_times([(1.0, alerts(10, 11)), (3.0, RESYNC)], ORDER, since=0.0) == (
        [1.0, 1.0],
        [3.0, 3.0],
        0,
    )


def test_without_a_word_it_is_missing() -> None:
    assert storm_times([(1.0, alerts(10, 13))], ORDER, since=0.0) == ([1.0, 1.0], [], 2)


def test_a_word_from_before_an_alert_that_was_told_later_does_not_cover() -> None:
    page = [(1.0, RESYNC), (1.0, alerts(10)), (2.0, alerts(11, 12))]
    assert storm_times(page, ORDER, since=0.0) == ([1.0, 2.0, 2.0], [], 1)


def test_percentiles_are_milliseconds() -> None:
    assert percentiles([0.001 * n for n in range(101)]) == (pytest.approx(50), pytest.approx(95))


def test_nothing_heard_falls_short(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report("live")
    tell_delays(report, "x", [], reach=1.0)
    assert not report.ok


def test_each_question_is_another() -> None:
    paths = {path_of(asked, [4, 5], n) for asked in ASKED if "{" in asked.path for n in (0, 1)}
    assert len(paths) == 2 * sum("{" in asked.path for asked in ASKED)


def test_cookies() -> None:
    assert cookies_of(["csrftoken=ab=; Path=/", "sessionid=xy; HttpOnly"]) == {
        "csrftoken": "ab=",
        "sessionid": "xy",
    }
