"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Cameras."""

    name = "naoso.domains.cameras"
    label = "cameras"
    verbose_name = _("Cameras")
