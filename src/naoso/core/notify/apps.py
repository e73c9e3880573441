"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Who hears of what, over which channel, and whether it arrived."""

    name = "naoso.core.notify"
    label = "notify"
    verbose_name = _("Notifications")
