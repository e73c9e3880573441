"""What the house knows of this system."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import Module

MODULE = Module(slug="environment", title=_("Environment"), app="naoso.domains.environment.apps.Config")
