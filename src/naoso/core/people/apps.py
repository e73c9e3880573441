"""Django's entry to this app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    """Organisations, accounts, roles, grants, the audit trail."""

    name = "naoso.core.people"
    label = "people"
    verbose_name = _("People")
