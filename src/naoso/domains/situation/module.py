"""What the house knows of situation reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import IncidentPanel, MenuItem, Module, Permission

MODULE = Module(
    slug="situation",
    title=_("Situation reports"),
    app="naoso.domains.situation.apps.Config",
    permissions=(
        Permission("situation.view", _("See situation reports")),
        Permission("situation.ask", _("Ask bodies for situation reports")),
        Permission("situation.report", _("Send situation reports")),
    ),
    menu=(MenuItem(_("Situation reports"), "situation:home", "report", "situation.view", 38),),
    incident_panels=(
        IncidentPanel(
            "situation", _("Situation reports"), "report", "naoso.domains.situation.selectors.beside",
            "situation/beside.html", "situation.view", order=60, refresh_on="situation.*",
        ),
    ),
    seed="naoso.domains.situation.seed.seed",
    urls="naoso.domains.situation.urls",
    url_prefix="situation/",
    audited=("situation.Duty", "situation.SituationReport"),
)  # fmt: skip
