"""The SQL of a tile: from cells where something is counted, from the objects where they are drawn.

Every statement answers `(tile, horizon)`: the horizon is the oldest transaction still running when the
tile was made, and a change by that one or a later one makes a kept tile stale.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from naoso.core.objects.filters import EVERYTHING as NO_FILTER
from naoso.core.objects.filters import Filter
from naoso.core.objects.tiles.grid import CELL_BITS, COUNTED_ZOOMS, EXTENT, SPOT_ZOOM, Tile
from naoso.core.people.scope import Scope

DRAWN_POINTS_FROM = 16
DRAWN_SHAPES_FROM = 13
MOST_DRAWN = 3000
JOINED_BITS = 2
"""Four by four cells are drawn as one: their number can be read."""
MOST_VALUES = 12
"""Of more values a cell names the most frequent; its number counts all."""
HORIZON = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


@dataclass(frozen=True, slots=True)
class Layer:
    """What is shown of one kind: coloured by which field, filtered how, to whom."""

    kind_id: int
    geometry: str
    colour: str
    own_colour: str
    label: str
    counted: frozenset[str] = frozenset()
    filter: Filter = NO_FILTER
    scope: Scope = field(default_factory=Scope)

    @property
    def drawn_from(self) -> int:
        """The zoom from which the objects themselves are drawn."""
        return DRAWN_POINTS_FROM if self.geometry == "point" else DRAWN_SHAPES_FROM


Statement = tuple[str, list[Any]]


def statement(layer: Layer, tile: Tile) -> Statement:
    """The cheapest statement that answers truthfully."""
    if tile.z >= layer.drawn_from:
        return drawn(layer, tile)
    if tile.z not in COUNTED_ZOOMS:
        return cells(tile, *counting(layer, tile))
    if not layer.filter and layer.scope.everything and layer.colour == layer.own_colour:
        return cells(tile, *of_cells(layer, tile, total=True))
    if layer.filter.of_groups and (layer.colour in layer.counted or not layer.colour):
        return cells(tile, *of_cells(layer, tile, total=False))
    return cells(tile, *counting(layer, tile))


def scoped(scope: Scope, alias: str) -> Statement:
    """The scope as a condition on owner and unit."""
    if scope.everything:
        return "true", []
    parts, values = [], []
    for owners, units in scope.bindings:
        part = f"{alias}.owner_id = ANY(%s)"
        values.append(sorted(owners))
        if units is not None:
            part += f" AND {alias}.unit_id = ANY(%s)"
            values.append(sorted(units))
        parts.append(f"({part})")
    return "(" + (" OR ".join(parts) or "false") + ")", values


def of_cells(layer: Layer, tile: Tile, *, total: bool) -> Statement:
    """Counts by cell and colour from the kept cells; totals for whoever sees everything unfiltered."""
    lo, hi = tile.cells
    where, values = ("true", []) if total else scoped(layer.scope, "g")
    if not total:
        where = f"{where} AND {layer.filter.of_groups}"
        values = [*values, *layer.filter.params]
    part = """SELECT cell, grp, n, sx, sy FROM {}
              WHERE kind_id = %s AND total = %s AND z = %s AND cell BETWEEN %s AND %s"""
    ranged = [layer.kind_id, total, tile.z, lo, hi]
    return (
        f"""SELECT c.cell, coalesce(g.vals ->> %s, '') AS v, sum(c.n) AS n, sum(c.sx) AS sx, sum(c.sy) AS sy
            FROM ({part.format("objects_cell")} UNION ALL {part.format("objects_celldelta")}) c
            JOIN objects_group g ON g.id = c.grp WHERE {where} GROUP BY 1, 2 HAVING sum(c.n) > 0""",
        [layer.colour, *ranged, *ranged, *values],
    )


def counting(layer: Layer, tile: Tile) -> Statement:
    """The same from the objects themselves, for filters on what is not counted."""
    lo, hi = tile.spots
    shift = SPOT_ZOOM - tile.z - CELL_BITS
    mask = (1 << max(0, shift)) - 1
    where, values = scoped(layer.scope, "o")
    return (
        f"""SELECT o.spot >> {2 * max(0, shift)} AS cell, coalesce(o.data ->> %s, '') AS v, count(*) AS n,
                   sum(objects_pack(o.spot) & {mask}) AS sx, sum(objects_pack(o.spot >> 1) & {mask}) AS sy
            FROM objects_cityobject o
            WHERE o.kind_id = %s AND o.spot BETWEEN %s AND %s AND o.state <> 'removed' AND {where}
              AND {layer.filter.sql} GROUP BY 1, 2""",
        [layer.colour, layer.kind_id, lo, hi, *values, *layer.filter.params],
    )


def cells(tile: Tile, counts: str, values: list[Any]) -> Statement:
    """One feature for sixteen cells: `n` objects, `v` their most frequent colour value, `h` how many of each.

    Their middle is still the mean of the objects; eight by eight a tile leave room for the numbers.
    """
    side = 1 << max(0, SPOT_ZOOM - tile.z - CELL_BITS)
    last = (1 << CELL_BITS) - 1
    unit = EXTENT / ((last + 1) * side)
    return (
        f"""WITH counts AS ({counts}), joined AS (
                SELECT cell >> {2 * JOINED_BITS} AS cell, v, sum(n) AS n,
                       sum((objects_pack(cell) & {last}) * {side} * n + sx) AS x,
                       sum((objects_pack(cell >> 1) & {last}) * {side} * n + sy) AS y
                FROM counts GROUP BY 1, 2
            ), ranked AS (
                SELECT *, row_number() OVER (PARTITION BY cell ORDER BY n DESC, v) AS place FROM joined
            ), merged AS (
                SELECT cell, sum(n) AS n, sum(x) AS x, sum(y) AS y, min(v) FILTER (WHERE place = 1) AS v,
                       string_agg(v || ':' || n, ',' ORDER BY place)
                           FILTER (WHERE place <= {MOST_VALUES}) AS h
                FROM ranked GROUP BY cell
            )
            SELECT ST_AsMVT(t, 'cells', {EXTENT}, 'geom'), {HORIZON} FROM (
                SELECT ST_MakePoint(round(x / n * {unit}), round(y / n * {unit})) AS geom,
                       n::integer AS n, v, h
                FROM merged ORDER BY n) t""",
        values,
    )


def drawn(layer: Layer, tile: Tile) -> Statement:
    """The objects themselves; where there are too many of them, finer cells."""
    where, values = scoped(layer.scope, "o")
    lo, hi = tile.spots
    if layer.geometry == "point":
        ranged, range_values = "o.spot BETWEEN %s AND %s", [lo, hi]
        geom = f"ST_AsMVTGeom(ST_Transform(o.shape, 3857), b.box, {EXTENT}, 0, false)"
    else:
        ranged = "o.shape && ST_Transform(ST_TileEnvelope(%s, %s, %s, margin => 0.02), 4326)"
        range_values = [tile.z, tile.x, tile.y]
        geom = f"ST_AsMVTGeom(ST_Transform(o.shape, 3857), b.box, {EXTENT}, 80, true)"
    return (
        f"""SELECT ST_AsMVT(t, 'objects', {EXTENT}, 'geom', 'id'), {HORIZON}, count(*) > {MOST_DRAWN} FROM (
                SELECT o.id, {geom} AS geom, o.code, o.state, coalesce(o.data ->> %s, '') AS v,
                       o.data ->> %s AS label
                FROM objects_cityobject o, (SELECT ST_TileEnvelope(%s, %s, %s) AS box) b
                WHERE o.kind_id = %s AND {ranged} AND o.state <> 'removed' AND {where} AND {layer.filter.sql}
                LIMIT {MOST_DRAWN + 1}) t""",
        [
            layer.colour,
            layer.label,
            tile.z,
            tile.x,
            tile.y,
            layer.kind_id,
            *range_values,
            *values,
            *layer.filter.params,
        ],
    )


STALE = """SELECT EXISTS (SELECT FROM objects_change
                          WHERE kind_id = %s AND xid >= %s AND lo <= %s AND hi >= %s)"""
