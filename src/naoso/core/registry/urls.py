"""Addresses under `/sources/`."""

from __future__ import annotations

from django.urls import path

from naoso.core.registry import views

app_name = "registry"
urlpatterns = [
    path("", views.listing, name="sources"),
    path("new/", views.create, name="source_new"),
    path("<int:pk>/", views.detail, name="source"),
    path("<int:pk>/rotate/", views.rotate, name="source_rotate"),
    path("<int:pk>/disable/", views.disable, name="source_disable"),
    path("<int:pk>/enable/", views.enable, name="source_enable"),
]
