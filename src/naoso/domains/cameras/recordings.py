"""Recordings: what is kept for incidents, what goes when its time is over or the disk is full."""

from __future__ import annotations

import datetime as dt
import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.alerts.services import receive
from naoso.core.people.audit import recorded
from naoso.domains.cameras.models import CameraGroup, Footage
from naoso.domains.cameras.selectors import MOST, NEAR_M
from naoso.kernel.findings import Finding, Severity
from naoso.kernel.ids import SubjectRef

log = logging.getLogger(__name__)

BEFORE, AFTER = dt.timedelta(minutes=15), dt.timedelta(hours=1)
AFTER_CLOSING = dt.timedelta(minutes=5)
HELD_AFTER_CLOSING = dt.timedelta(days=90)
NEAR_ENOUGH_M = 400.0
LOOKED_BACK = dt.timedelta(days=1)  # a worker may have been away
LONGEST_HELD = dt.timedelta(days=7)  # of an incident that nobody closes
NEAR = "near"
BATCH = 500
DISK_RULE = "cameras-disk"
GB = 1_000_000_000

KEEP = """
INSERT INTO cameras_hold (source_id, incident_id, began_at, ended_at, reason, made_at)
SELECT c.source, i.id, i.opened_at - %(before)s, i.opened_at + %(after)s, %(reason)s, %(now)s
FROM response_incident i CROSS JOIN LATERAL (
    SELECT s.id AS source FROM objects_cityobject o
    JOIN cameras_camerasource s ON s.camera_id = o.id AND s.enabled
    JOIN cameras_cameragroup g ON g.id = s.group_id AND g.retention_days > 0
    WHERE o.state = 'active'
      AND o.shape && ST_Expand(i.point, %(farthest)s / (111195.0 * cos(radians(ST_Y(i.point)))))
      AND ST_DistanceSphere(o.shape, i.point)
          <= least(greatest(%(metres)s, (o.data->>'range_m')::float8), %(farthest)s)
    ORDER BY ST_DistanceSphere(o.shape, i.point) LIMIT %(most)s) c
WHERE i.opened_at > %(since)s AND i.point IS NOT NULL
  AND NOT EXISTS (SELECT FROM cameras_hold h WHERE h.incident_id = i.id)
ON CONFLICT DO NOTHING
"""
LONGER = """
UPDATE cameras_hold h SET ended_at = coalesce(i.closed_at + %(closing)s, %(now)s + %(after)s)
FROM response_incident i
WHERE i.id = h.incident_id AND h.ended_at < coalesce(i.closed_at, %(now)s + %(closing)s)
  AND coalesce(i.closed_at > %(since)s, i.opened_at > %(now)s - %(longest)s)
"""
# A piece stays while an open hold or a package covers it.
FREE = """
NOT EXISTS (SELECT FROM cameras_hold h JOIN response_incident i ON i.id = h.incident_id
            WHERE h.source_id = f.source_id
              AND h.began_at < f.ended_at AND h.ended_at > f.began_at
              AND (i.closed_at IS NULL OR i.closed_at > %(now)s - %(held)s))
AND NOT EXISTS (SELECT FROM cameras_evidencepackage p JOIN cameras_evidencepackage_sources s
                  ON s.evidencepackage_id = p.id
                WHERE s.camerasource_id = f.source_id AND p.state <> 'failed'
                  AND p.began_at < f.ended_at AND p.ended_at > f.began_at)
"""
OVER = f"""
SELECT f.id, f.path, f.size FROM cameras_footage f
JOIN cameras_camerasource s ON s.id = f.source_id LEFT JOIN cameras_cameragroup g ON g.id = s.group_id
WHERE f.began_at < %(now)s - make_interval(days => COALESCE(g.retention_days, 0)) AND {FREE}
ORDER BY f.began_at LIMIT %(most)s
"""  # noqa: S608 - a constant of this file
OLDEST = f"SELECT f.id, f.path, f.size FROM cameras_footage f WHERE {FREE} ORDER BY f.began_at LIMIT %(most)s"  # noqa: S608


