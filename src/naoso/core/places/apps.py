"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Administrative units with their years of validity, service areas, what stands where."""

    name = "naoso.core.places"
    label = "places"
    verbose_name = _("Places")
