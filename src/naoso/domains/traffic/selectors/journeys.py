"""Where one plate has been, and who went with it: asked inside a case alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection

from naoso.core.objects.models import CityObject
from naoso.core.people.scope import User
from naoso.domains.traffic.models import Case, CasePassage, Passage
from naoso.domains.traffic.models.words import Review
from naoso.domains.traffic.plates import shown
from naoso.domains.traffic.selectors.scoping import scope_sql

CASE = "traffic.case"
MOST = 2000
TOGETHER = """
WITH own AS (
    SELECT camera_id, at FROM traffic_passage p
    WHERE plate = %(plate)s AND at >= %(start)s AND review <> %(no_plate)s AND ({scope})
    ORDER BY at DESC LIMIT 500
)
SELECT p.plate, count(DISTINCT p.camera_id) AS cameras, count(*) AS times, max(p.at) AS last
FROM own JOIN traffic_passage p ON p.camera_id = own.camera_id
 AND p.at BETWEEN own.at - make_interval(mins => %(minutes)s) AND own.at + make_interval(mins => %(minutes)s)
WHERE p.plate <> %(plate)s AND p.at >= %(start)s AND p.review <> %(no_plate)s AND ({scope})
GROUP BY 1 HAVING count(DISTINCT p.camera_id) >= %(cameras)s
ORDER BY 2 DESC, 3 DESC LIMIT 50
"""


@dataclass(frozen=True, slots=True)
class Sight:
    """A plate at a place; `kind` is case where only the case still has it, `picture` what is there of it."""

    plate: str
    at: dt.datetime
    camera: CityObject
    direction: str
    vehicle: str
    kind: str
    id: int
    picture: str

    @property
    def shown(self) -> str:
        """As people write it."""
        return shown(self.plate, self.vehicle)

    @property
    def place(self) -> str:
        """As people know it."""
        return str(self.camera.data.get("name") or self.camera.code)


def journey(user: User, case: Case, plate: str, since: dt.datetime) -> list[Sight]:
    """Newest first; passages in their table, and those that the case has kept. Whoever asks has told why.

    Nothing before the case's own period, however long passages stay.
    """
    if not case.is_open:
        return []
    since = max(since, case.searched_from)
    found: dict[int, Sight] = {}
    kept = CasePassage.objects.filter(case=case, plate=plate, at__gte=since).select_related("camera")
    for old in kept.order_by("-at")[:MOST]:
        found[old.passage_id] = sight(old, "case", old.pk)
    rows = Passage.objects.permitted_to(user, CASE).filter(plate=plate, at__gte=since)
    rows = rows.exclude(review=Review.NO_PLATE)
    for row in rows.select_related("camera").order_by("-at")[:MOST]:
        found[row.pk] = sight(row, "passage", row.pk)
    return sorted(found.values(), key=lambda one: one.at, reverse=True)[:MOST]


def kept(case: Case) -> list[Sight]:
    """All that the case has kept, newest first, while it stays; also of a case that has ended."""
    if not case.keeps:
        return []
    rows = CasePassage.objects.filter(case=case).select_related("camera").order_by("-at")
    return [sight(row, "case", row.pk) for row in rows[:MOST]]


def sight(row: Any, kind: str, number: int) -> Sight:
    """Of either table."""
    picture = "crop" if row.crop else "scene" if row.scene else ""
    return Sight(row.plate, row.at, row.camera, row.direction, row.vehicle, kind, number, picture)


def together(
    user: User, case: Case, plate: str, *, minutes: int, cameras: int, since: dt.datetime
) -> list[dict[str, Any]]:
    """Plates seen within so many minutes of this one at so many of the same cameras."""
    if not case.is_open:
        return []
    given: dict[str, Any] = {
        "plate": plate, "start": max(since, case.searched_from), "minutes": minutes, "cameras": cameras,
        "no_plate": Review.NO_PLATE.value,
    }  # fmt: skip
    condition, values = scope_sql(user, CASE, "p")
    with connection.cursor() as cursor:
        cursor.execute(TOGETHER.format(scope=condition), given | values)
        names = ("plate", "cameras", "times", "last")
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [row | {"shown": shown(row["plate"])} for row in found]
