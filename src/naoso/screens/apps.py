"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """The operations map, the wall, search: read only."""

    name = "naoso.screens"
    label = "screens"
    verbose_name = _("Screens")
