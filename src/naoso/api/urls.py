"""Addresses of the machines' interface; each endpoint asks for its own token."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from naoso.api.v1 import api


def _open(patterns: list[Any]) -> list[Any]:
    """No browser session is asked for here."""
    for pattern in patterns:
        pattern.callback = login_not_required(pattern.callback)
    return patterns


_patterns, _app_name, _namespace = api.urls
urlpatterns = [
    path("v1/", (_open(_patterns), _app_name, _namespace)),
    path("ogc/", include("naoso.api.ogc.urls")),
]
