"""Addresses of exercises."""

from __future__ import annotations

from django.urls import path

from naoso.domains.exercises import views

app_name = "exercises"
urlpatterns = [
    path("", views.home, name="home"),
    path("runs/<int:pk>/", views.run_page, name="run"),
    path("runs/<int:pk>/stop/", views.stop, name="stop"),
    path("<slug:slug>/", views.script_page, name="script"),
    path("<slug:slug>/start/", views.start, name="start"),
]
