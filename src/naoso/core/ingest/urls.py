"""Addresses under `/quarantine/`."""

from __future__ import annotations

from django.urls import path

from naoso.core.ingest import views

app_name = "ingest"
urlpatterns = [
    path("", views.listing, name="quarantine"),
    path("<int:pk>/", views.detail, name="message"),
    path("<int:pk>/replay/", views.replay, name="replay"),
    path("<int:pk>/discard/", views.discard, name="discard"),
]
