"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Listed premises, their detectors and alarms."""

    name = "naoso.domains.fire"
    label = "fire"
    verbose_name = _("Fire and explosion")
