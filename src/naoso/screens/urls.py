"""Addresses of the screens."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("naoso.ui.urls")),
]
