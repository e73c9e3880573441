"""The plain base map: outlines and names of the units of today, made once for each state of the table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection
from django.utils import timezone

from naoso import ui
from naoso.core.places.models import LOCAL, PROVINCIAL

# Five decimals are a metre; 0.0004 degrees are 40 m, less than a pixel where whole outlines are seen.
OUTLINES = """
SELECT u.id, u.name, u.kind = ANY(%(provincial)s::text[]), u.outline_approximate,
       EXISTS (SELECT 1 FROM places_adminunit c WHERE c.parent_id = u.id AND c.kind = ANY(%(local)s::text[])),
       ST_AsGeoJSON(ST_SimplifyPreserveTopology(u.outline, 0.0004), 5),
       ST_X(u.centre), ST_Y(u.centre)
FROM places_adminunit u
WHERE u.kind = ANY(%(provincial)s::text[] || %(local)s::text[]) AND u.valid_from <= %(day)s
  AND (u.valid_to IS NULL OR u.valid_to > %(day)s)
ORDER BY u.id
"""
FINGERPRINT = "SELECT md5(string_agg(id || ':' || xmin, ',' ORDER BY id)) FROM places_adminunit"
EXTENT = """
SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e), bool_or FROM (
    SELECT ST_Extent(coalesce(outline, centre)) AS e, bool_or(outline_approximate)
    FROM places_adminunit
    WHERE kind = ANY(%(local)s::text[]) AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s)
) AS x
"""
SOVEREIGN = (
    {"name": "Quần đảo Hoàng Sa (Việt Nam)", "lon": 112.0, "lat": 16.5},
    {"name": "Quần đảo Trường Sa (Việt Nam)", "lon": 114.0, "lat": 9.5},
)
VIETNAM = (102.1, 8.2, 109.6, 23.5)
OUTLINES_URL = "/map/base.json"
LETTERS = Path(str(ui.__file__)).parent / "static/ui/dist/fonts"
LETTERS_URL = "/static/ui/dist/fonts/{fontstack}/{range}.pbf"


@dataclass(frozen=True, slots=True)
class Base:
    """A ready answer and its ETag."""

    etag: str
    body: bytes


_made: dict[str, Base] = {}


def parameters() -> dict[str, Any]:
    """What the queries above ask for."""
    return {
        "provincial": [str(kind) for kind in PROVINCIAL],
        "local": [str(kind) for kind in LOCAL],
        "day": timezone.localdate(),
    }


def base() -> Base:
    """From memory while no unit changed and the day is the same."""
    with connection.cursor() as cursor:
        cursor.execute(FINGERPRINT)
        etag = f'"{cursor.fetchone()[0]}-{timezone.localdate():%j}"'
    if etag not in _made:
        _made.clear()
        _made[etag] = Base(etag, encoded())
    return _made[etag]


def encoded() -> bytes:
    """GeoJSON: an outline and a name for each unit."""
    with connection.cursor() as cursor:
        cursor.execute(OUTLINES, parameters())
        rows = cursor.fetchall()
    features: list[dict[str, Any]] = []
    for _id, name, provincial, approximate, parent_of_locals, outline, lon, lat in rows:
        properties = {
            "name": name,
            "level": "province" if provincial else "commune",
            "home": not provincial or parent_of_locals,
            "approximate": approximate,
        }
        if outline:
            features.append(
                {"type": "Feature", "properties": properties, "geometry": msgspec.Raw(outline.encode())}
            )
        centre = {"type": "Point", "coordinates": [lon, lat]}
        features.append({"type": "Feature", "properties": properties, "geometry": centre})
    return msgspec.json.encode({"type": "FeatureCollection", "features": features})


def chosen_base() -> dict[str, str]:
    """The file of the house's own, else an online style, else the plain outlines."""
    if settings.MAP.pmtiles:
        letters = {"glyphs": LETTERS_URL} if LETTERS.is_dir() else {}
        return {"kind": "pmtiles", "url": "/map/base.pmtiles", "outlines": OUTLINES_URL, **letters}
    if settings.MAP.map_style:
        return {"kind": "style", "url": settings.MAP.map_style}
    return {"kind": "plain", "url": OUTLINES_URL}


def map_config(layers: list[dict[str, Any]]) -> dict[str, Any]:
    """Where the map looks, and how sure its outlines are."""
    with connection.cursor() as cursor:
        cursor.execute(EXTENT, parameters())
        west, south, east, north, approximate = cursor.fetchone()
    box = VIETNAM if west is None else (west, south, east, north)
    return {
        "base": chosen_base(),
        "center": [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2],
        "zoom": 8.5,
        "bounds": box,
        "layers": layers,
        "approximate": bool(approximate),
        "labels": SOVEREIGN,
        "locale": "vi",
    }
