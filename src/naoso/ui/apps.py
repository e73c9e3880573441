"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Templates, components and the built front end."""

    name = "naoso.ui"
    label = "ui"
    verbose_name = _("User interface")
