"""Query parameters of a request for items: read, judged, made into SQL. An unknown one is an error (7.5)."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from naoso.api.ogc.readers import Reader
from naoso.core.objects.filters import compiled
from naoso.core.objects.models import ObjectKind
from naoso.core.objects.tiles.sql import scoped
from naoso.core.objects.values import from_text
from naoso.kernel.errors import BadInput
from naoso.kernel.kinds import Kind

KNOWN = ("limit", "bbox", "bbox-crs", "datetime", "crs", "filter", "filter-lang", "filter-crs", "after", "f")
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"
# VN-2000 with the central meridian of the province, 106°30', and what the world uses
SYSTEMS = {CRS84: 4326, EPSG.format(4326): 4326, EPSG.format(3857): 3857, EPSG.format(9213): 9213}
LATITUDE_FIRST = EPSG.format(4326)
NORTH_FIRST = EPSG.format(9213)
LANGUAGES = ("cql2-text", "cql2-json")
USUAL, MOST = 10, 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request for items asks: a condition over `o`, its parameters, and how to answer."""

    where: str
    params: list[Any]
    limit: int = USUAL
    after: int = 0
    crs: str = CRS84
    said: dict[str, str] = field(default_factory=dict)


def bad(name: str, value: object, rule: str, message: str) -> BadInput:
    """One parameter that cannot be understood."""
    return BadInput.of(name, value, rule, message)


def asked(query: QueryDict, kind: ObjectKind, reader: Reader) -> Asked:
    """Raises BadInput naming the parameter, its value and the rule."""
    spec = kind.spec
    fields = {one.name: one for one in reader.fields(spec)}
    for name in query:
        if name not in KNOWN and name not in fields:
            raise bad(
                name,
                query[name],
                "known",
                "this parameter is not known; see the description of the interface",
            )
    scope, held = scoped(reader.scope(), "o")
    parts, params = ["o.kind_id = %s", "o.state <> 'removed'", scope], [kind.pk, *held]
    for condition, values in (
        _box(query), _time(query.get("datetime", "")), _filter(query, spec, reader), *_equal(query, fields),
    ):  # fmt: skip
        if condition:
            parts.append(condition)
            params += values
    crs = system_of(query.get("crs", CRS84), "crs")
    return Asked(
        where=" AND ".join(parts), params=params, limit=_limit(query.get("limit", "")),
        after=_whole(query.get("after", "0"), "after"), crs=crs,
        said={name: str(query[name]) for name in query if name != "after"},
    )  # fmt: skip


def _whole(text: str, name: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise bad(name, text, "integer", "a whole number is expected")
    return int(text)


def _limit(text: str) -> int:
    if not text:
        return USUAL
    value = _whole(text, "limit")
    if value < 1:
        raise bad("limit", text, "minimum", "at least 1")
    return min(value, MOST)


def system_of(text: str, name: str) -> str:
    if text.startswith("[") and text.endswith("]"):  # a safe CURIE
        text = text[1:-1]
    curie = text.partition(":")
    known = (
        {CRS84 if curie[2] == "CRS84" else EPSG.format(curie[2])} if curie[1] and "/" not in text else {text}
    )
    for system in known:
        if system in SYSTEMS:
            return system
    raise bad(name, text, "crs", f"known systems: {', '.join(SYSTEMS)}")


def _box(query: QueryDict) -> tuple[str, list[Any]]:
    text = query.get("bbox", "")
    if not text:
        if "bbox" in query:
            raise bad("bbox", text, "numbers", "four or six numbers are expected")
        return "", []
    numbers = _numbers(text)
    west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
    system = system_of(query.get("bbox-crs", CRS84), "bbox-crs")
    if system in {LATITUDE_FIRST, NORTH_FIRST}:
        west, south, east, north = south, west, north, east
    if south > north:
        raise bad("bbox", text, "order", "the lower corner stands first")
    box = "o.shape && ST_Transform(ST_MakeEnvelope(%s, %s, %s, %s, %s), 4326)"
    srid = SYSTEMS[system]
    if west <= east:
        return box, [west, south, east, north, srid]
    if srid != 4326:
        raise bad("bbox", text, "order", "the lower corner stands first")
    return f"({box} OR {box})", [west, south, 180, north, srid, -180, south, east, north, srid]


def _numbers(text: str) -> list[float]:
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = []
    if len(found) not in {4, 6} or not all(abs(number) <= 1e9 for number in found):
        raise bad("bbox", text, "numbers", "four or six numbers are expected, lower corner first")
    return found


def _time(text: str) -> tuple[str, list[Any]]:
    if not text:
        return "", []
    first, slash, last = text.partition("/")
    since = _instant(first, text)
    until = _instant(last, text) if slash else since
    if since and until and since > until:
        raise bad("datetime", text, "order", "the interval begins after its end")
    if not slash and since is None:
        raise bad("datetime", text, "rfc3339", "a moment or an interval as in RFC 3339 is expected")
    condition = "(o.valid_to IS NULL OR %s::date IS NULL OR o.valid_to >= %s::date)"
    other = "(o.valid_from IS NULL OR %s::date IS NULL OR o.valid_from <= %s::date)"
    return f"{condition} AND {other}", [since, since, until, until]


def _instant(text: str, whole: str) -> dt.date | None:
    if text in {"", ".."}:
        return None
    try:
        return dt.datetime.fromisoformat(text).date()
    except ValueError:
        raise bad(
            "datetime", whole, "rfc3339", "a moment or an interval as in RFC 3339 is expected"
        ) from None


def _filter(query: QueryDict, spec: Kind, reader: Reader) -> tuple[str, list[Any]]:
    language = query.get("filter-lang", "cql2-text")
    if language not in LANGUAGES:
        raise bad("filter-lang", language, "known", f"one of {', '.join(LANGUAGES)}")
    if system_of(query.get("filter-crs", CRS84), "filter-crs") != CRS84:
        raise bad("filter-crs", query["filter-crs"], "crs", "filters speak CRS84")
    readable = Kind(spec.slug, spec.title, spec.icon, tuple(reader.fields(spec)), spec.geometry)
    found = compiled(query.get("filter", ""), readable, lang=language, rights=reader.holds)
    return (f"({found.sql})", list(found.params)) if found else ("", [])


def _equal(query: QueryDict, fields: dict[str, Any]) -> list[tuple[str, list[Any]]]:
    found = []
    for name, one in fields.items():
        if name in query:
            value = from_text(one, str(query[name]))
            told = json.dumps(value, ensure_ascii=False)
            found.append(("o.data @> jsonb_build_object(%s::text, %s::jsonb)", [name, told]))
    return found
