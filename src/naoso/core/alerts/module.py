"""What the house knows of alerts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import LayerSpec, LegendItem, MenuItem, Module, Permission, SearchSpec

MODULE = Module(
    slug="alerts",
    title=_("Alerts"),
    app="naoso.core.alerts.apps.Config",
    permissions=(
        Permission("alerts.view", _("See alerts")),
        Permission("alerts.acknowledge", _("Acknowledge alerts")),
        Permission("alerts.edit_rules", _("Edit alert rules")),
    ),
    menu=(
        MenuItem(_("Alerts"), "alerts:list", "bell", "alerts.view", 20),
        MenuItem(_("Alert rules"), "alerts:rules", "adjustments", "alerts.edit_rules", 810),
    ),
    layers=(
        LayerSpec(
            slug="alerts",
            title=_("Open alerts"),
            icon="bell",
            features="naoso.core.alerts.layers.open_alerts_layer",
            permission="alerts.view",
            refresh_s=60,
            legend=(
                LegendItem("danger", _("Severe or extreme")),
                LegendItem("warning", _("Moderate")),
                LegendItem("notice", _("Minor, or cleared and not yet acknowledged")),
            ),
        ),
    ),
    search=(SearchSpec(_("Alerts"), "naoso.core.alerts.selectors.search", "alerts.view"),),
    urls="naoso.core.alerts.urls",
    url_prefix="alerts/",
    audited=("alerts.AlertRule", "alerts.StationLevel", "alerts.Alert"),
)
