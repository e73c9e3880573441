"""Addresses under `/places/`."""

from __future__ import annotations

from django.urls import path

from naoso.core.places import views

app_name = "places"
urlpatterns = [
    path("", views.listing, name="units"),
    path("at", views.at, name="at"),
    path("<int:pk>/", views.detail, name="unit"),
    path("<int:pk>/outline.json", views.outline, name="outline"),
]
