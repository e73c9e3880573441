"""What every page's frame needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


def shell(request: HttpRequest) -> dict[str, Any]:
    """Name of the centre, whether all of it is an exercise, and the navigation that this person may use."""
    return {"site_title": settings.SITE_TITLE, "exercise": settings.EXERCISE, "menu": menu(request)}


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """Entries of the modules switched on, filtered by permission; the longest matching address is active."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    entries = []
    for item in settings.MENU:
        if not item.permission or user.has_perm(item.permission):
            try:
                url = reverse(item.url)
            except NoReverseMatch:
                continue
            entries.append({"title": item.title, "url": url, "icon": item.icon, "active": False})
    here = [
        e
        for e in entries
        if request.path == e["url"] or (e["url"] != "/" and request.path.startswith(e["url"]))
    ]
    if here:
        max(here, key=lambda e: len(e["url"]))["active"] = True
    return entries
