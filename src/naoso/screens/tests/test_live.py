"""The live stream tells each page what it may know, once, and says so when it cannot."""

from __future__ import annotations

import json
from typing import Any

import pytest

from naoso.core.outbox.services import envelope
from naoso.core.people.scope import Held
from naoso.kernel.events import Audience, Event
from naoso.screens.live import hub as hubs
from naoso.screens.live.ears import Ears
from naoso.screens.live.hub import DOWN, RESYNC, Hub, Listener


def ears(
    owner: int, *, unit: int | None = None, permission: str = "alerts.view", every: bool = False
) -> Ears:
    """One grant."""
    units = frozenset({unit}) if unit is not None else None
    return Ears((Held(frozenset({permission}), "", frozenset({owner}), units, every),))


def event(owner: int | None = 1, *, unit: int | None = None, account: int | None = None, n: int = 0) -> bytes:
    """As the relay publishes it."""
    audience = Audience("alerts.view", owner, unit, account)
    return json.dumps(envelope(Event("alerts.alert_raised", {"id": n}, audience))).encode()


@pytest.fixture
def centre() -> Hub:
    """A hub that hears, without a server."""
    made = Hub({})
    made.up = made.was_up = True
    made.born = 0.0
    return made


def heard(listener: Listener) -> list[dict[str, Any]]:
    """The envelopes that wait for a page; control messages are left out."""
    found: list[dict[str, Any]] = []
    while not listener.queue.empty():
        chunk = listener.queue.get_nowait()
        data = [line for line in chunk.decode().splitlines() if line.startswith("data: [")]
        found += [row for line in data for row in json.loads(line.removeprefix("data: "))]
    return found


def waiting(listener: Listener) -> list[bytes]:
    """Raw chunks."""
    return [listener.queue.get_nowait() for _ in range(listener.queue.qsize())]


def last_id(listener: Listener) -> str:
    """The id of the newest chunk with one."""
    ids = [c.split(b"\n")[0][4:].decode() for c in waiting(listener) if c.startswith(b"id: ")]
    return ids[-1]


@pytest.mark.parametrize(
    ("held", "audience", "answer"),
    [
        (ears(1), Audience("alerts.view", 1), True),
        (ears(1), Audience("alerts.view", 2), False),
        (ears(1), Audience("response.view", 1), False),
        (ears(1), Audience("alerts.view", None), False),
        (ears(1, unit=7), Audience("alerts.view", 1, 7), True),
        (ears(1, unit=7), Audience("alerts.view", 1, 8), False),
        (ears(1, unit=7), Audience("alerts.view", 1, None), False),
        (ears(1, every=True), Audience("alerts.view", None), True),
        (ears(1, permission="*"), Audience("anything.view", 1), True),
        (Ears(everything=True), Audience("alerts.view", 99), True),
        (Ears(everything=True), Audience("", account_id=5), False),
        (Ears(), Audience("alerts.view", 1), False),
    ],
)
def test_who_hears_what(held: Ears, audience: Audience, answer: bool) -> None:
    assert held.hear(audience) is answer


def test_a_burst_leaves_as_one_message_for_equal_ears(centre: Hub) -> None:
    one, two, other = centre.join(1, ears(1)), centre.join(2, ears(1)), centre.join(3, ears(2))
    for listener in (one, two, other):
        waiting(listener)
    for n in range(10):
        centre.take(event(1, n=n), durable=True)
    centre.flush()
    chunks = waiting(one)
    assert len(chunks) == 1
    assert waiting(two)[0] is chunks[0]
    assert waiting(other) == []
    assert "audience" not in chunks[0].decode()


def test_a_private_event_reaches_its_account_alone(centre: Hub) -> None:
    mine, theirs = centre.join(1, ears(1)), centre.join(2, ears(1))
    centre.take(event(account=1), durable=True)
    centre.flush()
    assert len(heard(mine)) == 1
    assert heard(theirs) == []


def test_whoever_comes_back_gets_what_was_missed_once(centre: Hub) -> None:
    page = centre.join(1, ears(1))
    centre.take(event(1, n=1), durable=True)
    centre.flush()
    last = last_id(page)
    centre.leave(page)
    centre.take(event(1, n=2), durable=True)
    centre.take(event(2, n=3), durable=True)
    again = centre.join(1, ears(1), last=last)
    centre.flush()
    assert [row["data"]["id"] for row in heard(again)] == [2]


@pytest.mark.parametrize("last", ["another-7", "x", "-", "deadbeef-999999x"])
def test_an_unknown_last_word_means_read_anew(centre: Hub, last: str) -> None:
    assert waiting(centre.join(1, ears(1), last=last)) == [RESYNC]


def test_a_gap_longer_than_the_memory_means_read_anew(centre: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(hubs.REMEMBERED + 10):
        centre.take(event(1, n=n), durable=True)
    assert waiting(centre.join(1, ears(1), last=f"{centre.name}-3")) == [RESYNC]


def test_a_page_hears_what_happened_while_it_was_made(centre: Hub) -> None:
    centre.take(event(1, n=1), durable=True)
    moment = centre.memory[0].heard_at
    assert [row["data"]["id"] for row in heard(centre.join(1, ears(1), since=moment - 1))] == [1]
    assert heard(centre.join(1, ears(1), since=moment + 1)) == []
    centre.born = moment
    assert waiting(centre.join(1, ears(1), since=moment - 1)) == [RESYNC]


def test_a_page_that_does_not_read_is_told_to_begin_anew(centre: Hub) -> None:
    slow = centre.join(1, ears(1))
    for n in range(hubs.QUEUE + 5):
        centre.take(event(1, n=n), durable=True)
        centre.flush()
    chunks = waiting(slow)
    assert RESYNC in chunks
    assert len(chunks) <= hubs.QUEUE


def test_of_a_storm_the_newest_are_told_and_the_page_reads_the_rest(centre: Hub) -> None:
    page = centre.join(1, ears(1))
    waiting(page)
    for n in range(1000):
        centre.take(event(1, n=n), durable=True)
    centre.flush()
    assert page.queue.qsize() == 1
    chunk = page.queue.get_nowait()
    assert chunk.startswith(RESYNC)
    page.queue.put_nowait(chunk)
    assert [row["data"]["id"] for row in heard(page)] == list(range(1000 - hubs.MOST_A_TICK, 1000))


def test_changed_grants_change_what_is_heard(centre: Hub) -> None:
    page = centre.join(1, ears(1))
    waiting(page)
    centre.change(page, ears(2))
    assert waiting(page) == [RESYNC]
    centre.take(event(1), durable=True)
    centre.take(event(2, n=5), durable=True)
    centre.flush()
    assert [row["data"]["id"] for row in heard(page)] == [5]


def test_the_end_of_the_server_is_told_and_so_is_its_return(centre: Hub) -> None:
    page = centre.join(1, ears(1))
    waiting(page)
    centre._turn(up=False)
    centre._turn(up=True)
    assert waiting(page) == [DOWN, RESYNC]


def test_nothing_is_left_behind(centre: Hub) -> None:
    page = centre.join(1, ears(1))
    centre.leave(page)
    assert centre.groups == {}
    assert centre.accounts == {}
