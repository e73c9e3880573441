"""How much recordings take, and for how long the disk lasts."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

DAY = dt.timedelta(days=1)
USED = """
SELECT g.id, coalesce(g.name, ''), coalesce(g.retention_days, 0), count(DISTINCT f.source_id), sum(f.size),
       coalesce(sum(f.size) FILTER (WHERE f.began_at > %(day)s), 0), min(f.began_at)
FROM cameras_footage f JOIN cameras_camerasource s ON s.id = f.source_id
LEFT JOIN cameras_cameragroup g ON g.id = s.group_id GROUP BY 1, 2, 3 ORDER BY 5 DESC
"""


@dataclass(frozen=True, slots=True)
class OfGroup:
    """Bytes now, of the last day, and what it will be when retention has come round."""

    pk: int | None
    name: str
    days: int
    cameras: int
    size: int
    last_day: int
    since: dt.datetime

    @property
    def a_day(self) -> int:
        """Of a group that has recorded for less than a day, what it comes to at that pace."""
        hours = (timezone.now() - self.since) / dt.timedelta(hours=1)
        return int(self.last_day * max(1.0, 24 / max(hours, 0.05)))

    @property
    def expected(self) -> int:
        """Once as many days are recorded as are kept."""
        return max(self.size, self.a_day * self.days)


@dataclass(frozen=True, slots=True)
class Storage:
    """The whole; `full_in_days` None where what is expected has room."""

    groups: list[OfGroup]
    free: int
    total: int
    reserve: int

    @property
    def size(self) -> int:
        """Bytes of all recordings."""
        return sum(group.size for group in self.groups)

    @property
    def a_day(self) -> int:
        """Bytes of the last day."""
        return sum(group.a_day for group in self.groups)

    @property
    def expected(self) -> int:
        """Bytes once retention has come round everywhere."""
        return sum(group.expected for group in self.groups)

    @property
    def full_in_days(self) -> float | None:
        """Until the reserve is reached, at the pace of the last day."""
        room = self.free - self.reserve
        if self.expected - self.size <= room or not self.a_day:
            return None
        return max(0.0, room / self.a_day)


def storage_now() -> Storage:
    """Asks the database and the disk."""
    with connection.cursor() as cursor:
        cursor.execute(USED, {"day": timezone.now() - DAY})
        groups = [
            OfGroup(row[0], row[1], row[2], row[3], int(row[4]), int(row[5]), row[6])
            for row in cursor.fetchall()
        ]
    root = Path(settings.RECORDINGS_DIR)
    root.mkdir(parents=True, exist_ok=True)
    disk = shutil.disk_usage(root)
    return Storage(groups, disk.free, disk.total, int(settings.RECORDINGS_RESERVE_GB * 1e9))
