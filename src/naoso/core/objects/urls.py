"""Addresses under `/objects/`."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "objects"
urlpatterns: list[URLPattern] = []
