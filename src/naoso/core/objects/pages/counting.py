"""How many of which: the legend of the map and the figures of a selection, in one pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils.translation import gettext as _

from naoso.core.objects.models import State
from naoso.core.objects.pages.showing import in_words, palette_of
from naoso.core.objects.selectors import (
    COUNTED_ZOOM,
    VIEW,
    Question,
    kind_for,
    question,
    seen_fields,
    titles_of_units,
)
from naoso.core.objects.tiles.sql import scoped
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import scope_of
from naoso.kernel.errors import BadInput
from naoso.kernel.kinds import Field

MOST_FIGURES = 4
MOST_VALUES = 60
OTHER = "#868e96"
Row = tuple[Any, ...]

KEPT = """
SELECT coalesce(g.vals ->> %s, ''), g.unit_id, 'active', sum(c.n)::bigint FROM (
    SELECT grp, n FROM objects_cell WHERE kind_id = %s AND NOT total AND z = %s
    UNION ALL SELECT grp, n FROM objects_celldelta WHERE kind_id = %s AND NOT total AND z = %s
) c JOIN objects_group g ON g.id = c.grp WHERE {where} GROUP BY 1, 2 HAVING sum(c.n) > 0
"""


def coloured_by(asked: Question, name: str) -> Field | None:
    """The field that colours the map; raises BadInput for one that is unknown or hidden."""
    if not name:
        return None
    field = next((one for one in seen_fields(asked.kind, asked.user) if one.name == name), None)
    if field is None:
        raise BadInput.of("colour", name, "property", _("The kind has no such field."))
    return field


def statistics(asked: Question, colour: str, *, figures: bool = False) -> dict[str, Any]:
    """`total`, `by_value` of the colouring field, `by_unit`, `by_state`; `figures` of numbers where asked."""
    field = coloured_by(asked, colour)
    numbers = figured(asked) if figures else []
    kept = not numbers and asked.within is None and bool(asked.filter.of_groups)
    if kept and (field is None or field.counted):
        rows, states = kept_counts(asked, field), False
    else:
        rows, states = counted(asked, field, numbers), True
    return {
        "total": sum(row[3] for row in rows),
        "by_value": by_value(field, rows, asked.kind.tint),
        "by_unit": by_unit(rows),
        "by_state": by_state(rows) if states else [],
        "figures": [summed(one, rows, 4 + 4 * place) for place, one in enumerate(numbers)],
    }


def figured(asked: Question) -> list[Field]:
    """Numbers worth a mean: the first few that the person may see."""
    fields = seen_fields(asked.kind, asked.user)
    return [field for field in fields if field.type in {"integer", "number"}][:MOST_FIGURES]


def kept_counts(asked: Question, field: Field | None) -> list[Row]:
    """From the kept cells: a handful of rows, however many objects there are."""
    scope, held = scoped(scope_of(asked.user, VIEW), "g")
    sql = KEPT.format(where=f"{scope} AND {asked.filter.of_groups}")
    ranged = [asked.kind.pk, COUNTED_ZOOM] * 2
    return fetched(sql, [field.name if field else "", *ranged, *held, *asked.filter.params])


def counted(asked: Question, field: Field | None, numbers: Iterable[Field]) -> list[Row]:
    """From the objects themselves: one scan, by index where an area is drawn."""
    listed = list(numbers)
    more = "".join(f", count(f{i}), coalesce(sum(f{i}), 0), min(f{i}), max(f{i})" for i in range(len(listed)))
    read = "".join(f", (o.data -> '{one.name}')::float8 AS f{i}" for i, one in enumerate(listed))
    where, given = asked.where()
    sql = f"""SELECT v, unit_id, state, count(*){more} FROM (
                  SELECT coalesce(o.data ->> %s, '') AS v, o.unit_id, o.state{read}
                  FROM objects_cityobject o WHERE {where}) r GROUP BY 1, 2, 3"""  # noqa: S608 - names of declared fields, parameters
    return fetched(sql, [field.name if field else "", *given])


def fetched(sql: str, given: list[Any]) -> list[Row]:
    """The rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def by_value(field: Field | None, rows: list[Row], tint: str) -> list[dict[str, Any]]:
    """Every value of the colouring field: choices in their order, others by number."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row[0]] += row[3]
    if field is None:
        return [{"value": "", "title": "", "colour": tint, "n": counts.total()}] if rows else []
    palette = palette_of(field)
    known = [
        {"value": c.value, "title": str(c.title), "colour": palette[c.value], "n": counts.pop(c.value, 0)}
        for c in field.choices
    ]
    rest = counts.most_common(MOST_VALUES)
    return known + [
        {"value": value, "title": title_of(field, value), "colour": colour(field, value, tint), "n": n}
        for value, n in rest
    ]


TRUTH = {"true": True, "false": False}


def title_of(field: Field, value: str) -> str:
    """A stored value in words; none at all is said."""
    if value == "":
        return _("not stated")
    return in_words(field, TRUTH.get(value, value) if field.type == "boolean" else value)


def colour(field: Field, value: str, tint: str) -> str:
    """Yes in the kind's colour, what is not stated in grey."""
    return tint if field.type == "boolean" and value == "true" else OTHER


def by_unit(rows: list[Row]) -> list[dict[str, Any]]:
    """Communes and wards, the most objects first."""
    counts: Counter[int | None] = Counter()
    for row in rows:
        counts[row[1]] += row[3]
    titles = titles_of_units(pk for pk in counts if pk)
    return [
        {"unit": pk, "title": titles.get(pk or 0, _("outside all units")), "n": n}
        for pk, n in counts.most_common()
    ]


def by_state(rows: list[Row]) -> list[dict[str, Any]]:
    """Planned, in place, removed."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row[2]] += row[3]
    return [{"value": s.value, "title": str(s.label), "n": counts[s.value]} for s in State if counts[s.value]]


def summed(field: Field, rows: list[Row], at: int) -> dict[str, Any]:
    """Mean, least, greatest and sum of a number over all groups."""
    known = [row for row in rows if row[at]]
    n, total = sum(row[at] for row in known), sum(row[at + 1] for row in known)
    return {
        "field": field.name,
        "title": str(field.title),
        "unit": field.unit,
        "n": n,
        "sum": plain(total),
        "mean": total / n if n else None,
        "min": plain(min((row[at + 2] for row in known), default=None)),
        "max": plain(max((row[at + 3] for row in known), default=None)),
    }


def plain(value: float | None) -> float | int | None:
    """A whole number without decimals."""
    return int(value) if value is not None and value == int(value) else value


@permission_required(VIEW)
def statistics_json(request: HttpRequest, slug: str) -> JsonResponse:
    """`?filter=<CQL2>&within=<GeoJSON>&colour=<field>`; `figures=1` adds means of numbers."""
    kind, user = kind_for(slug), account_of(request)
    asked = question(kind, user, request.GET.get("filter", ""), request.GET.get("within", ""))
    colour_name = request.GET.get("colour", default_colour(asked))
    found = statistics(asked, colour_name, figures="figures" in request.GET)
    return JsonResponse(found, headers={"Cache-Control": "no-store"})


def default_colour(asked: Question) -> str:
    """The kind's own colouring, where the person may see it."""
    seen = {field.name for field in seen_fields(asked.kind, asked.user)}
    return asked.kind.colour if asked.kind.colour in seen else ""


urlpatterns = [path("<slug:slug>/statistics/", statistics_json, name="statistics")]
