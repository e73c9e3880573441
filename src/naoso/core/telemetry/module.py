"""What telemetry declares."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import Module, Permission

MODULE = Module(
    slug="telemetry",
    title=_("Telemetry"),
    app="naoso.core.telemetry.apps.Config",
    permissions=(Permission("telemetry.view", _("See readings")),),
    urls="naoso.core.telemetry.urls",
    url_prefix="series/",
    audited=("telemetry.Series",),
)
