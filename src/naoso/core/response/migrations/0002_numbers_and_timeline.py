"""Incident numbers come from a sequence; the timeline is append-only."""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE response_incident_number;
CREATE FUNCTION response_timeline_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a timeline entry is never changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER response_timeline_append_only BEFORE UPDATE ON response_timelineentry
    FOR EACH ROW EXECUTE FUNCTION response_timeline_is_append_only();
"""
BACKWARD = """
DROP TRIGGER response_timeline_append_only ON response_timelineentry;
DROP FUNCTION response_timeline_is_append_only();
DROP SEQUENCE response_incident_number;
"""


class Migration(migrations.Migration):
    dependencies = [("response", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
