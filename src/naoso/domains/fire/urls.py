"""Addresses under `/fire/`."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "fire"
urlpatterns: list[URLPattern] = []
