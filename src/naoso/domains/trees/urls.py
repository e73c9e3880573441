"""Addresses under `/trees/`."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "trees"
urlpatterns: list[URLPattern] = []
