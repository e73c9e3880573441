"""What pages that work without a network share: the bundle's parts, catalogues of words, the field worker.

A room is a folder of addresses with a service worker of its own, such as `/reports/field/`; its pages name
the account that they were made for in `X-Naoso-Account`, and the phone keeps them for that account alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.i18n import JavaScriptCatalog

DIST = Path(str(settings.DJANGO_VITE["default"]["manifest_path"])).parent
WORKER = "field-worker.js"
ENTRY = "web/src/main.ts"
FIELD = "web/src/field/"
ACCOUNT = "X-Naoso-Account"
# what such pages may load by themselves
ISLANDS = (
    "web/src/islands/photo.ts", "web/src/islands/place.ts", "web/src/islands/map/view.ts",
    "web/src/islands/theme.ts", "web/src/islands/toasts.ts", "web/src/islands/confirm.ts",
    "web/src/islands/live.ts", "web/src/islands/shortcuts.ts",
)  # fmt: skip
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


@cache
def built_files(folder: str, islands: tuple[str, ...] = ISLANDS) -> tuple[str, ...]:
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

    for key in (ENTRY, *islands, *(key for key in found if key.startswith(folder))):
        take(key)
    return tuple(static(f"ui/dist/{name}") for name in sorted(names))


def catalogues() -> dict[str, str]:
    """The address of the words as pages ask for it → the same in a language of its own."""
    return {
        f"{reverse('js_words')}?{language}": reverse("js_words_of", args=[language]) for language in LANGUAGES
    }


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


def for_one(request: HttpRequest, account: Any, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page that the phone keeps for this account alone, and knows it by the header."""
    return for_account(render(request, template, context | {"account": account}), account)


def for_account(answer: HttpResponse, account: Any) -> HttpResponse:
    """An answer that a room's worker may keep for this account."""
    answer[ACCOUNT] = str(account.pk)
    return answer


def field_worker(
    request: HttpRequest,
    *,
    room: str,
    title: str,
    back: str,
    parts: Sequence[str] = (),
    islands: tuple[str, ...] = ISLANDS,
) -> HttpResponse:
    """The service worker of a room with its list of files; it holds nobody's data by itself.

    `title` and `back` are untranslated messages: the worker speaks the language of its address. `parts` are
    beginnings of further addresses whose answers it keeps, `islands` what the pages load by themselves.
    """
    if not (DIST / WORKER).exists():
        raise Http404
    source = (DIST / WORKER).read_text(encoding="utf-8")
    language = request.GET.get("language", LANGUAGES[0])
    checked(language)
    others = (static("ui/theme.js"), static("ui/mark.svg"), reverse("map_place"), reverse("map_base"))
    keep = {address: address for address in (*built_files(FIELD, islands), *others)} | catalogues()
    with translation.override(language):
        none = _("This page has not been kept on this phone. Open it once with a network.")
        said = {
            "language": language,
            "title": translation.gettext(title),
            "none": none,
            "back": translation.gettext(back),
        }
    told = {"keep": keep, "room": room, "parts": list(parts), **said}
    version = hashlib.sha256((source + json.dumps(told, sort_keys=True)).encode()).hexdigest()[:16]
    head = f"self.NAOSO = {json.dumps(told | {'version': version})};\n"
    answer = HttpResponse(head + source, content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer
