"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """City objects."""

    name = "naoso.core.objects"
    label = "objects"
    verbose_name = _("City objects")

    def ready(self) -> None:
        """Declared kinds are written into the database after every migration."""
        from naoso.core.objects.declared import sync_after_migrate  # noqa: PLC0415 - models are loaded by now

        post_migrate.connect(sync_after_migrate, sender=self, dispatch_uid="objects.declared")
