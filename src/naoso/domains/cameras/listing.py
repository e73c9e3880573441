"""Cameras as lists show them: state, up-time, last picture; in the reader's scope."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Func, IntegerField, QuerySet, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Collate, Concat, Lower
from django.urls import reverse
from django.utils import timezone

from naoso.core.objects.models import CityObject, State
from naoso.core.people.scope import User
from naoso.core.places.models import UNIT_SHAPES
from naoso.domains.cameras.models import CameraHealth, CameraSource, HealthState, May, Outage
from naoso.domains.cameras.rights import Rights, rights_of
from naoso.domains.cameras.rules.uptime import Down, up_share
from naoso.domains.cameras.standings import (
    STANDINGS,
    Standing,
    health_of,
    standing_case,
    standing_of,
)
from naoso.domains.cameras.words import problem_words
from naoso.kernel.text import folded

VIEW = "cameras.view"
Rows = QuerySet[Any]  # city objects with `standing`
A_DAY, A_MONTH = dt.timedelta(days=1), dt.timedelta(days=30)
WORST_FIRST = ("unreachable", "refused", "silent", "unsupported", "picture", "new", "ok", "off", "none")
SORTS = {
    "name": "name_key", "since": "camera_source__health__since",
    "picture": "camera_source__health__answered_at", "vendor": "camera_source__vendor",
    "group": "camera_source__group__name",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One camera of a list. `thumbnail` is an address, empty where the reader may not see the picture."""

    camera: CityObject
    source: CameraSource | None
    health: CameraHealth | None
    standing: Standing
    thumbnail: str = ""
    day: float | None = None
    month: float | None = None

    @property
    def name(self) -> str:
        """As the registry has it."""
        return str(self.camera.data.get("name") or self.camera.code)

    @property
    def day_percent(self) -> float | None:
        """Up-time of a day, 0…100."""
        return None if self.day is None else 100 * self.day

    @property
    def month_percent(self) -> float | None:
        """Of 30 days."""
        return None if self.month is None else 100 * self.month

    @property
    def problems(self) -> str:
        """In words."""
        return problem_words(self.health.problems) if self.health else ""


def cameras(user: User, permission: str = VIEW) -> Rows:
    """Cameras that stand, with source, group and health; `standing` is the code of how they stand."""
    rows = CityObject.objects.filter(kind__slug="camera").exclude(state=State.REMOVED)
    rows = rows.permitted_to(user, permission).annotate(standing=standing_case())
    joined = rows.select_related("owner", "unit", "camera_source__group", "camera_source__health")
    return joined.defer(*UNIT_SHAPES)


def listed(user: User, said: Mapping[str, Any], sort: str = "") -> Rows:
    """Narrowed by a filter's cleaned data; those that do not work first unless sorted otherwise."""
    rows: Rows = narrowed(cameras(user), said)
    name = Coalesce(KeyTextTransform("name", "data"), "code", output_field=TextField())
    rows = rows.annotate(name_key=Collate(name, "vi-x-icu"))
    back = sort.startswith("-")
    field = SORTS.get(sort.lstrip("-"))
    if field is None:
        cases = [When(standing=code, then=place) for place, code in enumerate(WORST_FIRST)]
        order: list[Any] = [Case(*cases, default=9, output_field=IntegerField())]
    else:
        order = [F(field).desc(nulls_last=True) if back else F(field).asc(nulls_last=True)]
    return rows.order_by(*order, "name_key", "pk")


def narrowed(rows: Rows, said: Mapping[str, Any], *, by_state: bool = True) -> Rows:
    """Words without tone marks over code, name and vendor."""
    words = folded(said.get("q", "")).split()
    if words:
        rows = rows.annotate(
            words=without_marks("code", KeyTextTransform("name", "data"), "camera_source__vendor")
        )
        for word in words:
            rows = rows.filter(words__contains=word)
    if by_state and said.get("state") == "clock":
        rows = rows.filter(camera_source__health__problems__contains=["clock"])
    elif by_state and said.get("state"):
        rows = rows.filter(standing=said["state"])
    wanted = {
        "camera_source__group": said.get("group"), "unit": said.get("unit"),
        "camera_source__vendor": said.get("vendor"), "data__purpose": said.get("purpose"),
    }  # fmt: skip
    return rows.filter(**{path: value for path, value in wanted.items() if value})


