"""The screens: parse, ask, render."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from naoso.core.alerts.models import SeverityLevel
from naoso.core.people.access import permission_required
from naoso.core.people.models import Account
from naoso.core.people.scope import allowed, require, scope_of
from naoso.screens import base, layers, overview
from naoso.screens import search as searching
from naoso.screens.kept import Kept
from naoso.ui.context import menu
from naoso.ui.phone import field_worker, for_account, for_one
from naoso.ui.sending import ranged

LAYERS = "/map/layers/"
WALL_ISLANDS = ("web/src/islands/map/index.ts", "web/src/islands/live.ts", "web/src/field/room.ts")
feeds = Kept(0.4)  # parts of a page wait half a second after an event


def account(request: HttpRequest) -> Account:
    """The person signed in; the middleware lets nobody else in."""
    return cast("Account", request.user)


def home(request: HttpRequest) -> HttpResponse:
    """The operations map; whoever has no map goes to the first page that is theirs."""
    user = account(request)
    if not allowed(user, "screens.view_map"):
        pages = [entry["url"] for entry in menu(request) if entry["url"] != request.path]
        if pages:
            return HttpResponseRedirect(pages[0])
    require(user, "screens.view_map")
    words = overview.source_words(user)
    context = {
        "title": _("Operations map"),
        "config": base.map_config(layers.layers_for(user)),
        "counters": overview.counters(user, words),
        "sources": words,
        "severities": [(0, _("Any severity")), *SeverityLevel.choices[1:]],
        **overview.feed(user),
    }
    return render(request, "screens/map.html", context)


@permission_required("screens.view_map")
def feed(request: HttpRequest) -> HttpResponse:
    """Alerts and incidents as a part; `?severity=3` leaves the lesser ones out."""
    asked = request.GET.get("severity", "")
    severity = int(asked) if asked in set(map(str, SeverityLevel.values)) else 0
    user = account(request)
    scopes = (scope_of(user, "alerts.view"), scope_of(user, "response.view"))
    return HttpResponse(
        feeds.get(
            (*scopes, severity, get_language()),
            lambda: render(request, "screens/parts/feed.html", overview.feed(user, severity)).content,
        )
    )


@permission_required("screens.view_map")
def counters(request: HttpRequest) -> HttpResponse:
    """The figures at the top as a part."""
    return render(request, "screens/parts/counters.html", {"counters": overview.counters(account(request))})


@permission_required("screens.view_map")
def sources(request: HttpRequest) -> HttpResponse:
    """The last word of every source as a part."""
    return render(request, "screens/parts/sources.html", {"sources": overview.source_words(account(request))})


@permission_required("screens.view_wall")
def wall(request: HttpRequest) -> HttpResponse:
    """For a wall of screens: no menus, big figures, nothing to press."""
    user = account(request)
    shown = layers.layers_for(user)
    context = {
        "title": _("Wall"),
        "config": base.map_config(shown),
        "now": timezone.now(),
        "counters": overview.counters(user),
        "parts": [reverse("wall_board"), *(layer["url"] for layer in shown)],
        **overview.board(user),
    }
    return for_one(request, user, "screens/wall.html", context)


@login_not_required
@require_safe
def wall_worker(request: HttpRequest) -> HttpResponse:
    """Lets a wall go on with what it last knew, also when its machine starts anew without the centre."""
    return field_worker(
        request,
        room=reverse("wall"),
        title=gettext_noop("The wall cannot be reached"),
        back=gettext_noop("Try again"),
        parts=(reverse("wall_board"), LAYERS),
        islands=WALL_ISLANDS,
    )


@permission_required("screens.view_wall")
def wall_board(request: HttpRequest) -> HttpResponse:
    """The wall's figures and lists as a part."""
    user = account(request)
    context = {"counters": overview.counters(user), **overview.board(user)}
    return for_one(request, user, "screens/parts/wall_board.html", context)


def search(request: HttpRequest) -> HttpResponse:
    """Everything that this person may find."""
    text = request.GET.get("q", "")
    context = {"title": _("Search"), "q": text, "answers": searching.search(account(request), text)}
    return render(request, "screens/search.html", context)


def layer(request: HttpRequest, slug: str) -> HttpResponse:
    """GeoJSON of one layer, optionally of a box."""
    body = layers.features(account(request), slug, layers.box_of(request.GET.get("bbox")))
    answer = HttpResponse(body, content_type="application/geo+json", headers={"Cache-Control": "no-store"})
    return for_account(answer, account(request))


@login_not_required
@cache_control(public=True, max_age=60)
def base_map(request: HttpRequest) -> HttpResponse:
    """Outlines and names, public as on any printed map; unchanged ones cost a 304."""
    made = base.base()
    if request.headers.get("If-None-Match") == made.etag:
        return HttpResponse(status=304, headers={"ETag": made.etag})
    return HttpResponse(made.body, content_type="application/geo+json", headers={"ETag": made.etag})


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def base_file(request: HttpRequest) -> HttpResponseBase:
    """The base map's one file, in the ranges that a map asks for; its path is a setting, never asked for."""
    path = settings.MAP.pmtiles
    if path is None:
        raise Http404("this centre has no file of a base map")
    return ranged(request, path, "application/vnd.pmtiles")


@login_not_required
def place_map(_request: HttpRequest) -> HttpResponse:
    """The config of the small map on which a citizen sets a pin."""
    return JsonResponse(base.map_config([]))
