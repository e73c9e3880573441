"""What the house knows of response."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import LayerSpec, LegendItem, MenuItem, Module, Permission, SearchSpec, StepAction

MODULE = Module(
    slug="response",
    title=_("Response"),
    app="naoso.core.response.apps.Config",
    permissions=(
        Permission("response.view", _("See incidents")),
        Permission("response.open", _("Open an incident")),
        Permission("response.work", _("Work on incidents")),
        Permission("response.assign", _("Assign incidents")),
        Permission("response.close", _("Close and reopen incidents")),
        Permission("response.edit_calendar", _("Edit the working calendar")),
        Permission("response.edit_procedures", _("Edit procedures and kinds of incident")),
    ),
    menu=(
        MenuItem(_("Incidents"), "response:list", "urgent", "response.view", 30),
        MenuItem(_("Shift hand-over"), "response:handover", "arrows-exchange", "response.view", 35),
        MenuItem(_("Procedures"), "response:procedures", "list-check", "response.edit_procedures", 815),
        MenuItem(_("Working calendar"), "response:calendar", "calendar", "response.edit_calendar", 820),
    ),
    layers=(
        LayerSpec(
            slug="incidents",
            title=_("Open incidents"),
            icon="urgent",
            features="naoso.core.response.layers.open_incidents_layer",
            permission="response.view",
            refresh_s=60,
            legend=(
                LegendItem("danger", _("Late")),
                LegendItem("warning", _("New")),
                LegendItem("notice", _("In progress")),
                LegendItem("off", _("Paused")),
            ),
        ),
    ),
    search=(SearchSpec(_("Incidents"), "naoso.core.response.selectors.search", "response.view"),),
    step_actions=(
        StepAction(
            "notify",
            _("Tell the role"),
            "naoso.core.response.step_actions.tell_role",
            _("words of the message"),
        ),
        StepAction(
            "convene",
            _("Call a meeting"),
            "naoso.core.response.step_actions.convene",
            _("where: a room, a number to dial, an address"),
        ),
    ),
    seed="naoso.core.response.seed.seed",
    urls="naoso.core.response.urls",
    url_prefix="incidents/",
    audited=(
        "response.Incident",
        "response.Task",
        "response.Witness",
        "response.DayException",
        "response.Procedure",
        "response.ProcedureStep",
        "response.IncidentKind",
        "response.Review",
    ),
)
