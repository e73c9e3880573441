"""What the house knows of this system."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import Module

MODULE = Module(
    slug="citizen_reports", title=_("Citizen reports"), app="naoso.domains.citizen_reports.apps.Config"
)
