"""Roads of a file (GeoJSON, GeoPackage, Shapefile) → a graph of nodes and segments.

Roads meet where they share a corner, and where one ends on another (within the tolerance); lines that only
cross pass over each other, as OpenStreetMap means it, unless `crossings` says that they meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, floor, radians
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataSourceError

from naoso.kernel.errors import BadInput
from naoso.kernel.text import folded

METRES = 111_320.0
# OpenStreetMap's values and the words of Vietnamese road registers, without tone marks
CLASSES = {
    "motorway": "motorway", "cao toc": "motorway", "trunk": "trunk", "quoc lo": "trunk",
    "cap quoc gia": "trunk",
    "primary": "primary", "tinh lo": "primary", "duong tinh": "primary", "cap tinh": "primary",
    "secondary": "secondary", "cap huyen": "secondary", "tertiary": "tertiary", "cap xa": "tertiary",
    "unclassified": "tertiary", "residential": "residential",
    "living_street": "residential", "service": "residential", "track": "track", "path": "track",
}  # fmt: skip
CLASS_FIELDS = ("highway", "fclass", "road_class", "class", "type", "cap_duong", "loai_duong", "loai")
NAME_FIELDS = ("name", "ten", "ref", "road_name", "layer")
ONE_WAY_FIELDS = ("oneway", "one_way", "mot_chieu")
FORWARD, BACKWARD = {"yes", "true", "1", "f"}, {"-1", "reverse", "b"}


Corners = Sequence[tuple[int, tuple[float, float]]]
"""Corners of a road with the numbers of their nodes."""


@dataclass(frozen=True, slots=True)
class Road:
    """One line as the file tells it; `one_way` is 1 along the line, -1 against it, 0 both."""

    line: Any
    name: str
    road_class: str
    one_way: int


@dataclass(frozen=True, slots=True)
class Segment:
    """Between two nodes; `points` are longitude and latitude from source to target."""

    source: int
    target: int
    road: Road
    points: Sequence[tuple[float, float]]


@dataclass(slots=True)
class Graph:
    """Nodes by their number, segments between them."""

    nodes: list[tuple[float, float]] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)

    def largest(self) -> int:
        """How many nodes the largest connected part has, directions aside."""
        parent = list(range(len(self.nodes)))

        def top(one: int) -> int:
            while parent[one] != one:
                parent[one] = parent[parent[one]]
                one = parent[one]
            return one

        for segment in self.segments:
            parent[top(segment.source)] = top(segment.target)
        counts = np.bincount([top(one) for one in range(len(parent))]) if parent else [0]
        return int(max(counts))


def read(path: Path, layer: str = "", default_class: str = "tertiary") -> list[Road]:
    """The lines of a file in WGS 84; raises BadInput where there are none, or no coordinate system."""
    try:
        meta, _fids, shapes, columns = pyogrio.raw.read(path, layer=layer or None)
    except (DataSourceError, ValueError) as error:
        raise BadInput.of(
            "file", path.name, "format", f"no file of lines that can be read: {error}"
        ) from error
    names = [str(name).casefold() for name in meta["fields"]]
    lines = shapely.force_2d(shapely.from_wkb(shapes, on_invalid="ignore"))
    if meta["crs"] not in {"EPSG:4326", "OGC:CRS84"}:
        raise BadInput.of("crs", str(meta["crs"]), "wgs84", "roads come in WGS 84 (EPSG:4326)")
    table = dict(zip(names, columns, strict=True))
    roads = []
    for number, shape in enumerate(lines):
        if shape is None or shape.is_empty:
            continue
        said = {name: _word(column[number]) for name, column in table.items()}
        name = _first(said, NAME_FIELDS)[:120]
        road_class = class_of(_first(said, CLASS_FIELDS), default_class)
        one_way = direction(_first(said, ONE_WAY_FIELDS))
        parts = [p for p in shapely.get_parts(shape) if p.geom_type == "LineString" and p.length > 0]
        roads += [Road(part, name, road_class, one_way) for part in parts]
    if not roads:
        raise BadInput.of("file", path.name, "lines", "there are no lines in it")
    return roads


def _word(value: Any) -> str:
    return "" if value is None or (isinstance(value, float) and np.isnan(value)) else str(value).strip()


def _first(said: dict[str, str], names: Iterable[str]) -> str:
    return next((said[name] for name in names if said.get(name)), "")


def class_of(word: str, default: str) -> str:
    """`highway=primary_link` → primary; a class that nobody knows is the default."""
    bare = folded(word).removesuffix("_link")
    return CLASSES.get(bare, default)


def direction(word: str) -> int:
    """OpenStreetMap's and common other ways to say one-way."""
    bare = word.casefold()
    return 1 if bare in FORWARD else -1 if bare in BACKWARD else 0


