"""Runs through sections: a passage at the second gate looks for the same plate at the first."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

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
    WHERE p.plate = given.plate AND p.camera_id = s.start_id AND p.at < given.at
      AND p.at >= given.at - make_interval(secs => s.length_m * 3.6 / %(slowest)s)
    ORDER BY p.at DESC LIMIT 1
) gate
CROSS JOIN LATERAL (SELECT s.length_m * 3.6 / extract(epoch FROM given.at - gate.at) AS kmh) run
WHERE run.kmh <= %(fastest)s
ON CONFLICT (section_id, passage_id) DO NOTHING
"""
FASTEST_KMH = 250.0  # more is another vehicle with a plate read alike, or a wrong clock


def run_through(rows: Sequence[Fresh]) -> None:
    """For passages just stored."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            RUNS,
            {
                "ids": [row.id for row in rows], "cameras": [row.camera_id for row in rows],
                "plates": [row.plate for row in rows], "times": [row.at for row in rows],
                "slowest": SLOWEST_KMH, "fastest": FASTEST_KMH,
            },
        )  # fmt: skip
