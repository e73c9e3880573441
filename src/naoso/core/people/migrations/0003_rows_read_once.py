"""The audit of an update turns each row into JSON once: a wide row with a place in it is dear to turn."""

from __future__ import annotations

from django.db import migrations

# OFFSET 0 keeps the planner from writing to_jsonb() again wherever `cells` stands.
RECORD = r"""
CREATE OR REPLACE FUNCTION people_audit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    actor bigint := nullif(current_setting('naoso.actor', true), '')::bigint;
    whence inet := nullif(current_setting('naoso.address', true), '')::inet;
    why text := coalesce(current_setting('naoso.reason', true), '');
    key_column text := TG_ARGV[0];  -- a table may call a column `key`
    masked text := TG_ARGV[1];
    heartbeat text[] := string_to_array(TG_ARGV[2], ',');
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO people_auditentry (actor_id, address, reason, table_name, "row", action, after)
        SELECT actor, whence, why, TG_TABLE_NAME, cells ->> key_column, 'insert', people_audit_cells(cells, masked)
        FROM (SELECT to_jsonb(n) AS cells FROM new_rows n) fresh;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO people_auditentry (actor_id, address, reason, table_name, "row", action, before)
        SELECT actor, whence, why, TG_TABLE_NAME, cells ->> key_column, 'delete', people_audit_cells(cells, masked)
        FROM (SELECT to_jsonb(o) AS cells FROM old_rows o) gone;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO people_auditentry (actor_id, address, reason, table_name, "row", action, before, after)
        SELECT actor, whence, why, TG_TABLE_NAME, coalesce(was.pk, now_.pk), 'update',
               people_audit_cells(people_audit_changed(was.cells, now_.cells), masked),
               people_audit_cells(people_audit_changed(now_.cells, was.cells), masked)
        FROM (SELECT cells ->> key_column AS pk, cells
              FROM (SELECT to_jsonb(o) AS cells FROM old_rows o OFFSET 0) each_old) was
        FULL JOIN (SELECT cells ->> key_column AS pk, cells
              FROM (SELECT to_jsonb(n) AS cells FROM new_rows n OFFSET 0) each_new) now_
            ON now_.pk = was.pk
        WHERE (was.cells - heartbeat) IS DISTINCT FROM (now_.cells - heartbeat);
    ELSE
        INSERT INTO people_auditentry (actor_id, address, reason, table_name, "row", action)
        VALUES (actor, whence, why, TG_TABLE_NAME, '', 'truncate');
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0002_audit_trail")]

    operations = [migrations.RunSQL(RECORD, migrations.RunSQL.noop)]
