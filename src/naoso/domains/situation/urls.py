"""Addresses of situation reports."""

from __future__ import annotations

from django.urls import path

from naoso.domains.situation import views

app_name = "situation"
urlpatterns = [
    path("", views.home, name="home"),
    path("ask/", views.ask, name="ask"),
    path("<int:pk>/", views.duty_page, name="duty"),
    path("<int:pk>/end/", views.end, name="end"),
    path("<int:pk>/report/<int:body_pk>/", views.report, name="report"),
]
