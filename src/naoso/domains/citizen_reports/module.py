"""What the house knows of citizen reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from naoso.kernel.modules import LayerSpec, LegendItem, MenuItem, Module, Permission, SearchSpec

MODULE = Module(
    slug="citizen_reports",
    title=_("Citizen reports"),
    app="naoso.domains.citizen_reports.apps.Config",
    permissions=(
        Permission("citizen_reports.view", _("See reports")),
        Permission("citizen_reports.handle", _("Accept, forward and answer reports")),
        Permission("citizen_reports.see_contact", _("See who reported")),
        Permission("citizen_reports.supervise", _("Hear of late reports; see how officers perform")),
        Permission("citizen_reports.moderate", _("Decide what is public; block and release")),
        Permission("citizen_reports.answer_persons", _("Answer requests about personal data")),
        Permission("citizen_reports.edit_categories", _("Edit categories and routing")),
        Permission("citizen_reports.edit_settings", _("Edit outside bodies, API keys, imports, training")),
    ),
    menu=(
        MenuItem(_("Citizen reports"), "citizen_reports:list", "message-report", "citizen_reports.view", 40),
        MenuItem(
            _("My tasks in the field"), "citizen_reports:field", "map-pin", "citizen_reports.handle", 41
        ),
        MenuItem(
            _("Performance of answering"),
            "citizen_reports:performance",
            "chart-bar",
            "citizen_reports.view",
            42,
        ),
        MenuItem(
            _("Moderation of reports"),
            "citizen_reports:moderation",
            "eye-check",
            "citizen_reports.moderate",
            44,
        ),
        MenuItem(
            _("Requests about personal data"),
            "citizen_reports:persons",
            "user-shield",
            "citizen_reports.answer_persons",
            46,
        ),
        MenuItem(
            _("Report categories and rules"),
            "citizen_reports:categories",
            "category",
            "citizen_reports.edit_categories",
            825,
        ),
        MenuItem(_("API keys"), "citizen_reports:api_keys", "key", "citizen_reports.edit_settings", 834),
    ),
    layers=(
        LayerSpec(
            slug="reports",
            title=_("Citizen reports"),
            icon="message-report",
            features="naoso.domains.citizen_reports.layers.reports_layer",
            permission="citizen_reports.view",
            refresh_s=60,
            legend=(
                LegendItem("danger", _("Late")),
                LegendItem("warning", _("New")),
                LegendItem("notice", _("In progress")),
            ),
        ),
    ),
    search=(
        SearchSpec(
            _("Reports"), "naoso.domains.citizen_reports.selectors.reports.search", "citizen_reports.view"
        ),
    ),
    subscriptions=(
        ("citizen_reports.report_sent", "naoso.domains.citizen_reports.intake.report_sent"),
        ("response.incident_closed", "naoso.domains.citizen_reports.intake.incident_closed"),
    ),
    seed="naoso.domains.citizen_reports.seed.seed",
    urls="naoso.domains.citizen_reports.urls",
    url_prefix="reports/",
    mounts=(("open311/v2/", "naoso.domains.citizen_reports.open311.urls"),),
    api="naoso.domains.citizen_reports.api.router",
    audited=tuple(
        f"citizen_reports.{name}"
        for name in (
            "Report",
            "Category",
            "Question",
            "AnswerTemplate",
            "RoutingRule",
            "Desk",
            "OutsideBody",
            "Forwarding",
            "ApiKey",
            "Block",
            "BlockedWord",
            "PersonRequest",
            "ImportRun",
        )
    ),
)
