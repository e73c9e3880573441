"""What the house knows of SOS calls."""

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
    slug="sos",
    title=_("SOS calls"),
    app="naoso.domains.sos.apps.Config",
    permissions=(
        Permission("sos.view", _("See SOS calls, their tracks, photos and voice notes")),
        Permission("sos.handle", _("Mark SOS calls as seen, call back, close them")),
        Permission("sos.setup", _("Edit routes and settings of SOS calls; erase personal data")),
    ),
    menu=(
        MenuItem(_("SOS calls"), "sos:calls", "sos", "sos.view", 25),
        MenuItem(_("Settings of SOS calls"), "sos:setup", "settings", "sos.setup", 838),
    ),
    layers=(
        LayerSpec(
            slug="sos-calls",
            title=_("SOS calls"),
            icon="sos",
            features="naoso.domains.sos.layers.calls_layer",
            permission="sos.view",
            refresh_s=20,
            legend=(
                LegendItem("danger", pgettext_lazy("sos", "Received")),
                LegendItem("warning", pgettext_lazy("sos", "Seen by an operator")),
                LegendItem("notice", pgettext_lazy("sos", "Help is on the way")),
            ),
        ),
    ),
    search=(SearchSpec(_("SOS calls"), "naoso.domains.sos.selectors.search", "sos.view"),),
    subscriptions=(("response.incident_closed", "naoso.domains.sos.intake.incident_closed"),),
    incident_panels=(
        IncidentPanel(
            slug="sos-calls",
            title=_("SOS calls"),
            icon="sos",
            context="naoso.domains.sos.panel.context",
            template="sos/incident_panel.html",
            permission="sos.view",
            order=10,
            refresh_on="sos.*",
        ),
    ),
    seed="naoso.domains.sos.seed.seed",
    urls="naoso.domains.sos.urls",
    url_prefix="sos/",
    audited=("sos.Call", "sos.Route", "sos.Desk", "sos.Media"),
)
