"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Public warnings."""

    name = "naoso.domains.warnings"
    label = "warnings"
    verbose_name = _("Public warnings")
