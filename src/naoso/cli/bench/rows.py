"""A centre's years of incidents and alerts, written by SQL: 100,000 through the services would take an hour.

Triggers and foreign keys are off for these sessions, so the audit trail does not tell of them; the rows keep
every constraint of their tables. Three in a hundred incidents are open, of the last thirty days; the others
are spread over three years, all owners, units and kinds.
"""

from __future__ import annotations

import psycopg

OPEN_EVERY = 33

INCIDENTS = """
WITH owners AS (SELECT array_agg(id ORDER BY id) AS ids FROM people_organisation),
     units AS (SELECT array_agg(id ORDER BY id) AS ids FROM places_adminunit WHERE parent_id IS NOT NULL),
     kinds AS (SELECT array_agg(id ORDER BY id) AS ids FROM response_incidentkind),
     staff AS (SELECT array_agg(id ORDER BY id) AS ids FROM people_account),
     drawn AS (
        SELECT n, n %% %(open_every)s = 0 AS open, random() AS a, random() AS b, random() AS c
        FROM generate_series(1, %(count)s) AS n
     ), dated AS (
        SELECT *, now() - CASE WHEN open THEN a * interval '30 days' ELSE a * interval '1095 days' END AS at,
               CASE WHEN NOT open THEN 'closed'
                    ELSE (ARRAY['new', 'accepted', 'working', 'working', 'paused'])[1 + floor(b * 5)::int] END
               AS state
        FROM drawn
     )
INSERT INTO response_incident (
    number, kind_id, title, description, severity, state, owner_id, unit_id, point, assignee_id, opened_at,
    opened_by_id, due_at, paused_at, pause_reason, warned_late, closed_at, outcome, outcome_note, version)
SELECT 'B-' || lpad(n::text, 6, '0'),
       kinds.ids[1 + n %% cardinality(kinds.ids)],
       (ARRAY['Ngập úng', 'Rác thải', 'Đèn đường hỏng', 'PM2.5 ở mức Xấu', 'Cây đổ', 'Mất nước',
              'Ổ gà mặt đường', 'Tiếng ồn'])[1 + n %% 8]
           || ' tại ngõ ' || (n %% 977) || ' đường ' || (n %% 211),
       'Mô tả sự việc do người báo kể lại, kèm số nhà và thời điểm.', 1 + n %% 4, state,
       owners.ids[1 + floor(c * cardinality(owners.ids))::int],
       units.ids[1 + floor(b * cardinality(units.ids))::int],
       ST_SetSRID(ST_MakePoint(105.5 + a * 0.7, 21.3 + b * 0.7), 4326),
       CASE WHEN state <> 'new' THEN staff.ids[1 + floor(c * cardinality(staff.ids))::int] END,
       at, NULL, at + interval '2 days',
       CASE WHEN state = 'paused' THEN at + interval '1 hour' END,
       CASE WHEN state = 'paused' THEN 'Chờ vật tư' ELSE '' END, false,
       CASE WHEN state = 'closed' THEN at + interval '1 day' * b END,
       CASE WHEN state = 'closed' THEN 'solved' ELSE '' END,
       CASE WHEN state = 'closed' THEN 'Đã xử lý tại chỗ.' ELSE '' END, 3
FROM dated, owners, units, kinds, staff
"""
TIMELINES = """
INSERT INTO response_timelineentry (incident_id, at, actor_id, kind, text)
SELECT i.id, i.opened_at + k * interval '20 minutes', i.assignee_id,
       (ARRAY['opened', 'moved', 'assigned', 'note', 'task', 'moved'])[k + 1],
       'Dòng ' || k || ' của diễn biến, do người trực ghi.'
FROM response_incident i, generate_series(0, 5) AS k WHERE i.number LIKE 'B-%%'
"""
WITNESSES = """
INSERT INTO response_witness (incident_id, subject, title, url, seen_at, added_at)
SELECT i.id, 'bench:witness:' || i.id || '-' || k, 'Nhân chứng ' || k, '', i.opened_at, i.opened_at
FROM response_incident i, generate_series(0, 1) AS k WHERE i.number LIKE 'B-%%' AND (k = 0 OR i.id %% 3 = 0)
"""
TASKS = """
INSERT INTO response_task (incident_id, "order", title, role_id, assignee_id, opened_at, skipped, due_at,
                           done_at, done_by_id, note)
SELECT i.id, k, 'Bước ' || k || ': kiểm tra và ghi kết quả', NULL, i.assignee_id, i.opened_at, false,
       i.opened_at + k * interval '1 hour',
       CASE WHEN i.state = 'closed' THEN i.opened_at + k * interval '50 minutes' END,
       CASE WHEN i.state = 'closed' THEN i.assignee_id END, ''
FROM response_incident i, generate_series(1, 4) AS k WHERE i.number LIKE 'B-%%'
"""
ALERTS = """
WITH owners AS (SELECT array_agg(id ORDER BY id) AS ids FROM people_organisation),
     units AS (SELECT array_agg(id ORDER BY id) AS ids FROM places_adminunit WHERE parent_id IS NOT NULL),
     staff AS (SELECT array_agg(id ORDER BY id) AS ids FROM people_account),
     drawn AS (
        SELECT n, n %% 10 = 0 AS open, random() AS a, random() AS b FROM generate_series(1, %(count)s) AS n
     )
INSERT INTO alerts_alert (
    rule, subject, domain, title, detail, severity, value, "limit", quantity, owner_id, unit_id, point,
    active, first_at, last_at, cleared_at, count, acknowledged_at, acknowledged_by_id, note, escalate_at,
    escalate_every, level)
SELECT 'bench', 'bench:station:' || n, 'environment', 'PM2.5 ở mức Xấu, điểm đo ' || n,
       'Trung bình một giờ cao hơn giới hạn.', 1 + n %% 4, 80 + a * 70, 80, 'µg/m³',
       owners.ids[1 + floor(a * cardinality(owners.ids))::int],
       units.ids[1 + floor(b * cardinality(units.ids))::int],
       ST_SetSRID(ST_MakePoint(105.5 + a * 0.7, 21.3 + b * 0.7), 4326), open,
       now() - b * interval '90 days', now() - b * interval '90 days' + interval '20 minutes',
       CASE WHEN NOT open THEN now() - b * interval '90 days' + interval '20 minutes' END, 1,
       CASE WHEN NOT open OR n %% 20 = 0 THEN now() - b * interval '90 days' + interval '5 minutes' END,
       CASE WHEN NOT open OR n %% 20 = 0 THEN staff.ids[1 + n %% cardinality(staff.ids)] END, '', NULL,
       interval '15 minutes', 0
FROM drawn, owners, units, staff
"""


def fill(url: str, *, incidents: int, alerts: int) -> dict[str, int]:
    """Writes them; how many rows went into each table."""
    written = {}
    with psycopg.connect(url) as connection:
        connection.execute("SELECT setseed(0.5)")
        connection.execute("SET session_replication_role = replica")
        for name, statement, count in (
            ("incidents", INCIDENTS, incidents),
            ("timeline entries", TIMELINES, 0),
            ("witnesses", WITNESSES, 0),
            ("tasks", TASKS, 0),
            ("alerts", ALERTS, alerts),
        ):
            done = connection.execute(statement, {"count": count, "open_every": OPEN_EVERY})
            written[name] = done.rowcount
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return written
