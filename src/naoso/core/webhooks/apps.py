"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """What other systems hear from this centre: signed, retried, and to be read in a log."""

    name = "naoso.core.webhooks"
    label = "webhooks"
    verbose_name = _("Webhooks")
