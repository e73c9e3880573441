"""Where roads meet, and where they do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from naoso.connectors.roads import Road, build, class_of, direction, read
from naoso.kernel.errors import BadInput


def road(*points: tuple[float, float], one_way: int = 0) -> Road:
    return Road(shapely.LineString(points), "", "primary", one_way)


def test_roads_meet_at_a_common_corner_and_where_one_ends_on_another() -> None:
    street = road((105.0, 21.0), (105.01, 21.0), (105.02, 21.0))
    corner, onto = road((105.01, 21.0), (105.01, 21.01)), road((105.015, 21.0), (105.015, 20.99))
    graph = build([street, corner, onto])
    assert (len(graph.nodes), len(graph.segments), graph.largest()) == (6, 5, 6)


def test_ends_a_metre_apart_are_one_and_three_metres_are_two() -> None:
    near = [road((105.0, 21.0), (105.01, 21.0)), road((105.01 + 9e-6, 21.0), (105.02, 21.0))]
    far = [road((105.0, 21.0), (105.01, 21.0)), road((105.01 + 3e-5, 21.0), (105.02, 21.0))]
    assert (len(build(near).nodes), len(build(far).nodes)) == (3, 4)


def test_a_bridge_passes_over_unless_the_file_means_crossings() -> None:
    cross = [road((105.0, 21.0), (105.02, 21.0)), road((105.01, 20.99), (105.01, 21.01))]
    assert build(cross).largest() == 2
    met = build(cross, crossings=True)
    assert (len(met.segments), met.largest()) == (4, 5)


def test_a_loop_keeps_its_round() -> None:
    loop = road((105.0, 21.0), (105.01, 21.0), (105.01, 21.01), (105.0, 21.0))
    graph = build([loop])
    assert [(s.source, s.target, len(s.points)) for s in graph.segments] == [(0, 0, 4)]


@pytest.mark.parametrize(
    ("word", "known"),
    [("primary_link", "primary"), ("Quốc lộ", "trunk"), ("Cấp Tỉnh", "primary"), ("?", "track")],
)
def test_classes(word: str, known: str) -> None:
    assert class_of(word, "track") == known


def test_directions() -> None:
    assert [direction(word) for word in ("yes", "1", "-1", "no", "")] == [1, 1, -1, 0, 0]


def written(folder: Path, **more: Any) -> Path:
    body = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"ten": "QL3", "cap_duong": "Cấp Quốc gia"}, "geometry": None},
        {"type": "Feature", "properties": {"ten": "QL3", "cap_duong": "Cấp Quốc gia"},
         "geometry": {"type": "MultiLineString",
                      "coordinates": [[[105, 21], [105.1, 21]], [[105.1, 21], [105.2, 21]]]}},
    ]} | more  # fmt: skip
    (folder / "r.geojson").write_text(json.dumps(body))
    return folder / "r.geojson"


def test_a_file_of_a_register(tmp_path: Path) -> None:
    roads = read(written(tmp_path))
    assert [(one.name, one.road_class) for one in roads] == [("QL3", "trunk")] * 2
    assert len(build(roads).nodes) == 3


def test_what_is_no_file_of_roads_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.geojson").write_text("{")
    with pytest.raises(BadInput, match="file"):
        read(tmp_path / "x.geojson")
    with pytest.raises(BadInput, match="lines"):
        read(written(tmp_path, features=[]))
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    with pytest.raises(BadInput, match="WGS 84"):
        read(written(tmp_path, crs=crs))
