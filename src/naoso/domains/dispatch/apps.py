"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Dispatch of forces."""

    name = "naoso.domains.dispatch"
    label = "dispatch"
    verbose_name = _("Dispatch")
