"""Addresses under `/series/`."""

from __future__ import annotations

from django.urls import path

from naoso.core.telemetry import views

app_name = "telemetry"
urlpatterns = [path("source/<int:pk>/", views.of_source, name="source")]
