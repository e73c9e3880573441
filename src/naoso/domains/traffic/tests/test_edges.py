"""What nobody should send: refused in words, or passed over; never a fault of ours."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from naoso.core.people.models import AuditEntry
from naoso.domains.traffic.intake import messages
from naoso.domains.traffic.models import Hit, Passage, ReaderFeed
from naoso.domains.traffic.services.eyes import read_lanes
from naoso.domains.traffic.services.hits import decide
from naoso.domains.traffic.services.setup import save_feed
from naoso.domains.traffic.tests import factories as make
from naoso.kernel.errors import BadInput

pytestmark = pytest.mark.django_db
HUGE = "1" + "0" * 30
ASKED = {"text": "20a-123.45", "reason": "patrol", "words": "Kiểm soát trên đường"}


@pytest.fixture
def owner(client: Client, world: SimpleNamespace) -> Client:
    client.force_login(world.owner)
    return client


@pytest.mark.parametrize(
    ("name", "args", "asked", "status"),
    [
        ("flows", (), {"camera": HUGE}, 200), ("flows_chart", (), {"camera": HUGE}, 200),
        ("flows", (), {"camera": "9" * 5000}, 200), ("flows", (), {"camera": "²"}, 200),
        ("junction", (int(HUGE),), {}, 404), ("list", (), {"q": "\0" * 3}, 200),
    ],
)  # fmt: skip
def test_numbers_and_texts_that_no_table_holds(
    owner: Client,
    world: SimpleNamespace,
    name: str,
    args: tuple[int, ...],
    asked: dict[str, str],
    status: int,
) -> None:
    if name == "list":
        args = (make.watch_list(world.department).pk,)
    assert owner.get(reverse(f"traffic:{name}", args=args), asked).status_code == status


@pytest.mark.parametrize("point", [HUGE, "9" * 5000, "²", "x"])
def test_a_check_at_no_point_is_a_check(owner: Client, point: str) -> None:
    assert owner.post(reverse("traffic:check"), ASKED | {"point": point}).status_code == 200


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_counts_of_another_age_are_refused(client: Client, day: str) -> None:
    answer = client.get("/api/v1/traffic/counts", {"start": day})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "start"


def test_a_note_with_a_sign_that_no_text_holds_is_kept(world: SimpleNamespace) -> None:
    make.watch_list(world.department, "20A-123.45")
    make.pass_by(world.source, world.camera)
    hit = decide(actor=world.owner, hit=Hit.objects.get(), state="not_this", note="nhìn\0nhầm")
    hit.refresh_from_db()
    assert hit.note == "nhìn␀nhầm"
    assert AuditEntry.objects.filter(reason="nhìn␀nhầm").exists()


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([{"name": "1", "corners": [[10**400, 0], [1, 1], [0, 1]]}]), "[" * 100_000,
        json.dumps([{"name": "1\0", "corners": [[0, 0], [1, 1], [0, 1]]}]),
    ],
)  # fmt: skip
def test_lanes_that_no_drawing_sends_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read_lanes(text)


@pytest.mark.parametrize(
    "words",
    [["x"], "x", 5, {"a": 1}, {"a": "b\0"}, {"a": {"b": "c"}}, {"a" * 41: "b"}, {"": "b"}, {"a": "b" * 64}],
)
@pytest.mark.parametrize("name", ["cameras", "colours", "directions", "vehicles"])
def test_words_are_texts_for_texts(world: SimpleNamespace, name: str, words: Any) -> None:
    feed = ReaderFeed(name="Hãng A", plate_at="/p", time_at="/t", camera_at="/c", **{name: words})
    with pytest.raises(BadInput) as caught:
        save_feed(actor=world.owner, feed=feed, owner=world.department, code="hang-a")
    assert [(one.field, one.rule) for one in caught.value.errors] == [(name, "words")]
    assert not ReaderFeed.objects.exists()


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [("colours", "white", "trắng"), ("directions", "away", "đi"), ("vehicles", "car", "xe con")],
)
def test_ours_are_words_that_we_know(world: SimpleNamespace, name: str, right: str, wrong: str) -> None:
    feed = ReaderFeed(
        name="Hãng A", plate_at="/p", time_at="/t", camera_at="/c",
        **{name: {"x": wrong}},
    )  # fmt: skip
    with pytest.raises(BadInput) as caught:
        save_feed(actor=world.owner, feed=feed, owner=world.department, code="hang-a")
    assert [(one.field, one.rule) for one in caught.value.errors] == [(name, "choice")]
    setattr(feed, name, {"x": right})
    saved, _secret = save_feed(actor=world.owner, feed=feed, owner=world.department, code="hang-a")
    assert getattr(saved.mapping, name) == {"x": right}


def test_a_long_picture_name_still_fits_when_its_hit_keeps_it(world: SimpleNamespace) -> None:
    make.watch_list(world.department, "20A-123.45")
    longest = f"passages/2026-01-05/{'a' * 126}.jpg"
    assert messages([make.message(world.source, make.told(world.camera, crop=longest))]) == []
    assert Passage.objects.get().crop == longest
    (refused,) = messages([make.message(world.source, make.told(world.camera, crop="passages/x/y.jpg"))])
    assert refused.error.rule == "picture"
