"""What trackers and phones tell, and what becomes of it."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from naoso.domains.dispatch import live
from naoso.domains.dispatch.intake import positions
from naoso.domains.dispatch.models import ResourcePosition, TrackPoint
from naoso.domains.dispatch.services.positions import forget_tracks, take
from naoso.domains.dispatch.tests.factories import HOME, placed, resource
from naoso.domains.dispatch.workflow import ResourceState
from naoso.kernel.messages import SourceMessage

pytestmark = pytest.mark.django_db


def message(owner_id: int, body: Any, number: int = 1, code: str = "gw") -> SourceMessage:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return SourceMessage(number, 1, code, owner_id, None, payload, timezone.now())


def at(seconds_ago: float = 0) -> str:
    return (timezone.now() - dt.timedelta(seconds=seconds_ago)).isoformat()


def test_the_newest_counts_and_the_same_twice_is_once(cast: SimpleNamespace) -> None:
    row = resource(cast)
    body = {"positions": [
        {"resource": "cc-01", "lon": 105.86, "lat": 21.48, "time": at(60), "speed": 40, "accuracy": 5},
        {"resource": "cc-01", "lon": 105.87, "lat": 21.49, "time": at(5)},
    ]}  # fmt: skip
    for _turn in range(2):
        assert positions([message(cast.department.pk, body)]) == []
    now = ResourcePosition.objects.get(resource=row)
    assert (round(now.point.x, 5), now.source, TrackPoint.objects.count()) == (105.87, "tracker", 2)
    late = {"resource": "cc-01", "lon": 105.9, "lat": 21.5, "time": at(30)}
    assert positions([message(cast.department.pk, late)]) == []
    now.refresh_from_db()
    assert (round(now.point.x, 5), TrackPoint.objects.count()) == (105.87, 3)


@pytest.mark.parametrize(
    ("body", "field", "rule"),
    [
        (b"{", "message", "json"),
        ({"resource": "cc-01", "lon": 0, "lat": 0, "time": 1}, "lon,lat", "null-island"),
        ({"resource": "cc-01", "lon": 205, "lat": 21, "time": 1}, "lon", "range"),
        ({"resource": "nobody", "lon": 105, "lat": 21, "time": "now"}, "resource", "known"),
        ({"resource": "cc-01", "lon": 105, "lat": 21, "time": "later"}, "time", "future"),
        ({"resource": "other", "lon": 105, "lat": 21, "time": "now"}, "resource", "known"),
    ],
)
def test_what_cannot_be_is_refused_by_field_and_rule(
    cast: SimpleNamespace, body: Any, field: str, rule: str
) -> None:
    resource(cast)
    resource(cast, "other", owner=cast.agency)  # of another body: its own trackers alone move it
    if isinstance(body, dict):
        body = body | {"time": {"now": at(), "later": at(-400)}.get(body["time"], body["time"])}
    [refused] = positions([message(cast.department.pk, body)])
    assert (refused.index, refused.error.field, refused.error.rule) == (0, field, rule)
    assert not ResourcePosition.objects.exclude(source="home").exists()


def test_good_ones_of_a_bundle_do_not_wait_for_bad_ones(cast: SimpleNamespace) -> None:
    resource(cast)
    body = [{"resource": "cc-01", "lon": 105.86, "lat": 21.48, "time": at()}, {"lon": "x"}]
    good = message(cast.department.pk, {"lon": 105.87, "lat": 21.48, "time": at()}, 2, code="cc-01")
    [refused] = positions([message(cast.department.pk, body), good])
    assert (refused.index, refused.error.field) == (0, "positions[1].lon")
    assert round(ResourcePosition.objects.get(resource__code="cc-01").point.x, 5) == 105.87


def test_standing_still_is_fresh_but_no_movement(cast: SimpleNamespace) -> None:
    row = resource(cast)
    assert take([placed(row, 105.86, 21.48, ago_s=60)]) == 1
    assert take([placed(row, 105.86005, 21.48, ago_s=20, accuracy_m=8.0)]) == 0
    now = ResourcePosition.objects.get(resource=row)
    assert round(now.point.x, 6) == 105.86
    assert timezone.now() - now.at < dt.timedelta(seconds=25)  # type: ignore[operator]
    assert TrackPoint.objects.count() == 1


def test_home_again_is_available_again(cast: SimpleNamespace) -> None:
    row = resource(cast)
    take([placed(row, 105.88, 21.48, ago_s=60)])
    type(row).objects.filter(pk=row.pk).update(state=ResourceState.RETURNING)
    take([placed(row, 105.87, 21.48, ago_s=30)])
    row.refresh_from_db()
    assert row.state == "returning"
    take([placed(row, HOME.lon + 0.0001, HOME.lat)])
    row.refresh_from_db()
    assert row.state == "available"


def test_tracks_are_forgotten_after_thirty_days(cast: SimpleNamespace) -> None:
    row = resource(cast)
    take([placed(row, 105.86, 21.48)])
    TrackPoint.objects.update(at=timezone.now() - dt.timedelta(days=31))
    assert (forget_tracks(), TrackPoint.objects.count()) == (1, 0)


def test_maps_hear_of_moves_together_once_a_second(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[bytes] = []
    moves = live.Moves()
    wire = SimpleNamespace(connect=lambda _name: SimpleNamespace(send=sent.append))
    monkeypatch.setattr(live, "access", lambda: wire)
    monkeypatch.setattr("naoso.domains.dispatch.services.positions.moves", moves)
    mine, theirs = resource(cast), resource(cast, "b", owner=cast.agency)
    with django_capture_on_commit_callbacks(execute=True):
        take([placed(mine, 105.86, 21.48, ago_s=9), placed(theirs, 105.86, 21.48, ago_s=9)])
    assert sent[0].count(b"PUB live.dispatch.moved ") == 2  # one for each audience
    with django_capture_on_commit_callbacks(execute=True):
        for n in range(3):
            take([placed(mine, 105.87 + n / 100, 21.48, ago_s=5 - n)])
    assert len(sent) == 1
    moves._timer.join(3)  # type: ignore[union-attr]
    assert len(sent) == 2
    assert b'"lon":105.89' in sent[1]
