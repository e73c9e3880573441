"""Puts the audit triggers on the tables that the modules name as audited."""

from __future__ import annotations

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connections, models

from naoso.kernel.modules import Registry

# Columns whose content is secret whatever they are called elsewhere; others are masked by name.
MASKED = {"mfa.Authenticator": "data", "socialaccount.SocialAccount": "extra_data"}
# Columns that tell of life, not of a decision: a change of these alone leaves no row. A model may name
# more of its own in `audit_ignored`.
HEARTBEAT = ("last_login", "last_used_at", "last_seen_at")
KINDS = (
    ("insert", "INSERT", "REFERENCING NEW TABLE AS new_rows"),
    ("update", "UPDATE", "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"),
    ("delete", "DELETE", "REFERENCING OLD TABLE AS old_rows"),
    ("truncate", "TRUNCATE", ""),
)


def audited_models() -> tuple[type[models.Model], ...]:
    """Models that the modules switched on name as audited; a misspelt one raises LookupError."""
    registry: Registry = settings.MODULES
    return tuple(apps.get_model(name) for module in registry for name in module.audited)


def install_after_migrate(sender: AppConfig, using: str, **kwargs: object) -> None:  # noqa: ARG001
    """`post_migrate`: the app's audited tables get their triggers, anew after every migration."""
    mine = [m for m in audited_models() if m._meta.app_label == sender.label]  # noqa: SLF001
    if not mine:
        return
    existing = set(connections[using].introspection.table_names())
    if "people_auditentry" not in existing:
        return
    for model in mine:
        if model._meta.db_table in existing:  # noqa: SLF001
            install(model, using)
        for relation in model._meta.local_many_to_many:  # noqa: SLF001
            through = relation.remote_field.through
            if through is not None and through._meta.db_table in existing:  # noqa: SLF001
                install(through, using)


def install(model: type[models.Model], using: str) -> None:
    """(Re)creates the four statement-level triggers of one table."""
    meta = model._meta  # noqa: SLF001
    connection = connections[using]
    table, key = connection.ops.quote_name(meta.db_table), meta.pk.column if meta.pk else "id"
    masked = MASKED.get(meta.label, "")
    heartbeat = ",".join((*HEARTBEAT, *getattr(model, "audit_ignored", ())))
    with connection.cursor() as cursor:
        for name, verb, tables in KINDS:
            trigger = connection.ops.quote_name(f"audit_{name}")
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
            cursor.execute(
                f"CREATE TRIGGER {trigger} AFTER {verb} ON {table} {tables} FOR EACH STATEMENT "
                "EXECUTE FUNCTION people_audit(%s, %s, %s)",
                [key, masked, heartbeat],
            )
