"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """What citizens report, who answers, and what came of it."""

    name = "naoso.domains.citizen_reports"
    label = "citizen_reports"
    verbose_name = _("Citizen reports")
