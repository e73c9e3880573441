"""Features of one collection, page by page, in the system that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.db import connection
from django.http import Http404
from django.utils import timezone

from naoso.api.ogc.documents import GEOJSON, absolute, link
from naoso.api.ogc.parameters import CRS84, LATITUDE_FIRST, NORTH_FIRST, SYSTEMS, Asked
from naoso.api.ogc.readers import Reader, properties
from naoso.core.objects.models import ObjectKind
from naoso.core.objects.tiles.sql import scoped

COUNTED = 200_000
"""Of more objects than this the number is left out, as the standard allows: counting them is dear."""
COLUMNS = "o.id, o.code, o.state, o.data, o.valid_from, o.valid_to, o.changed_at, {shape}"


def shape_sql(crs: str) -> str:
    """The geometry in a system, axes in the order of that system."""
    srid = SYSTEMS[crs]
    shape = "o.shape" if srid == 4326 else f"ST_Transform(o.shape, {srid})"
    if crs in {LATITUDE_FIRST, NORTH_FIRST}:
        shape = f"ST_FlipCoordinates({shape})"
    return f"ST_AsGeoJSON({shape}, {8 if srid == 4326 else 3}, 0)"


def page(kind: ObjectKind, reader: Reader, asked: Asked) -> bytes:
    """A FeatureCollection with links to itself and to the next page."""
    columns = COLUMNS.format(shape=shape_sql(asked.crs))
    sql = (
        f"SELECT {columns} FROM objects_cityobject o WHERE {asked.where} AND o.id > %s ORDER BY o.id LIMIT %s"  # noqa: S608
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*asked.params, asked.after, asked.limit + 1])
        rows = cursor.fetchall()
    shown = rows[: asked.limit]
    base = absolute("items", kind.slug)
    here = asked.said | ({"after": str(asked.after)} if asked.after else {})
    links = [
        link("self", f"{base}?{urlencode(here)}" if here else base, "this page", GEOJSON),
        link("collection", absolute("collection", kind.slug), str(kind)),
    ]
    if len(rows) > asked.limit:
        links.append(
            link(
                "next", f"{base}?{urlencode(asked.said | {'after': shown[-1][0]})}", "the next page", GEOJSON
            )
        )
    body: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": [feature(kind, reader, row) for row in shown],
        "numberReturned": len(shown),
        "timeStamp": timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "links": links,
    }
    matched = number_matched(asked)
    if matched is not None:
        body["numberMatched"] = matched
    return msgspec.json.encode(body)


def number_matched(asked: Asked) -> int | None:
    """How many there are, up to a limit."""
    sql = f"SELECT count(*) FROM (SELECT FROM objects_cityobject o WHERE {asked.where} LIMIT %s) t"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*asked.params, COUNTED + 1])
        count = int(cursor.fetchone()[0])
    return count if count <= COUNTED else None


def one(kind: ObjectKind, reader: Reader, number: str, crs: str = CRS84) -> bytes:
    """A single feature with its links; 404 outside the reader's scope."""
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise Http404
    scope, held = scoped(reader.scope(), "o")
    columns = COLUMNS.format(shape=shape_sql(crs))
    mine = f"o.kind_id = %s AND o.id = %s AND o.state <> 'removed' AND {scope}"
    sql = f"SELECT {columns} FROM objects_cityobject o WHERE {mine}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [kind.pk, int(number), *held])
        row = cursor.fetchone()
    if row is None:
        raise Http404(f"no item {number}")
    body = feature(kind, reader, row)
    body["links"] = [
        link("self", absolute("item", kind.slug, row[0]), "this item", GEOJSON),
        link("collection", absolute("collection", kind.slug), str(kind)),
    ]
    return msgspec.json.encode(body)


def feature(kind: ObjectKind, reader: Reader, row: Sequence[Any]) -> dict[str, Any]:
    """GeoJSON of one object: its code, its state and what the reader may read."""
    number, code, state, data, since, until, changed, shape = row
    values = data if isinstance(data, dict) else msgspec.json.decode(data)
    told = {"code": code, "state": state, "changed_at": changed.isoformat(timespec="seconds")}
    told |= {name: day.isoformat() for name, day in (("valid_from", since), ("valid_to", until)) if day}
    return {
        "type": "Feature",
        "id": str(number),
        "geometry": msgspec.Raw(shape.encode()),
        "properties": told | properties(reader, kind, values),
    }
