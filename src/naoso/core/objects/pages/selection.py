"""What lies in a drawn area: figures, a table, the same change to all of it, files to take away."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from naoso.core.objects.forms import BulkForm, chosen_columns
from naoso.core.objects.models import CityObject
from naoso.core.objects.pages.counting import default_colour, statistics
from naoso.core.objects.pages.showing import Shown, shown
from naoso.core.objects.selectors import VIEW, Question, kind_for, question
from naoso.core.objects.services.editing import EDIT, change_many
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import allowed
from naoso.kernel.errors import BadInput
from naoso.kernel.kinds import Field

MOST_ROWS = 200
COLUMNS = 5
FORMATS = (
    ("csv", "CSV"), ("xlsx", "Excel"), ("geojson", "GeoJSON"), ("gpkg", "GeoPackage"), ("parquet", "Parquet"),
)  # fmt: skip


def exports(slug: str, asked: QueryDict) -> list[tuple[str, str]]:
    """(title, address) of each format, for the same filter and area."""
    root = reverse("objects:map", args=[slug])
    kept = same(asked)
    return [(title, f"{root}export/?{urlencode({'format': code, **kept})}") for code, title in FORMATS]


def asked_in(request: HttpRequest, given: QueryDict, slug: str) -> Question:
    """The filter and the area of the address or of the form."""
    return question(kind_for(slug), account_of(request), given.get("filter", ""), given.get("within", ""))


@permission_required(VIEW)
def selection(request: HttpRequest, slug: str) -> HttpResponse:
    """The panel of a selection; `sort` is a field or `code`, with a hyphen for the other way round."""
    return panel(request, request.GET, asked_in(request, request.GET, slug))


def panel(
    request: HttpRequest, given: QueryDict, asked: Question, *, form: BulkForm | None = None,
    status: int = 200, changed: str = "",
) -> HttpResponse:  # fmt: skip
    """Figures, rows, the form for many."""
    user, kind = asked.user, asked.kind
    columns = chosen_columns(kind, user, (), COLUMNS)
    colour = given.get("colour", default_colour(asked))
    sort = given.get("sort", "code")
    may_edit = allowed(user, EDIT)
    words = {
        "kind": kind,
        "found": statistics(asked, colour, figures=True),
        "columns": [(field, heading(request, given, field.name, sort)) for field in columns],
        "code_heading": heading(request, given, "code", sort),
        "rows": [(row, cells(row, columns)) for row in sorted_rows(asked, columns, sort)],
        "most": MOST_ROWS,
        "exports": exports(kind.slug, given),
        "bulk": (form or BulkForm(kind=kind, actor=user)) if may_edit else None,
        "given": {name: given.get(name, "") for name in ("filter", "within", "colour")},
        "table": f"{reverse('objects:list', args=[kind.slug])}?{urlencode(same(given))}",
        "changed": changed,
    }
    return render(request, "objects/parts/selection.html", words, status=status)


def same(given: QueryDict) -> dict[str, str]:
    """The question as an address carries it."""
    return {name: str(given[name]) for name in ("filter", "within") if given.get(name)}


def heading(request: HttpRequest, given: QueryDict, name: str, sort: str) -> tuple[str, str]:
    """(address that sorts by it, how it is sorted now)."""
    now = {name: "ascending", f"-{name}": "descending"}.get(sort, "none")
    query = same(given) | {"sort": f"-{name}" if now == "ascending" else name}
    if given.get("colour"):
        query["colour"] = str(given["colour"])
    slug = request.resolver_match.kwargs["slug"] if request.resolver_match else ""
    return f"{reverse('objects:selection', args=[slug])}?{urlencode(query)}", now


def sorted_rows(asked: Question, columns: list[Field], sort: str) -> list[CityObject]:
    """The first of them in the order asked for."""
    name, back = sort.lstrip("-"), sort.startswith("-")
    path_ = f"data__{name}" if name in {field.name for field in columns} else "code"
    rows = asked.rows().defer("shape").select_related("kind").order_by(f"{'-' if back else ''}{path_}", "pk")
    return list(rows[:MOST_ROWS])


def cells(row: CityObject, columns: list[Field]) -> list[Shown]:
    """A line of the table."""
    return [shown(field, row.data.get(field.name)) for field in columns]


@require_POST
@permission_required(EDIT)
def bulk(request: HttpRequest, slug: str) -> HttpResponse:
    """The same change to all that is selected and may be changed; all or none."""
    asked = asked_in(request, request.POST, slug)
    user = account_of(request)
    form = BulkForm(request.POST, kind=asked.kind, actor=user)
    if not form.is_valid():
        return panel(request, request.POST, asked, form=form, status=422)
    given = form.cleaned_data
    try:
        n = change_many(
            actor=user, kind=asked.kind, rows=asked.rows(), data=form.wanted, state=given["state"],
            reason=given["reason"],
        )  # fmt: skip
    except BadInput as error:
        form.add_error(None, "; ".join(f"{broken.field}: {broken.message}" for broken in error.errors[:5]))
        return panel(request, request.POST, asked, form=form, status=422)
    words = ngettext("%(n)s object was changed.", "%(n)s objects were changed.", n) % {"n": n}
    answer = panel(request, request.POST, asked, changed=words)
    told: dict[str, Any] = {"kind": asked.kind.slug, "spots": []}
    answer["HX-Trigger"] = json.dumps({"toast": {"text": words, "tone": "success"}, "objects-saved": told})
    return answer


urlpatterns = [
    path("<slug:slug>/selection/", selection, name="selection"),
    path("<slug:slug>/bulk/", bulk, name="bulk"),
]
