"""Reports as a list shows them: plain values, for fifty with all that they belong to stand on a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, FloatField, Func
from django.utils import timezone

from naoso.core.people.models import name_of
from naoso.core.places.models import full_name_of
from naoso.domains.citizen_reports.models import Photo, Report, ReportQuerySet
from naoso.domains.citizen_reports.selectors.directory import Directory, directory
from naoso.domains.citizen_reports.workflow import OPEN


@dataclass(frozen=True, slots=True)
class Row:
    """One report; `handler` and `photo` are empty where there is none."""

    pk: int
    code: str
    text: str
    state: str
    created_at: dt.datetime
    due_at: dt.datetime
    paused_at: dt.datetime | None
    held: bool
    reopened: int
    version: int
    lon: float
    lat: float
    category: str
    category_code: str
    category_icon: str
    owner: str
    unit: str
    handler: str
    photo: str

    @property
    def is_open(self) -> bool:
        """Still waiting for its answer."""
        return self.state in OPEN

    @property
    def is_late(self) -> bool:
        """Open after its deadline; a paused clock is not late."""
        return self.is_open and self.paused_at is None and self.due_at < timezone.now()


OWN = (
    *("id", "code", "text", "state", "created_at", "due_at", "paused_at", "held", "reopened", "version"),
    *("lon", "lat"),
)
THEIRS = (
    *("category_id", "owner_id", "unit__kind", "unit__name"),
    *("handler__last_name", "handler__first_name", "handler__username"),
)
CATEGORY, OWNER = len(OWN), len(OWN) + 1


def lines(rows: ReportQuerySet, book: Directory) -> list[Row]:
    """Two queries, whatever the number of rows; `book` names categories and bodies."""
    placed = rows.annotate(lon=coordinate("ST_X"), lat=coordinate("ST_Y"))
    found: list[tuple[Any, ...]] = list(placed.values_list(*OWN, *THEIRS))
    if not all(one[CATEGORY] in book.categories and one[OWNER] in book.bodies for one in found):
        book = directory()  # made since the book was read
    photos = first_photos(values[0] for values in found)
    return [line(values, book, photos.get(values[0], "")) for values in found]


def coordinate(function: str) -> Func:
    """A number of the point, without a geometry object for each row."""
    return Func(F("point"), function=function, output_field=FloatField())


def line(values: tuple[Any, ...], book: Directory, photo: str) -> Row:
    """The columns in their order → the row."""
    category_id, owner_id, kind, unit, last, first, username = values[len(OWN) :]
    category, owner = book.categories[category_id], book.bodies[owner_id]
    place = full_name_of(kind, unit) if kind else ""
    officer = name_of(last, first, username) if username else ""
    words = (str(category), category.code, category.icon, owner.name, place, officer, photo)
    return Row(*(*values[: len(OWN)], *words))


def line_of(report: Report, photo: str = "") -> Row:
    """The same of a report that is at hand with all that it belongs to."""
    words = (
        str(report.category),
        report.category.code,
        report.category.icon,
        report.owner.name,
        report.unit.full_name if report.unit else "",
        str(report.handler) if report.handler else "",
        photo,
    )
    own = (getattr(report, name) for name in OWN[:-2])
    return Row(*(*own, report.point.x, report.point.y, *words))


def first_photos(ids: Iterable[int]) -> dict[int, str]:
    """The address of each report's first photo."""
    photos = Photo.objects.filter(report_id__in=list(ids)).order_by("-id")
    return {report: thumbnail(key) for report, key in photos.values_list("report_id", "key")}


def thumbnail(key: object) -> str:
    """Where officers find the small picture."""
    return f"/reports/photos/{key}-small.jpg"
