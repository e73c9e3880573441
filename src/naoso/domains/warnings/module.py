"""What the house knows of public warnings."""

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
    StepAction,
)

HERE = "naoso.domains.warnings"
MODULE = Module(
    slug="warnings",
    title=_("Public warnings"),
    app=f"{HERE}.apps.Config",
    permissions=(
        Permission("warnings.view", _("See warnings that are being written, and their reach")),
        Permission("warnings.write", _("Write, update and cancel warnings")),
        Permission("warnings.approve", _("Approve and publish warnings of others")),
        Permission("warnings.moderate", _("Decide on warnings of other services")),
        Permission("warnings.setup", _("Edit templates, sources and channels of warnings")),
    ),
    menu=(
        MenuItem(_("Public warnings"), "warnings:desk", "speakerphone", "warnings.view", 30),
        MenuItem(_("Warnings of others"), "warnings:imports", "rss", "warnings.moderate", 31),
        MenuItem(_("Figures of warnings"), "warnings:statistics", "chart-bar", "warnings.view", 31),
        MenuItem(_("Templates of warnings"), "warnings:templates", "template", "warnings.setup", 826),
    ),
    layers=(
        LayerSpec(
            slug="warnings",
            title=_("Public warnings"),
            icon="speakerphone",
            features=f"{HERE}.layers.warnings_layer",
            permission="warnings.view",
            refresh_s=60,
            legend=(
                LegendItem("danger", _("Extreme or severe")),
                LegendItem("warning", _("Moderate")),
                LegendItem("notice", _("Minor, or an exercise")),
            ),
        ),
    ),
    search=(SearchSpec(_("Public warnings"), f"{HERE}.selectors.desk.search", "warnings.view"),),
    incident_panels=(
        IncidentPanel(
            slug="warnings",
            title=_("Warning the public"),
            icon="speakerphone",
            context=f"{HERE}.panels.of_incident",
            template="warnings/incident.html",
            permission="warnings.view",
            order=40,
            refresh_on="warnings.*",
        ),
    ),
    step_actions=(
        StepAction(
            code="draft-warning",
            title=_("Draft a public warning"),
            run=f"{HERE}.actions.draft_warning",
            argument_help=_("Code of the template; empty: the one for this kind of incident."),
        ),
    ),
    seed=f"{HERE}.seed.seed",
    urls=f"{HERE}.urls",
    url_prefix="warnings/",
    audited=tuple(
        f"warnings.{name}"
        for name in (
            "PublicWarning",
            "WarningText",
            "Remark",
            "Template",
            "FeedSource",
            "Imported",
            "RefusedImport",
            "Pace",
        )
    ),
)
