"""Addresses under `/objects/`: words of the house first, then what begins with a kind."""

from __future__ import annotations

from naoso.core.objects.pages import (
    counting,
    declaring,
    editing,
    exporting,
    imports,
    kept,
    kinds,
    listing,
    map_page,
    one,
    photos,
    selection,
    suggesting,
    suggestions,
)

app_name = "objects"
urlpatterns = [
    *kinds.urlpatterns,
    *imports.urlpatterns,
    *declaring.urlpatterns,
    *exporting.urlpatterns,
    *suggestions.urlpatterns,
    *suggesting.urlpatterns,
    *counting.urlpatterns,
    *selection.urlpatterns,
    *listing.urlpatterns,
    *editing.urlpatterns,
    *kept.urlpatterns,
    *map_page.urlpatterns,
    *one.urlpatterns,
    *photos.urlpatterns,
]
