"""Addresses under `/cameras/`; a camera goes by the number of its city object."""

from __future__ import annotations

from naoso.domains.cameras.pages import (
    control,
    evidence,
    finding,
    footage,
    groups,
    imports,
    lists,
    live,
    looks,
    one,
    public,
    reports,
    sources,
    walls,
)

app_name = "cameras"
urlpatterns = [
    *lists.urlpatterns,
    *live.urlpatterns,
    *control.urlpatterns,
    *finding.urlpatterns,
    *walls.urlpatterns,
    *footage.urlpatterns,
    *evidence.urlpatterns,
    *sources.urlpatterns,
    *groups.urlpatterns,
    *looks.urlpatterns,
    *reports.urlpatterns,
    *imports.urlpatterns,
    *public.urlpatterns,
    *one.urlpatterns,
]
