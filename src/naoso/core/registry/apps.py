"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Sources and the things of the city."""

    name = "naoso.core.registry"
    label = "registry"
    verbose_name = _("Registry")
