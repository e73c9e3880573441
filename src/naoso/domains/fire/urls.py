"""Addresses under `/fire/`."""

from __future__ import annotations

from naoso.domains.fire.pages import devices, editing, files, lists, mirrors, one

app_name = "fire"
urlpatterns = [
    *lists.urlpatterns,
    *mirrors.urlpatterns,
    *editing.urlpatterns,
    *files.urlpatterns,
    *devices.urlpatterns,
    *one.urlpatterns,
]
