"""What the house knows of fire safety."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.kernel.modules import (
    IncidentPanel,
    LayerSpec,
    LegendItem,
    MenuItem,
    Module,
    Permission,
    SearchSpec,
)

MODULE = Module(
    slug="fire",
    title=_("Fire and explosion"),
    app="naoso.domains.fire.apps.Config",
    permissions=(
        Permission("fire.view", _("See listed premises and their alarms")),
        Permission("fire.manage", _("Edit listed premises, contacts, plans and detectors")),
        Permission("fire.test", _("Set premises into test mode")),
        Permission("fire.isolate", _("Isolate detectors")),
    ),
    menu=(MenuItem(_("Fire and explosion"), "fire:list", "flame", "fire.view", 42),),
    layers=(
        LayerSpec(
            slug="premises",
            title=_("Listed premises"),
            icon="building-factory-2",
            features="naoso.domains.fire.layers.premises_layer",
            permission="fire.view",
            refresh_s=60,
            legend=(
                LegendItem("danger", pgettext_lazy("detector", "Alarm")),
                LegendItem("warning", _("Fault or connection lost")),
                LegendItem("notice", _("In test or isolated")),
                LegendItem("normal", pgettext_lazy("detector", "Normal")),
                LegendItem("off", _("Not connected")),
            ),
        ),
    ),
    search=(SearchSpec(_("Listed premises"), "naoso.domains.fire.selectors.search", "fire.view"),),
    messages="naoso.domains.fire.intake.messages",
    subscriptions=(("response.incident_closed", "naoso.domains.fire.outcomes.incident_closed"),),
    incident_panels=(
        IncidentPanel(
            slug="fire-premises",
            title=_("Premises and plan"),
            icon="building-factory-2",
            context="naoso.domains.fire.panel.context",
            template="fire/incident_panel.html",
            permission="fire.view",
            order=20,
            refresh_on="fire.*",
        ),
    ),
    seed="naoso.domains.fire.seed.seed",
    urls="naoso.domains.fire.urls",
    url_prefix="fire/",
    audited=(
        "fire.Premises",
        "fire.Contact",
        "fire.WaterTank",
        "fire.PremisesFile",
        "fire.Transmitter",
        "fire.Zone",
        "fire.Detector",
        "fire.Suspension",
        "fire.MirrorFeed",
    ),
)
