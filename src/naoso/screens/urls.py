"""Addresses of the screens."""

from __future__ import annotations

from django.urls import include, path

from naoso.screens import views
from naoso.screens.live.views import stream

urlpatterns = [
    path("", views.home, name="home"),
    path("wall/", views.wall, name="wall"),
    path("wall/worker.js", views.wall_worker, name="wall_worker"),
    path("wall/board/", views.wall_board, name="wall_board"),
    path("search/", views.search, name="search"),
    path("map/feed/", views.feed, name="map_feed"),
    path("map/counters/", views.counters, name="map_counters"),
    path("map/sources/", views.sources, name="map_sources"),
    path("map/layers/<slug:slug>.json", views.layer, name="map_layer"),
    path("map/base.json", views.base_map, name="map_base"),
    path("map/base.pmtiles", views.base_file, name="map_file"),
    path("map/place.json", views.place_map, name="map_place"),
    path("live/stream", stream, name="live_stream"),
    path("", include("naoso.ui.urls")),
]
