"""What makes the citizens' pages an app: manifest, worker, shells that open without a network."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.i18n import JavaScriptCatalog

from naoso.domains.citizen_reports.forms.citizen import ReportForm
from naoso.domains.citizen_reports.pages.citizen import report_page

DIST = Path(str(settings.DJANGO_VITE["default"]["manifest_path"])).parent
WORKER = "citizen-worker.js"
ENTRY = "web/src/main.ts"
# what the two pages may load by themselves
ISLANDS = (
    "web/src/islands/photo.ts", "web/src/islands/place.ts", "web/src/islands/map/view.ts",
    "web/src/islands/theme.ts", "web/src/islands/toasts.ts", "web/src/islands/confirm.ts",
    "web/src/islands/live.ts", "web/src/islands/shortcuts.ts",
)  # fmt: skip
CITIZEN = "web/src/citizen/"
ICONS = "citizen_reports/icons/"
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
PAGES = {"new": "/reports/new/", "mine": "/reports/mine/"}


@login_not_required
@require_GET
def manifest(_request: HttpRequest) -> JsonResponse:
    """W3C web app manifest."""
    icons = [
        {"src": static(f"{ICONS}icon.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": static(f"{ICONS}icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static(f"{ICONS}icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {
            "src": static(f"{ICONS}icon-maskable-512.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        },
    ]
    shortcut = {"name": _("My reports"), "url": PAGES["mine"]}
    return JsonResponse(
        {
            "id": "/reports/",
            "name": _("Não Số – Reports"),
            "short_name": _("Reports"),
            "description": _("Report a problem on the street and follow what is done about it."),
            "lang": translation.get_language(),
            "scope": "/reports/",
            "start_url": PAGES["new"],
            "display": "standalone",
            "background_color": "#f2f5f6",
            "theme_color": "#0b5f66",
            "icons": icons,
            "shortcuts": [shortcut],
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )


@cache
def built_files(folder: str = CITIZEN) -> tuple[str, ...]:
    """Addresses of the bundle's parts that the pages of a folder need, from the build's own list."""
    found: dict[str, dict[str, Any]] = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    names: set[str] = set()

    def take(key: str) -> None:
        chunk = found.get(key)
        if chunk is None or chunk["file"] in names:
            return
        names.update([chunk["file"], *chunk.get("css", []), *chunk.get("assets", [])])
        for other in chunk.get("imports", []):
            take(other)

    for key in (ENTRY, *ISLANDS, *(key for key in found if key.startswith(folder))):
        take(key)
    return tuple(static(f"ui/dist/{name}") for name in sorted(names))


def kept() -> dict[str, str]:
    """Address as the pages ask for it → address that the worker fetches it from."""
    others = (static("ui/theme.js"), static("ui/mark.svg"), static(f"{ICONS}icon-192.png"))
    words = {
        f"{reverse('js_words')}?{language}": reverse("citizen_reports:words", args=[language])
        for language in LANGUAGES
    }
    same = (*built_files(), *others, reverse("map_place"), reverse("map_base"))
    return {address: address for address in same} | words


@login_not_required
@require_GET
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker with its list of files; another build is another worker."""
    source = (DIST / WORKER).read_text(encoding="utf-8")
    shells = {
        page: {language: reverse("citizen_reports:shell", args=[name, language]) for language in LANGUAGES}
        for name, page in PAGES.items()
    }
    told = {"keep": kept(), "shells": shells}
    version = hashlib.sha256((source + json.dumps(told, sort_keys=True)).encode()).hexdigest()[:16]
    head = f"self.NAOSO = {json.dumps(told | {'version': version})};\n"
    answer = HttpResponse(head + source, content_type="text/javascript")
    answer["Service-Worker-Allowed"] = "/reports/"
    answer["Cache-Control"] = "no-cache"
    return answer


@login_not_required
@require_GET
def words(request: HttpRequest, language: str) -> HttpResponseBase:
    """The catalogue of one language, whatever the visitor's own is."""
    checked(language)
    with translation.override(language):
        return JavaScriptCatalog.as_view()(request)


def checked(language: str) -> None:
    """404 for a language that there is not."""
    if language not in LANGUAGES:
        raise Http404


@login_not_required
@require_GET
def shell(request: HttpRequest, name: str, language: str) -> HttpResponseBase:
    """A page as a stranger sees it, for the phone to keep: nobody's data, nobody's session."""
    checked(language)
    if name not in PAGES:
        raise Http404
    request.user = AnonymousUser()
    with translation.override(language):
        page = report_page(request, ReportForm(), nobody=True) if name == "new" else mine_page(request)
        answer = HttpResponse(page.content)  # type: ignore[attr-defined]
    answer["Cache-Control"] = "no-cache"
    return answer


@login_not_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What waits on this phone and what it has sent: the phone knows, the page only shows it."""
    return mine_page(request)


def mine_page(request: HttpRequest) -> HttpResponse:
    """Nothing of it comes from the server."""
    return render(request, "citizen_reports/citizen/mine.html", {"title": _("My reports"), "shell": True})


urlpatterns = [
    path("app.webmanifest", manifest, name="manifest"),
    path("worker.js", worker, name="worker"),
    path("words/<str:language>.js", words, name="words"),
    path("shell/<str:name>/<str:language>/", shell, name="shell"),
    path("mine/", mine, name="mine"),
]
