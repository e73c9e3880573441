"""What makes the citizens' pages an app: manifest, worker, shells that open without a network."""

from __future__ import annotations

import hashlib
import json

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

from naoso.domains.citizen_reports.forms.citizen import ReportForm
from naoso.domains.citizen_reports.pages.citizen import report_page
from naoso.ui.phone import DIST, LANGUAGES, built_files, catalogues, checked

WORKER = "citizen-worker.js"
CITIZEN = "web/src/citizen/"
ICONS = "citizen_reports/icons/"
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


def kept() -> dict[str, str]:
    """Address as the pages ask for it → address that the worker fetches it from."""
    others = (static("ui/theme.js"), static("ui/mark.svg"), static(f"{ICONS}icon-192.png"))
    same = (*built_files(CITIZEN), *others, reverse("map_place"), reverse("map_base"))
    return {address: address for address in same} | catalogues()


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
    path("shell/<str:name>/<str:language>/", shell, name="shell"),
    path("mine/", mine, name="mine"),
]
