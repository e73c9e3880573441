"""Addresses under `/dispatch/`."""

from __future__ import annotations

from naoso.domains.dispatch.pages import board, crew, incident, resource, roads, stocks

app_name = "dispatch"
urlpatterns = [
    *board.urlpatterns,
    *resource.urlpatterns,
    *stocks.urlpatterns,
    *incident.urlpatterns,
    *roads.urlpatterns,
    *crew.urlpatterns,
]
