"""Addresses under `/traffic/`."""

from __future__ import annotations

from naoso.domains.traffic.pages import cases, checking, eyes, listing, operating, passing, roads, setup

app_name = "traffic"
urlpatterns = [
    *roads.urlpatterns,
    *passing.urlpatterns,
    *listing.urlpatterns,
    *checking.urlpatterns,
    *cases.urlpatterns,
    *operating.urlpatterns,
    *setup.urlpatterns,
    *eyes.urlpatterns,
]
