"""The public map: true counts by cell from afar, single reports from near, as vector tiles."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from naoso.domains.citizen_reports.workflow import OPEN

POINTS_FROM = 14
DEEPEST = 20
SINCE = dt.timedelta(days=365)
KEPT_UP_TO = 12
PLACE_FROM = 11
KEEP_S = 60
CELLS = 8
EXTENT = 4096
EARTH = 20037508.342789244

# Two branches, each with an index of its own: an OR would read the whole table. From far away a tile holds so
# much that the index over place would fetch its rows one by one: there the index over time answers alone: it
# carries place and state. The exact edge follows in metres, half open: a report on a border is counted once.
# OFFSET 0 keeps the planner from computing the same metres again for each condition.
NEAR = "AND r.point && (SELECT around FROM tile)"
PUBLIC = "r.public_since IS NOT NULL AND NOT r.hidden AND NOT r.held"
ROWS = """
WITH tile AS MATERIALIZED (
  SELECT ST_XMin(e) AS x0, ST_YMax(e) AS y0, ST_XMax(e) - ST_XMin(e) AS side, e AS box,
         ST_Expand(ST_Transform(e, 4326), 0.000001) AS around
  FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS e
), picked AS (
  SELECT r.id, r.state, r.category_id, r.point FROM citizen_reports_report r
  WHERE {public} AND r.state <> 'merged' AND r.created_at >= %(since)s {near}
  UNION ALL
  SELECT r.id, r.state, r.category_id, r.point FROM citizen_reports_report r
  WHERE {public} AND r.state IN ('accepted', 'new', 'outside', 'waiting') AND r.created_at < %(since)s {near}
), metres AS (
  SELECT p.id, p.state, p.category_id,
         ST_X(p.point) * %(earth)s / 180 AS mx,
         ln(tan(pi() / 4 + ST_Y(p.point) * pi() / 360)) * %(earth)s / pi() AS my
  FROM picked p OFFSET 0
), placed AS (
  SELECT m.*, (m.mx - t.x0) / t.side AS fx, (t.y0 - m.my) / t.side AS fy
  FROM metres m CROSS JOIN tile t OFFSET 0
), own AS (
  SELECT * FROM placed WHERE fx >= 0 AND fx < 1 AND fy >= 0 AND fy < 1
)"""

COUNTS = """, cells AS (
  SELECT count(*) AS count, count(*) FILTER (WHERE state = ANY(%(open)s)) AS open,
         avg(mx) AS mx, avg(my) AS my
  FROM own GROUP BY floor(fx * %(cells)s), floor(fy * %(cells)s)
)
SELECT ST_AsMVT(found, 'cells', %(extent)s, 'place') FROM (
  SELECT ST_AsMVTGeom(ST_SetSRID(ST_MakePoint(mx, my), 3857), t.box, %(extent)s, 0, false) AS place,
         count, open
  FROM cells, tile t
) AS found"""

POINTS = """
SELECT ST_AsMVT(found, 'reports', %(extent)s, 'place') FROM (
  SELECT ST_AsMVTGeom(ST_SetSRID(ST_MakePoint(mx, my), 3857), t.box, %(extent)s, 0, false) AS place,
         own.id, own.state, c.title AS category, c.title_en AS category_en
  FROM own JOIN citizen_reports_category c ON c.id = own.category_id, tile t
) AS found"""


def exists(z: int, x: int, y: int) -> bool:
    """Whether there is such a tile."""
    return 0 <= z <= DEEPEST and 0 <= x < 2**z and 0 <= y < 2**z


def public_tile(z: int, x: int, y: int) -> bytes:
    """A tile; empty bytes where nothing lies. From afar it is kept for a minute.

    Only tiles that hold something are kept, so that asking for the whole world fills no memory.
    """
    name = f"citizen_reports:tile:{z}:{x}:{y}"
    kept = cache.get(name) if z <= KEPT_UP_TO else None
    if kept is not None:
        return bytes(kept)
    made = drawn(z, x, y)
    if made and z <= KEPT_UP_TO:
        cache.set(name, made, KEEP_S)
    return made


def drawn(z: int, x: int, y: int) -> bytes:
    """Straight from the table."""
    values: dict[str, Any] = {
        "z": z, "x": x, "y": y, "since": timezone.now() - SINCE, "earth": EARTH, "cells": CELLS,
        "extent": EXTENT, "open": sorted(OPEN),
    }  # fmt: skip
    rows = ROWS.format(public=PUBLIC, near=NEAR if z >= PLACE_FROM else "")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0")
        cursor.execute(rows + (COUNTS if z < POINTS_FROM else POINTS), values)
        return bytes(cursor.fetchone()[0])
