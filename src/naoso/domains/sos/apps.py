"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Calls for help, their tracks, voices and pictures."""

    name = "naoso.domains.sos"
    label = "sos"
    verbose_name = _("SOS calls")
