"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Rules and the alerts that their findings become."""

    name = "naoso.core.alerts"
    label = "alerts"
    verbose_name = _("Alerts")
