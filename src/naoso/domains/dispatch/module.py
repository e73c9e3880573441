"""What the house knows of dispatch."""

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
)

MODULE = Module(
    slug="dispatch",
    title=_("Dispatch"),
    app="naoso.domains.dispatch.apps.Config",
    permissions=(
        Permission("dispatch.view", _("See forces and resources")),
        Permission("dispatch.assign", _("Send forces to incidents")),
        Permission("dispatch.manage", _("Edit forces and stocks")),
        Permission("dispatch.crew", _("Work as a crew on duty")),
    ),
    menu=(
        MenuItem(_("Forces"), "dispatch:board", "firetruck", "dispatch.view", 32),
        MenuItem(_("Stocks"), "dispatch:stocks", "packages", "dispatch.view", 33),
        MenuItem(_("My crew"), "dispatch:crew", "steering-wheel", "dispatch.crew", 34),
    ),
    layers=(
        LayerSpec(
            slug="resources",
            title=_("Forces"),
            icon="firetruck",
            features="naoso.domains.dispatch.layers.resources_layer",
            permission="dispatch.view",
            refresh_s=30,
            legend=(
                LegendItem("normal", _("Available")),
                LegendItem("notice", _("Assigned or on the way")),
                LegendItem("warning", _("On scene")),
                LegendItem("stale", _("Position is old")),
                LegendItem("off", _("Off duty or out of service")),
            ),
        ),
    ),
    search=(SearchSpec(_("Forces"), "naoso.domains.dispatch.selectors.resources.search", "dispatch.view"),),
    messages="naoso.domains.dispatch.intake.positions",
    incident_panels=(
        IncidentPanel(
            slug="crews",
            title=_("Forces"),
            icon="firetruck",
            context="naoso.domains.dispatch.pages.incident.panel_context",
            template="dispatch/incident_panel.html",
            permission="dispatch.view",
            order=20,
            refresh_on="dispatch.assignment_changed dispatch.resource_changed",
        ),
    ),
    subscriptions=(("response.incident_closed", "naoso.domains.dispatch.subscribers.incident_closed"),),
    seed="naoso.domains.dispatch.seed.seed",
    urls="naoso.domains.dispatch.urls",
    url_prefix="dispatch/",
    audited=(
        "dispatch.Resource",
        "dispatch.StockItem",
        "dispatch.StockMovement",
        "dispatch.Assignment",
        "dispatch.CrewPost",
        "dispatch.CrewPhoto",
        "dispatch.Duty",
        "dispatch.RoadClosure",
        "dispatch.RoadGraph",
    ),
)
