"""Addresses below /open311/v2/, as the standard names them."""

from __future__ import annotations

from django.urls import path, re_path

from naoso.domains.citizen_reports.open311 import views

FORM = r"\.(?P<form>json|xml)$"
app_name = "open311"
urlpatterns = [
    re_path(rf"^discovery{FORM}", views.discovery, name="discovery"),
    re_path(rf"^services{FORM}", views.services, name="services"),
    re_path(rf"^services/(?P<code>[\w-]{{1,50}}){FORM}", views.definition, name="definition"),
    re_path(rf"^requests{FORM}", views.requests, name="requests"),
    re_path(rf"^requests/(?P<pk>[\w-]{{1,40}}){FORM}", views.request, name="request"),
    path("tokens/<uuid:token>.json", views.token, {"form": "json"}, name="token"),
    path("tokens/<uuid:token>.xml", views.token, {"form": "xml"}, name="token_xml"),
    re_path(rf"^servicerequestupdates{FORM}", views.updates, name="updates"),
]
