"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Schools, clinics, hydrants and other things that a map shows."""

    name = "naoso.domains.amenities"
    label = "amenities"
    verbose_name = _("Amenities")
