"""Addresses of reports: each room of screens keeps its own, here they stand together."""

from __future__ import annotations

from naoso.domains.citizen_reports.pages import (
    account,
    api_keys,
    citizen,
    counter,
    field,
    following,
    imports,
    inbox,
    moderation,
    outside_answer,
    performance,
    persons,
    phone,
    portal,
    report,
    rules,
    setup,
    suggestion,
)

app_name = "citizen_reports"
urlpatterns = [
    *citizen.urlpatterns,
    *following.urlpatterns,
    *phone.urlpatterns,
    *portal.urlpatterns,
    *account.urlpatterns,
    *field.urlpatterns,
    *inbox.urlpatterns,
    *counter.urlpatterns,
    *moderation.urlpatterns,
    *performance.urlpatterns,
    *persons.urlpatterns,
    *report.urlpatterns,
    *setup.urlpatterns,
    *api_keys.urlpatterns,
    *rules.urlpatterns,
    *outside_answer.urlpatterns,
    *suggestion.urlpatterns,
    *imports.urlpatterns,
]
