"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Incidents, tasks, procedures, deadlines in working time."""

    name = "naoso.core.response"
    label = "response"
    verbose_name = _("Response")
