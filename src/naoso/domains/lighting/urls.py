"""Addresses under `/lighting/`."""

from __future__ import annotations

from django.urls import path

from naoso.domains.lighting import views

app_name = "lighting"
urlpatterns = [
    path("", views.cabinets, name="cabinets"),
    path("of/<int:pk>/", views.of_object, name="of_object"),
    path("<int:pk>/", views.cabinet, name="cabinet"),
    path("<int:pk>/switch/", views.switch, name="switch"),
    path("<int:pk>/connect/", views.connect, name="connect"),
    path("<int:pk>/steps/", views.step_add, name="step_add"),
    path("<int:pk>/steps/<int:step>/drop/", views.step_drop, name="step_drop"),
]
