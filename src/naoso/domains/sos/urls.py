"""Addresses under `/sos/`."""

from __future__ import annotations

from naoso.domains.sos.pages import desk, phone, setup, taking

app_name = "sos"
urlpatterns = [
    *taking.urlpatterns,
    *desk.urlpatterns,
    *setup.urlpatterns,
    *phone.urlpatterns,
]
