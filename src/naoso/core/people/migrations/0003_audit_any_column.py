"""Centres that were made before get the same function: a table may call a column `key`."""

from importlib import import_module

from django.db import migrations

RECORD = import_module("naoso.core.people.migrations.0002_audit_trail").RECORD


class Migration(migrations.Migration):
    dependencies = [("people", "0002_audit_trail")]

    operations = [
        migrations.RunSQL(
            RECORD.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"), migrations.RunSQL.noop
        )
    ]
