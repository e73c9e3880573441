"""Addresses under `/warnings/`: the public ones are short, the desk's stand below `desk/`."""

from __future__ import annotations

from naoso.domains.warnings.pages import desk, follow, imports, public, setup, statistics

app_name = "warnings"
urlpatterns = [
    *public.urlpatterns,
    *follow.urlpatterns,
    *desk.urlpatterns,
    *imports.urlpatterns,
    *setup.urlpatterns,
    *statistics.urlpatterns,
    *public.last,
]
