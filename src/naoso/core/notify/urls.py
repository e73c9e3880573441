"""Addresses of messages."""

from __future__ import annotations

from django.urls import path

from naoso.core.notify import views

app_name = "notify"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("bell/", views.bell, name="bell"),
    path("read/", views.read, name="read_all"),
    path("<int:pk>/read/", views.read, name="read"),
    path("preferences/", views.preferences, name="preferences"),
    path("push/", views.subscribe, name="subscribe"),
    path("push/<int:pk>/remove/", views.unsubscribe, name="unsubscribe"),
    path("deliveries/", views.deliveries, name="deliveries"),
    path("receipts/", views.receipt, name="receipt"),
]
