"""Addresses under `/cameras/`; a camera goes by the number of its city object."""

from __future__ import annotations

from naoso.domains.cameras.pages import evidence, footage, live, walls

app_name = "cameras"
urlpatterns = [
    *live.urlpatterns,
    *walls.urlpatterns,
    *footage.urlpatterns,
    *evidence.urlpatterns,
]
