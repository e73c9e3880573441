"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Organisations, accounts, roles, grants, the audit trail."""

    name = "naoso.core.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        """Audit triggers follow every migration; sign-ins leave their rows."""
        from naoso.core.people import sign_ins  # noqa: PLC0415
        from naoso.core.people.audit_triggers import install_after_migrate  # noqa: PLC0415

        sign_ins.listen()

        post_migrate.connect(install_after_migrate, dispatch_uid="people.audit")
