"""Addresses of reports: each room of screens keeps its own, here they stand together."""

from __future__ import annotations

from naoso.domains.citizen_reports.pages import citizen, report, setup

app_name = "citizen_reports"
urlpatterns = [
    *citizen.urlpatterns,
    *report.urlpatterns,
    *setup.urlpatterns,
]
