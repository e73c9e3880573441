"""Addresses of alerts."""

from __future__ import annotations

from django.urls import path

from naoso.core.alerts import views

app_name = "alerts"
urlpatterns = [
    path("", views.alert_list, name="list"),
    path("rules/", views.rule_list, name="rules"),
    path("rules/new/", views.rule_edit, name="rule_new"),
    path("rules/<int:pk>/", views.rule_edit, name="rule_edit"),
    path("<int:pk>/", views.alert_page, name="page"),
    path("<int:pk>/panel/", views.alert_panel, name="panel"),
    path("<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
]
