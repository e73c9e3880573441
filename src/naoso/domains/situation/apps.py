"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Situation."""

    name = "naoso.domains.situation"
    label = "situation"
    verbose_name = _("Situation")