def without_marks(*parts: Any) -> Func:
    """These texts in one, in small letters without tone marks, as `folded` makes them."""
    joined: Any = Value("")
    for part in parts:
        word = Coalesce(part, Value(""), output_field=TextField())
        joined = Concat(joined, Value(" "), word, output_field=TextField())
    return Func(Lower(joined), function="unaccent", output_field=TextField())


def counts(user: User, said: Mapping[str, Any]) -> list[tuple[Standing, int]]:
    """How many stand how, of those that the rest of the filter leaves."""
    rows = narrowed(cameras(user).select_related(None).defer(None), said, by_state=False)
    found = dict(rows.order_by().values_list("standing").annotate(n=Count("pk")))
    return [(standing, found[code]) for code, standing in STANDINGS.items() if found.get(code)]


def lines(user: User, rows: Iterable[CityObject], *, uptime: bool = True) -> list[Line]:
    """With thumbnails where the reader may see the camera live; the statements do not grow with the rows."""
    found, rights, now = list(rows), rights_of(user), timezone.now()
    sources = [source for row in found if (source := source_of(row))]
    spans = spans_of([source.pk for source in sources], now - A_MONTH) if uptime else {}
    return [line_of(row, rights, spans.get(getattr(source_of(row), "pk", 0), []), now) for row in found]


def line_of(row: CityObject, rights: Rights, spans: list[Down], now: dt.datetime) -> Line:
    """One of them."""
    source = source_of(row)
    health = health_of(source)
    line = Line(row, source, health, standing_of(source), thumbnail_url(row, source, rights))
    if source is None or health is None or health.state == HealthState.NEW:
        return line
    day, month = (up_share(spans, now - span, now, source.connected_at) for span in (A_DAY, A_MONTH))
    return Line(row, source, health, line.standing, line.thumbnail, day, month)


def source_of(row: CityObject) -> CameraSource | None:
    """None for a camera that nobody has connected."""
    source: CameraSource | None = getattr(row, "camera_source", None)
    if source is not None:
        source.camera = row
    return source


def thumbnail_url(row: CityObject, source: CameraSource | None, rights: Rights) -> str:
    """Its address changes with the picture, so that a browser may keep it."""
    health = health_of(source)
    if source is None or health is None or health.thumbnail_at is None or not rights.may(source, May.LIVE):
        return ""
    return f"{reverse('cameras:thumbnail', args=[row.pk])}?at={int(health.thumbnail_at.timestamp())}"


def spans_of(sources: Iterable[int], since: dt.datetime) -> dict[int, list[Down]]:
    """Outages of these sources that reach into the time since then: one statement."""
    found: dict[int, list[Down]] = defaultdict(list)
    rows = Outage.objects.filter(source_id__in=list(sources)).during(since, timezone.now())
    for pk, began_at, ended_at, state in rows.values_list("source_id", "began_at", "ended_at", "state"):
        found[pk].append(Down(began_at, ended_at, state))
    return found


def vendors(user: User) -> list[str]:
    """Those that occur, by name."""
    rows = CameraSource.objects.visible_to(user).exclude(vendor="").order_by("vendor")
    return list(rows.values_list("vendor", flat=True).distinct())


def search(user: User, text: str, limit: int = 8) -> list[dict[str, str]]:
    """Hits for the search over everything."""
    return [
        {
            "title": str(row.data.get("name") or row.code),
            "detail": f"{row.code} · {STANDINGS[row.standing].label} · {row.unit or ''}".rstrip(" ·"),
            "url": reverse("cameras:camera", args=[row.pk]),
        }
        for row in listed(user, {"q": text})[:limit]
    ]
