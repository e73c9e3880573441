"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Gauges of rivers and rain, fire weather, slopes that move."""

    name = "naoso.domains.hazards"
    label = "hazards"
    verbose_name = _("Sensors of danger")
