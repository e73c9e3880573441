"""What the house knows of the environment."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import LayerSpec, LegendItem, MenuItem, Module, Permission, SearchSpec

MODULE = Module(
    slug="environment",
    title=_("Environment"),
    app="naoso.domains.environment.apps.Config",
    permissions=(Permission("environment.view", _("See stations and air quality")),),
    menu=(MenuItem(_("Air quality"), "environment:stations", "wind", "environment.view", 50),),
    layers=(
        LayerSpec(
            slug="air",
            title=_("Air quality (VN_AQI)"),
            icon="wind",
            features="naoso.domains.environment.layers.stations_layer",
            permission="environment.view",
            refresh_s=60,
            legend=(
                LegendItem("normal", _("Good or moderate (0–100)")),
                LegendItem("notice", _("Poor (101–150)")),
                LegendItem("warning", _("Bad (151–200)")),
                LegendItem("danger", _("Very bad or hazardous (over 200)")),
                LegendItem("stale", _("No reading for over an hour")),
            ),
        ),
    ),
    search=(SearchSpec(_("Stations"), "naoso.domains.environment.selectors.search", "environment.view"),),
    intake=("naoso.domains.environment.intake.observations",),
    seed="naoso.domains.environment.seed.seed",
    urls="naoso.domains.environment.urls",
    url_prefix="environment/",
)
