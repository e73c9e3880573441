"""What the house knows of sensors of danger."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import (
    IncidentPanel,
    LayerSpec,
    LegendItem,
    MenuItem,
    Module,
    Permission,
    SearchSpec,
)  # fmt: skip

MODULE = Module(
    slug="hazards",
    title=_("Sensors of danger"),
    app="naoso.domains.hazards.apps.Config",
    permissions=(
        Permission("hazards.view", _("See rivers, rain, forest fires and slopes")),
        Permission("hazards.manage", _("Edit the levels of stations")),
    ),
    menu=(MenuItem(_("Sensors of danger"), "hazards:stations", "ripple", "hazards.view", 48),),
    layers=(
        LayerSpec(
            slug="hazards",
            title=_("Rivers, rain, forest fire, slopes"),
            icon="ripple",
            features="naoso.domains.hazards.layers.stations_layer",
            permission="hazards.view",
            refresh_s=60,
            legend=(
                LegendItem("normal", _("Within its limits")),
                LegendItem("notice", _("Minor alert or forecast")),
                LegendItem("warning", _("Moderate alert")),
                LegendItem("danger", _("Severe or extreme alert")),
                LegendItem("stale", _("Does not report")),
            ),
        ),
    ),
    search=(SearchSpec(_("Sensors of danger"), "naoso.domains.hazards.selectors.search", "hazards.view"),),
    intake=("naoso.domains.hazards.intake.observations",),
    incident_panels=(
        IncidentPanel(
            "hazards", _("Stations near it"), "ripple", "naoso.domains.hazards.panel.beside",
            "hazards/beside.html", "hazards.view", order=50,
            refresh_on="alerts.alert_raised alerts.alert_changed",
        ),
    ),
    seed="naoso.domains.hazards.seed.seed",
    urls="naoso.domains.hazards.urls",
    url_prefix="hazards/",
)  # fmt: skip
