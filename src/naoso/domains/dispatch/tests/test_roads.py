"""A small town of roads: ways by pgRouting, one-way and closed ones honoured, straight lines without it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.connectors.roads import build, read
from naoso.domains.dispatch.models import RoadClosure, RoadSegment
from naoso.domains.dispatch.selectors import roads
from naoso.domains.dispatch.selectors.nearest import offers
from naoso.domains.dispatch.services import roads as services
from naoso.domains.dispatch.services.graph import load
from naoso.domains.dispatch.tests.factories import incident, resource
from naoso.kernel.errors import BadInput, NotAllowed
from naoso.kernel.geometry import LonLat

pytestmark = pytest.mark.django_db
A, B, C, D = (105.84, 21.47), (105.85, 21.47), (105.85, 21.48), (105.84, 21.48)


def town(folder: Path) -> Path:
    """A square; its southern side leads east only; an island that nothing connects."""
    lines = [
        ("Phố Nam", "primary", "yes", [A, B]), ("Phố Đông", "primary", "no", [B, C]),
        ("Phố Bắc", "residential", "no", [C, D]), ("Phố Tây", "residential", "no", [D, A]),
        ("Đảo", "track", "no", [(105.9, 21.5), (105.91, 21.5)]),
    ]  # fmt: skip
    features = [
        {"type": "Feature", "properties": {"name": name, "highway": kind, "oneway": way},
         "geometry": {"type": "LineString", "coordinates": points}}
        for name, kind, way, points in lines
    ]  # fmt: skip
    file = folder / "town.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


@pytest.fixture
def graph(tmp_path: Path, cast: SimpleNamespace) -> SimpleNamespace:
    if not services.add_pgrouting():
        pytest.skip("pgRouting is not installed beside this PostgreSQL")
    load(graph=build(read(town(tmp_path))), name="town.geojson", day=dt.date(2026, 1, 2))
    return cast


def test_the_graph_is_as_the_file_says(graph: SimpleNamespace) -> None:
    found = roads.graph()
    assert found is not None
    assert (found.segments, found.nodes, found.largest, found.day) == (5, 6, 4, dt.date(2026, 1, 2))
    south = RoadSegment.objects.get(name="Phố Nam")
    assert (south.reverse_cost, round(south.length_m / 10)) == (-1, 104)
    assert south.cost == pytest.approx(south.length_m / (60 / 3.6))


def test_ways_honour_one_way_streets_and_the_island(graph: SimpleNamespace) -> None:
    there = roads.way(LonLat(*A), LonLat(*B))
    back = roads.way(LonLat(*B), LonLat(*A))
    assert there is not None
    assert back is not None
    assert back.length_m > 2.9 * there.length_m
    assert there.geometry["type"] == "LineString"
    seconds = roads.seconds_to(LonLat(*B), {1: LonLat(*A), 2: LonLat(*C), 3: LonLat(105.9, 21.5)})
    assert set(seconds) == {1, 2}
    assert seconds[1] == pytest.approx(there.seconds)


def test_a_closed_road_sends_the_way_around_until_it_is_open(graph: SimpleNamespace) -> None:
    spot = LonLat(105.845, 21.47)
    with pytest.raises(NotAllowed):
        services.close_road(actor=graph.nobody, place=spot, reason="Cây đổ")
    with pytest.raises(BadInput, match="place"):
        services.close_road(actor=graph.owner, place=LonLat(105.845, 21.475), reason="Cây đổ")
    before = roads.seconds_to(LonLat(*B), {1: LonLat(*A)})[1]
    closed = services.close_road(actor=graph.owner, place=spot, reason="Cây đổ")
    assert closed.road == "Phố Nam"
    assert roads.seconds_to(LonLat(*B), {1: LonLat(*A)})[1] > 2 * before
    services.open_road(actor=graph.owner, closure=closed)
    assert roads.seconds_to(LonLat(*B), {1: LonLat(*A)})[1] == before
    soon = timezone.now() + dt.timedelta(hours=1)
    over = services.close_road(actor=graph.owner, place=spot, reason="Ngập", until=soon)
    past = timezone.now() - dt.timedelta(hours=2)
    RoadClosure.objects.filter(pk=over.pk).update(closed_at=past, until=past + dt.timedelta(hours=1))
    assert roads.seconds_to(LonLat(*B), {1: LonLat(*A)})[1] == before


def test_a_closure_outlives_the_graph(graph: SimpleNamespace, tmp_path: Path) -> None:
    closed = services.close_road(actor=graph.owner, place=LonLat(105.845, 21.47), reason="Cây đổ")
    lines = json.loads((tmp_path / "town.geojson").read_text())
    lines["features"].reverse()
    (tmp_path / "town.geojson").write_text(json.dumps(lines))
    load(graph=build(read(tmp_path / "town.geojson")), name="again")
    closed.refresh_from_db()
    assert RoadSegment.objects.get(pk=closed.segment_id).name == "Phố Nam"


def test_offers_say_by_which_way(graph: SimpleNamespace) -> None:
    west, island = resource(graph, "w", place=LonLat(*D)), resource(graph, "i", place=LonLat(105.9, 21.5))
    found = offers(graph.owner, incident(graph, place=LonLat(*B)))
    assert [(o.resource.pk, o.proposal.by) for o in found] == [(west.pk, "road"), (island.pk, "line")]


def test_without_pgrouting_everything_is_a_straight_line(tmp_path: Path, cast: SimpleNamespace) -> None:
    load(graph=build(read(town(tmp_path))), name="town.geojson")
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION IF EXISTS pgrouting")
    resource(cast)
    assert roads.graph() is None
    assert roads.way(LonLat(*A), LonLat(*B)) is None
    assert [o.proposal.by for o in offers(cast.owner, incident(cast))] == ["line"]


def test_the_page_closes_and_opens(graph: SimpleNamespace, client: Client) -> None:
    client.force_login(graph.owner)
    page = reverse("dispatch:roads")
    assert "02/01/2026" in client.get(page).content.decode()
    assert client.post(page, {"reason": "Ngập", "lon": 105.9, "lat": 21.9}).status_code == 422
    assert client.post(page, {"reason": "Ngập", "lon": 105.845, "lat": 21.47}).status_code == 302
    closed = RoadClosure.objects.get()
    assert "Phố Nam" in client.get(page).content.decode()
    client.post(reverse("dispatch:road_open", args=[closed.pk]))
    assert not roads.closures().exists()