class Nodes:
    """Corners nearer than the tolerance are one node."""

    def __init__(self, tolerance_m: float) -> None:
        self.places: list[tuple[float, float]] = []
        self._step = max(tolerance_m, 0.1) / METRES
        self._cells: dict[tuple[int, int], list[int]] = {}

    def at(self, lon: float, lat: float) -> int:
        """The number of the node here, made where there is none."""
        column, row = floor(lon / self._step), floor(lat / self._step)
        squeeze = cos(radians(lat))
        for x in (column - 1, column, column + 1):
            for y in (row - 1, row, row + 1):
                for number in self._cells.get((x, y), ()):
                    other = self.places[number]
                    away = ((lon - other[0]) * squeeze) ** 2 + (lat - other[1]) ** 2
                    if away <= self._step**2:
                        return number
        self.places.append((lon, lat))
        self._cells.setdefault((column, row), []).append(len(self.places) - 1)
        return len(self.places) - 1


def build(roads: Sequence[Road], *, tolerance_m: float = 2.0, crossings: bool = False) -> Graph:
    """Cut every road where others meet it."""
    nodes = Nodes(tolerance_m)
    cut = with_joints(roads, tolerance_m, crossings=crossings)
    uses: dict[int, int] = {}
    paths: list[Corners] = []
    for line in cut:
        path: Corners = [(nodes.at(lon, lat), (lon, lat)) for lon, lat in line]
        paths.append(path)
        for place, (number, _point) in enumerate(path):
            uses[number] = uses.get(number, 0) + (2 if place in {0, len(path) - 1} else 1)
    graph = Graph()
    renamed: dict[int, int] = {}
    for road, path in zip(roads, paths, strict=True):
        for piece in pieces(path, uses):
            source, target = (
                renamed.setdefault(number, len(renamed)) for number in (piece[0][0], piece[-1][0])
            )
            graph.segments.append(Segment(source, target, road, [point for _number, point in piece]))
    graph.nodes = [nodes.places[number] for number in renamed]
    return graph


def pieces(path: Corners, uses: Mapping[int, int]) -> Iterator[Corners]:
    """From joint to joint; what is no longer than its own node is nothing."""
    start = 0
    for end in range(1, len(path)):
        if uses[path[end][0]] < 2:
            continue
        piece, start = path[start : end + 1], end
        if piece[0][0] != piece[-1][0] or len(piece) > 3:
            yield piece


def with_joints(
    roads: Sequence[Road], tolerance_m: float, *, crossings: bool
) -> list[list[tuple[float, float]]]:
    """Each road's corners, with those added where another ends on it (or crosses it)."""
    lines = np.array([road.line for road in roads], dtype=object)
    tree = shapely.STRtree(lines)
    reach = tolerance_m / METRES
    added: dict[int, list[float]] = {}
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    own = np.concatenate([np.arange(len(lines)), np.arange(len(lines))])
    point_at, line_at = tree.query(ends, predicate="dwithin", distance=reach)
    for point, line in zip(point_at.tolist(), line_at.tolist(), strict=True):
        if own[point] != line:
            added.setdefault(line, []).append(float(shapely.line_locate_point(lines[line], ends[point])))
    if crossings:
        for one, other in zip(
            *(side.tolist() for side in tree.query(lines, predicate="crosses")), strict=True
        ):
            met = shapely.get_parts(shapely.intersection(lines[one], lines[other]))
            spots = [spot for spot in met if spot.geom_type == "Point"]
            added.setdefault(one, []).extend(
                float(shapely.line_locate_point(lines[one], spot)) for spot in spots
            )
    return [_corners(line, added.get(number, ())) for number, line in enumerate(lines)]


def _corners(line: Any, extra: Iterable[float]) -> list[tuple[float, float]]:
    points = [(float(x), float(y)) for x, y in shapely.get_coordinates(line)]
    if not (more := sorted({at for at in extra if 0 < at < line.length})):
        return points
    along = [0.0]
    for one, other in pairwise(points):
        along.append(along[-1] + float(np.hypot(other[0] - one[0], other[1] - one[1])))
    placed = list(zip(along, points, strict=True))
    for at in more:
        spot = shapely.line_interpolate_point(line, at)
        placed.append((at, (float(spot.x), float(spot.y))))
    return [point for _at, point in sorted(placed, key=lambda pair: pair[0])]
