"""Objects of a kind as a table: the map's filter, chosen columns, page by page in the order of codes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from naoso.core.objects.forms import chosen_columns
from naoso.core.objects.models import CityObject
from naoso.core.objects.pages.counting import default_colour, statistics
from naoso.core.objects.pages.selection import cells, exports
from naoso.core.objects.selectors import VIEW, Question, kind_for, question, seen_fields
from naoso.core.people.access import account_of, permission_required
from naoso.core.places.models import UNIT_SHAPES
from naoso.kernel.errors import BadInput

PAGE = 50
COLUMNS = 6
KEPT = ("filter", "within", "columns", "sort", "removed")


@dataclass(frozen=True, slots=True)
class Page:
    """Rows with the codes between which further ones lie; "" where there are none."""

    rows: list[CityObject]
    before: str
    after: str


def page_of(asked: Question, *, before: str, after: str, back: bool) -> Page:
    """One page by key: as quick on the last as on the first."""
    forward = not before
    edge = after or before
    down = back if forward else not back
    where, given = asked.where()
    if edge:
        where += f" AND o.code {'<' if down else '>'} %s"
        given.append(edge)
    sql = f"""SELECT o.id FROM objects_cityobject o WHERE {where}
              ORDER BY o.code {"DESC" if down else "ASC"} LIMIT {PAGE + 1}"""  # noqa: S608 - parameters
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        ids = [row[0] for row in cursor.fetchall()]
    more, ids = len(ids) > PAGE, ids[:PAGE] if forward else ids[:PAGE][::-1]
    visible = CityObject.objects.visible_to(asked.user).defer("shape", *UNIT_SHAPES)
    found = visible.select_related("owner", "unit").in_bulk(ids)
    rows = [found[pk] for pk in ids if pk in found]
    if not rows:
        return Page([], "", "")
    earlier = bool(after) if forward else more
    later = more if forward else True
    return Page(rows, rows[0].code if earlier else "", rows[-1].code if later else "")


@permission_required(VIEW)
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """`?filter=<CQL2>&columns=a&columns=b&sort=-code&after=<code>`."""
    kind, user, given = kind_for(slug), account_of(request), request.GET
    problem, removed = "", "removed" in given
    try:
        asked = question(kind, user, given.get("filter", ""), given.get("within", ""), removed=removed)
    except BadInput as error:
        problem, asked = error.errors[0].message, question(kind, user, "", removed=removed)
    columns = chosen_columns(kind, user, given.getlist("columns"), COLUMNS)
    back = given.get("sort") == "-code"
    page = page_of(asked, before=given.get("before", ""), after=given.get("after", ""), back=back)
    kept = [(name, value) for name in KEPT for value in given.getlist(name)]
    same = {name: given[name] for name in ("filter",) if given.get(name)}
    words = {
        "title": str(kind),
        "crumbs": [(_("City objects"), reverse("objects:kinds")), (str(kind), map_address(slug, same))],
        "kind": kind,
        "page": page,
        "lines": [(row, cells(row, columns)) for row in page.rows],
        "columns": columns,
        "choices": seen_fields(kind, user),
        "total": statistics(asked, default_colour(asked))["total"],
        "filter": given.get("filter", ""),
        "within": given.get("within", ""),
        "removed": removed,
        "problem": problem,
        "back": back,
        "newer": address(kept, before=page.before),
        "older": address(kept, after=page.after),
        "turned": address([pair for pair in kept if pair[0] != "sort"], sort="code" if back else "-code"),
        "map": map_address(slug, same),
        "exports": exports(slug, given),
    }
    return render(request, "objects/list.html", words, status=422 if problem else 200)


def address(kept: list[tuple[str, str]], **more: str) -> str:
    """The same question on another page."""
    return "?" + urlencode([*kept, *more.items()])


def map_address(slug: str, same: dict[str, str]) -> str:
    """The same filter on the map."""
    root = reverse("objects:map", args=[slug])
    return f"{root}?{urlencode(same)}" if same else root


urlpatterns = [path("<slug:slug>/list/", listing, name="list")]
