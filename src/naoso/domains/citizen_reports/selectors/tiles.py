"""The public map: true counts by cell from afar, single reports from near, as vector tiles."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from naoso.domains.citizen_reports.workflow import OPEN

POINTS_FROM = 14
DEEPEST = 20
SINCE = dt.timedelta(days=365)
KEPT_UP_TO = 12
KEEP_S = 60
CELLS = 8
EXTENT = 4096
EARTH = 20037508.342789244

# Two branches, each with an index of its own: an OR would read the whole table. The box is compared in
# degrees, which the index holds; the exact edge follows in metres, half open, so that a report on a border
# is counted in one tile alone.
ROWS = """
WITH tile AS (
  SELECT ST_XMin(e) AS x0, ST_YMax(e) AS y0, ST_XMax(e) - ST_XMin(e) AS side, e AS box,
         ST_Expand(ST_Transform(e, 4326), 0.000001) AS around
  FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS e
), picked AS (
  SELECT r.id, r.state, r.category_id, r.point FROM citizen_reports_report r
  WHERE r.public_since IS NOT NULL AND NOT r.hidden AND NOT r.held AND r.state <> 'merged'
    AND r.created_at >= %(since)s AND r.point && (SELECT around FROM tile)
  UNION ALL
  SELECT r.id, r.state, r.category_id, r.point FROM citizen_reports_report r
  WHERE r.public_since IS NOT NULL AND NOT r.hidden AND NOT r.held
    AND r.state IN ('accepted','new','outside','waiting')
    AND r.created_at < %(since)s AND r.point && (SELECT around FROM tile)
), metres AS (
  SELECT p.id, p.state, p.category_id,
         ST_X(p.point) * %(earth)s / 180 AS mx,
         ln(tan(pi() / 4 + ST_Y(p.point) * pi() / 360)) * %(earth)s / pi() AS my
  FROM picked p
), placed AS (
  SELECT m.*, (m.mx - t.x0) / t.side AS fx, (t.y0 - m.my) / t.side AS fy
  FROM metres m, tile t
), own AS (
  SELECT * FROM placed WHERE fx >= 0 AND fx < 1 AND fy >= 0 AND fy < 1
)"""

COUNTS = f"""{ROWS}, cells AS (
  SELECT count(*) AS count, count(*) FILTER (WHERE state = ANY(%(open)s)) AS open,
         avg(mx) AS mx, avg(my) AS my
  FROM own GROUP BY floor(fx * %(cells)s), floor(fy * %(cells)s)
)
SELECT ST_AsMVT(found, 'cells', %(extent)s, 'place') FROM (
  SELECT ST_AsMVTGeom(ST_SetSRID(ST_MakePoint(mx, my), 3857), t.box, %(extent)s, 0, false) AS place,
         count, open
  FROM cells, tile t
) AS found"""  # noqa: S608 - of constants

POINTS = f"""{ROWS}
SELECT ST_AsMVT(found, 'reports', %(extent)s, 'place') FROM (
  SELECT ST_AsMVTGeom(ST_SetSRID(ST_MakePoint(mx, my), 3857), t.box, %(extent)s, 0, false) AS place,
         own.id, own.state, c.title AS category, c.title_en AS category_en
  FROM own JOIN citizen_reports_category c ON c.id = own.category_id, tile t
) AS found"""  # noqa: S608 - of constants


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
    with connection.cursor() as cursor:
        cursor.execute(COUNTS if z < POINTS_FROM else POINTS, values)
        return bytes(cursor.fetchone()[0])
