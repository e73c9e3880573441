"""Addresses under `/trees/`."""

from __future__ import annotations

from naoso.domains.trees.pages import field, inventory, permits, species

app_name = "trees"
urlpatterns = [*inventory.urlpatterns, *species.urlpatterns, *permits.urlpatterns, *field.urlpatterns]
