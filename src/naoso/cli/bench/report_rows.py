"""Years of citizen reports, written by SQL; triggers and foreign keys are off for these sessions.

Three in a hundred are open, of the last month; the others are spread over three years and ended, most in
time. Every owner, unit and category of the seeded province has its part. One in four has words that occur
often, one in some hundreds words that are rare.
"""

from __future__ import annotations

import psycopg

REPORTS = """
WITH owners AS (SELECT array_agg(id ORDER BY id) AS ids FROM people_organisation),
     units AS (SELECT array_agg(id ORDER BY id) AS ids FROM places_adminunit
               WHERE valid_to IS NULL AND kind IN ('commune', 'ward')),
     kinds AS (SELECT array_agg(id ORDER BY id) AS ids FROM citizen_reports_category),
     staff AS (SELECT array_agg(id ORDER BY id) AS ids FROM people_account),
     drawn AS (
        SELECT n, n %% 33 = 0 AS open, random() AS a, random() AS b, random() AS c, random() AS d
        FROM generate_series(%(first)s::int, %(last)s::int) AS n
     ), dated AS (
        SELECT *, now() - CASE WHEN open THEN a * interval '30 days' ELSE a * interval '1095 days' END AS at,
               CASE WHEN open THEN (ARRAY['new', 'accepted', 'accepted', 'waiting'])[1 + floor(b * 4)::int]
                    ELSE (ARRAY['answered', 'answered', 'answered', 'rejected'])[1 + floor(b * 4)::int] END
               AS state
        FROM drawn
     )
INSERT INTO citizen_reports_report (
    code, draft, channel, language, category_id, text, answers, point, place_text, unit_id, owner_id,
    handler_id, routed_by, in_fallback, state, held, held_reason, created_at, changed_at, answer_due_at,
    due_at, first_answer_at, ended_at, paused_at, pause_reason, wake_at, warned, chased, escalation, answer,
    solved, rating, rating_text, reopened, public_since, public_text, hidden, version)
SELECT 'B' || lpad(n::text, 9, '0'), gen_random_uuid(), 'web', 'vi',
       kinds.ids[1 + n %% cardinality(kinds.ids)],
       words, '{}', ST_SetSRID(ST_MakePoint(105.5 + a * 0.7, 21.3 + d * 0.9), 4326), '',
       units.ids[1 + floor(c * cardinality(units.ids))::int],
       owners.ids[1 + floor(d * cardinality(owners.ids))::int],
       CASE WHEN state <> 'new' THEN staff.ids[1 + floor(c * cardinality(staff.ids))::int] END,
       '', false, state, false, '', at, at, at + interval '1 day', at + interval '4 days',
       CASE WHEN state <> 'new' THEN at + interval '5 hours' END,
       CASE WHEN NOT open THEN at + interval '6 days' * c END, CASE WHEN state = 'waiting' THEN at END, '',
       CASE WHEN open AND state <> 'waiting' THEN now() + interval '3 days' END, false, false, 0,
       CASE WHEN NOT open THEN 'Đã xử lý tại chỗ.' ELSE '' END,
       CASE WHEN state = 'answered' THEN c > 0.2 END,
       CASE WHEN state = 'answered' AND n %% 3 = 0 THEN 1 + floor(a * 5)::int END, '', 0,
       CASE WHEN state <> 'new' THEN at + interval '5 hours' END, words, false, 3
FROM (SELECT *, (ARRAY['Ngập úng sau mưa', 'Rác thải ứ đọng', 'Đèn đường tắt', 'Ổ gà mặt đường'])[1 + n %% 4]
             || ' tại ngõ ' || (n %% 977) || ' đường ' || (n %% 211) AS words FROM dated) AS told,
     owners, units, kinds, staff
"""
ENTRIES = """
INSERT INTO citizen_reports_entry (report_id, kind, at, actor_id, public, text)
SELECT r.id, (ARRAY['sent', 'moved', 'note', 'answer'])[k + 1], r.created_at + k * interval '20 minutes',
       CASE WHEN k > 0 THEN r.handler_id END, k <> 2, 'Dòng ' || k || ' của quá trình xử lý.'
FROM citizen_reports_report r, generate_series(0, 3) AS k
WHERE r.code BETWEEN 'B' || lpad(%(first)s::text, 9, '0') AND 'B' || lpad(%(last)s::text, 9, '0')
"""


def fill(url: str, *, first: int, last: int) -> None:
    """Reports number `first` to `last` with four lines of history each."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        span = {"first": first, "last": last}
        connection.execute(REPORTS, span)
        connection.execute(ENTRIES, span)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) citizen_reports_report")
        connection.execute("VACUUM (ANALYZE) citizen_reports_entry")
