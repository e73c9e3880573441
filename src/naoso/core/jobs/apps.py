"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Background jobs: who runs them, and what becomes of those whose worker died."""

    name = "naoso.core.jobs"
    label = "jobs"
    verbose_name = _("Background jobs")
