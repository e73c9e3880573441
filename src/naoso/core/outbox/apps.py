"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Events that leave after commit, in order, at least once."""

    name = "naoso.core.outbox"
    label = "outbox"
    verbose_name = _("Outbox")
