"""Addresses of the sensors of danger."""

from __future__ import annotations

from django.urls import path

from naoso.domains.hazards import views

app_name = "hazards"
urlpatterns = [
    path("", views.station_list, name="stations"),
    path("stations/<slug:code>/", views.station_page, name="station"),
    path("stations/<slug:code>/card/", views.station_card, name="card"),
    path("stations/<slug:code>/levels/", views.station_levels, name="levels"),
    path("stations/<slug:code>/chart/<slug:quantity>.json", views.station_chart, name="chart"),
]
