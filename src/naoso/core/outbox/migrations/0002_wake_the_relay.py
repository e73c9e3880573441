"""A committed event wakes the relay."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION outbox_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('naoso_outbox', '');
    RETURN NULL;
END $$;
CREATE TRIGGER outbox_wake AFTER INSERT ON outbox_outboxmessage
    FOR EACH STATEMENT EXECUTE FUNCTION outbox_wake();
"""
BACKWARD = "DROP TRIGGER outbox_wake ON outbox_outboxmessage; DROP FUNCTION outbox_wake();"


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
