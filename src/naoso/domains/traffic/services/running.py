"""Runs through sections: a passage at the second gate looks for the same plate at the first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import connection

from naoso.domains.traffic.models import Passage, Section, SectionRun
from naoso.domains.traffic.models.words import Review
from naoso.domains.traffic.rules import SLOWEST_KMH
from naoso.domains.traffic.storing import Fresh

RUNS = """
INSERT INTO traffic_sectionrun (section_id, passage_id, plate, entered_at, left_at, speed_kmh, over)
SELECT s.id, given.id, CASE WHEN run.kmh > s.limit_kmh THEN given.plate ELSE '' END, gate.at, given.at,
       run.kmh, run.kmh > s.limit_kmh
FROM unnest(%(ids)s::bigint[], %(cameras)s::bigint[], %(plates)s::text[], %(times)s::timestamptz[])
     AS given (id, camera, plate, at)
JOIN traffic_section s ON s.end_id = given.camera AND s.enabled
CROSS JOIN LATERAL (
    SELECT p.at FROM traffic_passage p
    WHERE p.plate = given.plate AND p.camera_id = s.start_id AND p.at < given.at AND p.review <> %(no_plate)s
      AND p.at >= given.at - make_interval(secs => s.length_m * 3.6 / %(slowest)s)
    ORDER BY p.at DESC LIMIT 1
) gate
CROSS JOIN LATERAL (SELECT s.length_m * 3.6 / extract(epoch FROM given.at - gate.at) AS kmh) run
WHERE run.kmh <= %(fastest)s
ON CONFLICT (section_id, passage_id) DO NOTHING
"""
FASTEST_KMH = 250.0  # more is another vehicle with a plate read alike, or a wrong clock


def run_through(rows: Sequence[Fresh | Passage]) -> None:
    """For passages just stored."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            RUNS,
            {
                "ids": [row.id for row in rows], "cameras": [row.camera_id for row in rows],
                "plates": [row.plate for row in rows], "times": [row.at for row in rows],
                "slowest": SLOWEST_KMH, "fastest": FASTEST_KMH, "no_plate": Review.NO_PLATE.value,
            },
        )  # fmt: skip


def run_again(row: Passage, plates: set[str]) -> None:
    """A passage says another plate now, or none: runs that end or begin at it with one of these."""
    sections = list(Section.objects.filter(start=row.camera_id))
    longest_m = max((section.length_m for section in sections), default=0)
    until = row.at + dt.timedelta(seconds=longest_m * 3.6 / SLOWEST_KMH)
    later = list(
        Passage.objects.filter(
            plate__in=plates,
            camera__in={section.end_id for section in sections},
            at__gt=row.at,
            at__lte=until,
        ).exclude(review=Review.NO_PLATE)
    )
    SectionRun.objects.filter(passage_id=row.pk).delete()
    SectionRun.objects.filter(section__in=sections, passage_id__in=[one.pk for one in later]).delete()
    run_through([*later] if row.review == Review.NO_PLATE else [row, *later])
