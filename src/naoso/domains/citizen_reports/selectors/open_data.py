"""Public reports of the last twelve months as rows that others may use on."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from asgiref.sync import sync_to_async
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.people.trail import harmless
from naoso.domains.citizen_reports.models import Report
from naoso.domains.citizen_reports.rules.words import without_personal_data
from naoso.domains.citizen_reports.selectors.inbox import read_key, write_key
from naoso.domains.citizen_reports.workflow import ENDED, State

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LICENCE_NAME = "CC BY 4.0"
SINCE = dt.timedelta(days=365)
ROUND = 2000
COLUMNS = {
    "number": _("Number of the report, the same as in its public address"),
    "category": _("Code of the category"),
    "category_title": _("Category"),
    "state": _("State: new, accepted, waiting, outside, answered or rejected"),
    "unit_code": _("Code of the commune or ward (national list)"),
    "unit": _("Commune or ward"),
    "agency": _("Organisation that answers"),
    "received_at": _("When it came, ISO 8601 with the offset"),
    "due_at": _("Until when it was to be solved"),
    "first_answer_at": _("When the first answer went out"),
    "ended_at": _("When it was ended"),
    "rating": _("The citizen's rating, 1 to 5"),
    "text": _("Public words of the report, personal data covered"),
    "answer": _("Public answer, personal data covered"),
    "longitude": _("Longitude, WGS 84"),
    "latitude": _("Latitude, WGS 84"),
}
Rows = list[dict[str, Any]]


def round_of(after: str, since: dt.datetime) -> tuple[Rows, str]:
    """Some rows, the newest first, and the key after the last of them."""
    rows = Report.objects.public().filter(held=False, created_at__gte=since).exclude(state=State.MERGED)
    key = read_key(after)
    if key is not None:
        at, pk = key
        rows = rows.filter(created_at__lte=at).filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=pk))
    wanted = (
        "id", "category__code", "category__title", "state", "unit__code", "unit__name", "owner__name",
        "created_at", "due_at", "first_answer_at", "ended_at", "rating", "public_text", "answer", "point",
    )  # fmt: skip
    found = list(rows.order_by("-created_at", "-id").values_list(*wanted)[:ROUND])
    more = write_key(found[-1][7], found[-1][0]) if len(found) == ROUND else ""
    return [told(row) for row in found], more


def told(row: tuple[Any, ...]) -> dict[str, Any]:
    """One row under the names of the columns."""
    *first, received, due, answered, ended, rating, text, answer, point = row
    moments = [at.isoformat() if at else None for at in map(local, (received, due, answered, ended))]
    covered = without_personal_data(answer) if first[3] in ENDED else ""
    values = [*first, *moments, rating, text, covered, round(point.x, 6), round(point.y, 6)]
    return dict(zip(COLUMNS, values, strict=True))


def local(at: dt.datetime | None) -> dt.datetime | None:
    """In the centre's own time, whole seconds."""
    return timezone.localtime(at).replace(microsecond=0) if at else None


async def written(head: str, tail: str, form: Callable[[Rows, bool], str]) -> AsyncIterator[bytes]:
    """A file as it is read, two thousand rows at a time: none is ever held whole."""
    yield head.encode()
    since, after, first = timezone.now() - SINCE, "", True
    while True:
        rows, after = await sync_to_async(round_of)(after, since)
        yield form(rows, first).encode()
        first = False
        if not after:
            break
    yield tail.encode()


def csv_file() -> AsyncIterator[bytes]:
    """UTF-8 with the mark that spreadsheets need; no cell is a formula."""
    return written("\ufeff" + line(COLUMNS), "", as_csv)


def as_csv(rows: Rows, _first: bool) -> str:
    """Some lines."""
    return "".join(line(cell(value) for value in row.values()) for row in rows)


def line(cells: Iterable[str]) -> str:
    """One line, quoted where it must be."""
    file = io.StringIO()
    csv.writer(file).writerow(cells)
    return file.getvalue()


def cell(value: Any) -> str:
    """Words are made harmless, numbers stay numbers."""
    if isinstance(value, str):
        return harmless(value)
    return "" if value is None else str(value)


def geojson_file() -> AsyncIterator[bytes]:
    """RFC 7946, with the licence as a member of its own."""
    head = f'{{"type":"FeatureCollection","license":{json.dumps(LICENCE)},"features":['
    return written(head, "]}", as_features)


def as_features(rows: Rows, first: bool) -> str:
    """Some features; a comma before all but the very first."""
    told_rows = ",".join(json.dumps(feature(row), ensure_ascii=False) for row in rows)
    return told_rows if first or not rows else f",{told_rows}"


def feature(row: dict[str, Any]) -> dict[str, Any]:
    """A point with the other columns as its properties."""
    place = [row["longitude"], row["latitude"]]
    rest = {name: value for name, value in row.items() if name not in {"longitude", "latitude"}}
    return {
        "type": "Feature",
        "id": row["number"],
        "geometry": {"type": "Point", "coordinates": place},
        "properties": rest,
    }
