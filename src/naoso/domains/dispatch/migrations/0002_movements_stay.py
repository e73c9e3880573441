"""Movements of a stock are append-only."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION dispatch_movement_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a movement of a stock is never changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER dispatch_movement_append_only BEFORE UPDATE ON dispatch_stockmovement
    FOR EACH ROW EXECUTE FUNCTION dispatch_movement_is_append_only();
"""
BACKWARD = """
DROP TRIGGER dispatch_movement_append_only ON dispatch_stockmovement;
DROP FUNCTION dispatch_movement_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
