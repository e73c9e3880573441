"""What the house knows of traffic."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.kernel.modules import IncidentPanel, LayerSpec, LegendItem, MenuItem, Module, Permission

MODULE = Module(
    slug="traffic",
    title=_("Traffic"),
    app="naoso.domains.traffic.apps.Config",
    permissions=(
        Permission("traffic.view", _("See traffic counts, flows and sections")),
        Permission("traffic.passages", _("See passages of number plates with their pictures")),
        Permission("traffic.hits", _("See and decide plate hits")),
        Permission("traffic.check", _("Check number plates by hand")),
        Permission("traffic.lists", _("Keep lists of wanted and allowed plates")),
        Permission("traffic.review", _("Read doubtful plates in the review queue")),
        Permission("traffic.case", _("Follow plates inside a case")),
        Permission("traffic.operate", _("Run operations with check-points")),
        Permission("traffic.setup", _("Set up plate readers, sections and how long passages stay")),
    ),
    menu=(
        MenuItem(_("Traffic and plates"), "traffic:overview", "traffic-lights", "traffic.view", 44),
        MenuItem(_("Check a plate"), "traffic:check", "license", "traffic.check", 45),
    ),
    layers=(
        LayerSpec(
            slug="traffic-junctions",
            title=_("Junctions"),
            icon="traffic-lights",
            features="naoso.domains.traffic.layers.junctions_layer",
            permission="traffic.view",
            visible=False,
            refresh_s=60,
            legend=(
                LegendItem("normal", pgettext_lazy("junction", "Flows")),
                LegendItem("warning", _("Long queue")),
                LegendItem("stale", _("Silent for two hours")),
            ),
        ),
    ),
    incident_panels=(
        IncidentPanel(
            slug="plates",
            title=_("Plates"),
            icon="license",
            context="naoso.domains.traffic.panel.beside",
            template="traffic/incident_panel.html",
            permission="traffic.hits",
            order=45,
            refresh_on="traffic.hit_found traffic.hit_decided",
        ),
    ),
    seed="naoso.domains.traffic.seed.seed",
    urls="naoso.domains.traffic.urls",
    url_prefix="traffic/",
    api="naoso.domains.traffic.api.router",
    messages="naoso.domains.traffic.intake.messages",
    audited=(
        "traffic.ReaderFeed", "traffic.PlateCamera", "traffic.Desk", "traffic.WatchList",
        "traffic.ListEntry", "traffic.ListImport",
        "traffic.Hit", "traffic.Check", "traffic.Sample", "traffic.Case", "traffic.CasePlate",
        "traffic.CaseLook", "traffic.Section", "traffic.Operation", "traffic.CheckPoint", "traffic.Duty",
    ),
)  # fmt: skip
