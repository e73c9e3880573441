"""Figures of what was published: by hazard and month, how long it took, whom it reached, what failed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from naoso.core.people.scope import User
from naoso.domains.warnings.models import PublicWarning
from naoso.domains.warnings.vocabulary import Hazard
from naoso.domains.warnings.workflow import OUT

FIGURES = """
WITH rows AS (
    SELECT w.id, {by} AS k, w.message_type, extract(epoch FROM w.sent_at - w.created_at) / 60 AS minutes
    FROM warnings_publicwarning w WHERE w.id = ANY(%s)
), reach AS (
    SELECT warning_id, count(*) FILTER (WHERE state = 'sent') AS sent,
           count(*) FILTER (WHERE state IN ('failed', 'expired')) AS failed
    FROM warnings_outgoing WHERE warning_id = ANY(%s) GROUP BY 1
)
SELECT k, count(*) FILTER (WHERE message_type = 'Alert'), count(*) FILTER (WHERE message_type = 'Update'),
       count(*) FILTER (WHERE message_type = 'Cancel'),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes) FILTER (WHERE message_type <> 'Cancel'),
       coalesce(sum(sent), 0)::bigint, coalesce(sum(failed), 0)::bigint
FROM rows LEFT JOIN reach ON reach.warning_id = rows.id GROUP BY 1 ORDER BY 1
"""
BY = {
    "hazard": "w.hazard",
    "month": "to_char(w.sent_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM')",
}
PERIODS = (365, 90, 30)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: numbers of messages, median minutes from draft to publication, messages sent and failed."""

    key: str
    name: str
    alerts: int
    updates: int
    cancels: int
    minutes: float | None
    sent: int
    failed: int


def figures(user: User, by: str, days: int) -> list[Line]:
    """Of what this person sees, published in the last days."""
    since = timezone.now() - dt.timedelta(days=days)
    rows = PublicWarning.objects.visible_to(user).filter(state__in=OUT, sent_at__gte=since)
    ids = list(rows.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(FIGURES.format(by=BY[by]), [ids, ids])
        found = cursor.fetchall()
    return [Line(row[0], name_of(by, row[0]), *row[1:]) for row in found]


def name_of(by: str, key: str) -> str:
    """A hazard in words; a month as 07/2026."""
    return str(Hazard(key).label) if by == "hazard" else f"{key[5:]}/{key[:4]}"
