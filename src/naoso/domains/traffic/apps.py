"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Passages of number plates and what is done with them."""

    name = "naoso.domains.traffic"
    label = "traffic"
    verbose_name = _("Traffic and number plates")
