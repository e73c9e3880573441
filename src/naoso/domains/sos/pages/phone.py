"""The page with the button, as an app that opens without a network; the page that a token opens."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from naoso.domains.sos import selectors
from naoso.domains.sos.workflow import ICONS, Kind
from naoso.ui.phone import DIST, LANGUAGES, built_files, catalogues, checked

WORKER = "citizen-worker.js"
PAGE = "web/src/sos/"
ISLANDS = ("web/src/islands/theme.ts", "web/src/islands/toasts.ts", "web/src/islands/live.ts")


def button_page(request: HttpRequest) -> HttpResponse:
    """The same for everybody: nothing of a person is in it."""
    desk = selectors.desk()
    kinds = [(kind.value, kind.label, ICONS[kind]) for kind in Kind]
    context = {"title": _("SOS"), "desk": desk, "kinds": kinds}
    return render(request, "sos/button.html", context)


@login_not_required
@require_GET
def button(request: HttpRequest) -> HttpResponse:
    """One held button."""
    return button_page(request)


@login_not_required
@require_GET
def shell(request: HttpRequest, language: str) -> HttpResponseBase:
    """The page as a stranger sees it, for the phone to keep."""
    checked(language)
    request.user = AnonymousUser()
    with translation.override(language):
        answer = HttpResponse(button_page(request).content)
    answer["Cache-Control"] = "no-cache"
    return answer


@login_not_required
@require_GET
def worker(_request: HttpRequest) -> HttpResponse:
    """The citizens' worker for a room of its own: other shells, another store, another outbox."""
    if not (DIST / WORKER).exists():
        raise Http404
    source = (DIST / WORKER).read_text(encoding="utf-8")
    files = (*built_files(PAGE, ISLANDS), static("ui/theme.js"), static("ui/mark.svg"))
    shells = {reverse("sos:button"): {code: reverse("sos:shell", args=[code]) for code in LANGUAGES}}
    told: dict[str, Any] = {
        "keep": {address: address for address in files} | catalogues(), "shells": shells, "room": "sos",
    }  # fmt: skip
    version = hashlib.sha256((source + json.dumps(told, sort_keys=True)).encode()).hexdigest()[:16]
    answer = HttpResponse(
        f"self.NAOSO = {json.dumps(told | {'version': version})};\n{source}", content_type="text/javascript"
    )
    answer["Cache-Control"] = "no-cache"
    return answer


@login_not_required
@require_GET
def manifest(_request: HttpRequest) -> JsonResponse:
    """W3C web app manifest: the button on the phone's first screen."""
    icon = {"src": static("ui/mark.svg"), "sizes": "any", "type": "image/svg+xml"}
    told = {
        "id": "/sos/", "name": _("Não Số – SOS"), "short_name": _("SOS"), "scope": "/sos/",
        "start_url": "/sos/",
        "lang": translation.get_language(), "display": "standalone", "background_color": "#f2f5f6",
        "theme_color": "#a31220", "icons": [icon],
    }  # fmt: skip
    return JsonResponse(
        told, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )


@login_not_required
@require_GET
@never_cache
def follow(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Who has seen it and what comes; an open call's page asks again by itself."""
    call = selectors.followed(token)
    if call is None:
        raise Http404
    context = {
        "title": _("SOS call %(code)s") % {"code": call.code},
        "call": call,
        "steps": selectors.steps(call),
    }
    answer = render(request, "sos/follow.html", context)
    if call.is_open:
        answer["Refresh"] = "10"
    return answer


@csrf_exempt
@login_not_required
@require_GET
@never_cache
def follow_json(_request: HttpRequest, token: uuid.UUID) -> JsonResponse:
    """The same for the phone, asked every few seconds."""
    call = selectors.followed(token)
    if call is None:
        raise Http404
    return JsonResponse(
        {
            "code": call.code, "state": call.state, "kind": call.kind, "many": call.many,
            "outcome": str(call.get_outcome_display()), "has_place": call.point is not None,
            "steps": [
                {"code": one.code, "label": one.label, "at": one.at.isoformat() if one.at else None}
                for one in selectors.steps(call)
            ],
        }
    )  # fmt: skip


urlpatterns = [
    path("", button, name="button"),
    path("worker.js", worker, name="worker"),
    path("app.webmanifest", manifest, name="manifest"),
    path("shell/<str:language>/", shell, name="shell"),
    path("<uuid:token>/", follow, name="follow"),
    path("<uuid:token>.json", follow_json, name="follow_json"),
]