def keep_for_incidents(now: dt.datetime | None = None) -> int:
    """Recordings of cameras near new incidents stay, from a little before until an hour later.

    Returns how many cameras' recordings are held anew. What an incident took longer than the hour is kept
    as well, also while it is open. Twice changes nothing.
    """
    now = now or timezone.now()
    facts: dict[str, Any] = {
        "now": now, "since": now - LOOKED_BACK, "before": BEFORE, "after": AFTER, "metres": NEAR_ENOUGH_M,
        "farthest": NEAR_M, "most": MOST, "reason": NEAR, "closing": AFTER_CLOSING,
        "longest": LONGEST_HELD,
    }  # fmt: skip
    with recorded(None), connection.cursor() as cursor:
        cursor.execute(KEEP, facts)
        count = int(cursor.rowcount)
        cursor.execute(LONGER, facts)
    return count


@dataclass(frozen=True, slots=True)
class Piece:
    """A recording that may go."""

    pk: int
    path: str
    size: int


def tidy(now: dt.datetime | None = None, free: int | None = None) -> tuple[int, int]:
    """Removes what is over, and on a full disk the oldest unprotected; returns (how many, bytes).

    `free`: bytes free on the disk, asked of it where not given.
    """
    now = now or timezone.now()
    root = Path(settings.RECORDINGS_DIR)
    root.mkdir(parents=True, exist_ok=True)
    count = size = 0
    while pieces := _pieces(OVER, now):
        count, size = count + len(pieces), size + _drop(root, pieces)
        if len(pieces) < BATCH:
            break
    left = (shutil.disk_usage(root).free if free is None else free) + (size if free is not None else 0)
    reserve = int(settings.RECORDINGS_RESERVE_GB * GB)
    while left < reserve and (pieces := _pieces(OLDEST, now)):
        wanted = _enough(pieces, reserve - left)
        gone = _drop(root, wanted)
        count, size, left = count + len(wanted), size + gone, left + gone
        log.warning("recordings: the disk is full: %d of the oldest pieces were removed", len(wanted))
    tell_of_disk(left, reserve, now)
    return count, size


def _pieces(sql: str, now: dt.datetime) -> list[Piece]:
    with connection.cursor() as cursor:
        facts: dict[str, Any] = {"now": now, "held": HELD_AFTER_CLOSING, "most": BATCH}
        cursor.execute(sql, facts)
        return [Piece(*row) for row in cursor.fetchall()]


def _enough(pieces: Sequence[Piece], wanted: int) -> list[Piece]:
    """The oldest, until so many bytes are found."""
    found: list[Piece] = []
    for piece in pieces:
        if wanted <= 0:
            break
        found.append(piece)
        wanted -= piece.size
    return found


def _drop(root: Path, pieces: Sequence[Piece]) -> int:
    """The rows first: `sweep` finds a file without a row; a row without its file would be shown."""
    with transaction.atomic():
        Footage.objects.filter(pk__in=[piece.pk for piece in pieces]).delete()
    for piece in pieces:
        (root / piece.path).unlink(missing_ok=True)
    return sum(piece.size for piece in pieces)


def sweep(now: dt.datetime | None = None) -> int:
    """Removes files of past days that no row knows: a process died between both. Returns how many."""
    today = (now or timezone.now()).astimezone(dt.UTC).strftime("%Y%m%d")
    root, gone = Path(settings.RECORDINGS_DIR), 0
    for folder in sorted(root.glob("*/[0-9]*")):
        if folder.name >= today or not folder.is_dir():
            continue
        there = {
            str(path.relative_to(root)): path for path in folder.glob("*.mp4")
        }  # before the rows are asked
        rows = Footage.objects.filter(path__startswith=f"{folder.parent.name}/{folder.name}/")
        for name in there.keys() - set(rows.values_list("path", flat=True)):
            there[name].unlink(missing_ok=True)
            gone += 1
        if not any(folder.iterdir()):
            folder.rmdir()
    return gone


def tell_of_disk(left: int, reserve: int, now: dt.datetime) -> None:
    """An alert to each body that records, before the oldest recordings begin to go."""
    short = left < 2 * reserve
    owners = CameraGroup.objects.filter(retention_days__gt=0).values_list("owner_id", flat=True)
    receive([
        Finding(
            rule=DISK_RULE, subject=SubjectRef("cameras", "recordings", str(owner)), active=short,
            severity=Severity.SEVERE if left < reserve else Severity.MODERATE, observed_at=now,
            owner_id=owner, title=_("The disk for recordings is nearly full"),
            detail=_("%(free).1f GB are free. Below %(limit).1f GB the oldest unprotected recordings go.")
            % {"free": left / GB, "limit": reserve / GB},
            value=round(left / GB, 1), limit=round(2 * reserve / GB, 1), quantity="GB",
        )
        for owner in sorted(set(owners))
    ])  # fmt: skip
