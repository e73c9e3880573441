"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """From the stream to committed rows; quarantine for the rest."""

    name = "naoso.core.ingest"
    label = "ingest"
    verbose_name = _("Ingest")
