"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Air quality: stations, readings, the index, the limits."""

    name = "naoso.domains.environment"
    label = "environment"
    verbose_name = _("Environment")
