"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Street lighting."""

    name = "naoso.domains.lighting"
    label = "lighting"
    verbose_name = _("Lighting")
