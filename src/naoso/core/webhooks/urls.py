"""Addresses of the webhooks."""

from __future__ import annotations

from django.urls import path

from naoso.core.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.endpoints, name="endpoints"),
    path("new/", views.create, name="new"),
    path("<int:pk>/", views.endpoint, name="endpoint"),
    path("<int:pk>/edit/", views.change, name="edit"),
    path("<int:pk>/secret/", views.rotate, name="rotate"),
    path("<int:pk>/off/", views.switch_off, name="off"),
    path("<int:pk>/on/", views.switch_on, name="on"),
    path("<int:pk>/ping/", views.ping, name="ping"),
    path("<int:pk>/again/", views.send_failed_again, name="failed_again"),
    path("log/", views.log, name="log"),
    path("log/<int:pk>/", views.delivery, name="delivery"),
    path("log/<int:pk>/again/", views.send_again, name="again"),
]
