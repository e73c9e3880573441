"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Series, readings, latest values, rollups."""

    name = "naoso.core.telemetry"
    label = "telemetry"
    verbose_name = _("Telemetry")
