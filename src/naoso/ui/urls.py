"""The gallery of components, and the worker that shows pushed messages."""

from __future__ import annotations

from django.urls import path

from naoso.ui import views

urlpatterns = [
    path("sw.js", views.service_worker, name="service_worker"),
    path("ui/", views.gallery, name="ui_gallery"),
    path("ui/demo/chart.json", views.demo_chart, name="ui_demo_chart"),
    path("ui/demo/base.json", views.demo_base, name="ui_demo_base"),
    path("ui/demo/layer.json", views.demo_layer, name="ui_demo_layer"),
]
