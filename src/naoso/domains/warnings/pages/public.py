"""For everybody, without an account: warnings in force, one of them, signed CAP files, feeds, JSON."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from naoso.connectors.cap import feeds
from naoso.domains.warnings.models import PublicWarning
from naoso.domains.warnings.selectors import public as selectors
from naoso.domains.warnings.services import publishing
from naoso.domains.warnings.vocabulary import ICONS, Status
from naoso.ui.limits import limited

HOUR = 3600


def open_to_all(answer: HttpResponse, seconds: int = selectors.KEEP_S) -> HttpResponse:
    """Any cache may keep it for a moment, and any site may read it."""
    answer["Cache-Control"] = f"public, max-age={seconds}"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@login_not_required
@require_safe
@limited("warnings-list", most=3600, per_s=HOUR, methods=("GET",))
def listing(request: HttpRequest) -> HttpResponse:
    """What is in force, the gravest first, then what was."""
    context = {
        "title": _("Public warnings"), "warnings": selectors.in_force(), "earlier": selectors.recent(),
        "icons": ICONS, "now": timezone.now(),
        "map": selectors.map_config(reverse("warnings:active_shapes"), _("Public warnings"), None),
    }  # fmt: skip
    return render(request, "warnings/public/list.html", context)


@login_not_required
@require_safe
@limited("warnings-one", most=3600, per_s=HOUR, methods=("GET",))
def one(request: HttpRequest, identifier: str) -> HttpResponse:
    """One message with its area; one that has ended says so first."""
    warning = found(identifier)
    area = selectors.shape(warning)
    later = warning.successors.filter(sent_at__isnull=False).prefetch_related("texts").first()
    context = {
        "title": warning.headline,
        "warning": warning,
        "words": warning.words,
        "later": later,
        "area": selectors.area_words(warning),
        "icon_name": ICONS.get(warning.hazard, "alert-triangle"),
        "map": selectors.map_config(
            reverse("warnings:shape", args=[identifier]), warning.headline, area["bounds"]
        ),
        "others": [text for text in warning.texts.all() if text != warning.words],
    }
    return render(request, "warnings/public/one.html", context)


@login_not_required
@require_safe
def cap(_request: HttpRequest, identifier: str) -> HttpResponse:
    """The signed file as it went out."""
    warning = publishing.file_of(identifier)
    if warning is None:
        raise Http404
    return open_to_all(HttpResponse(warning.xml, content_type=f"{feeds.CAP_TYPE}; charset=utf-8"), 300)


@login_not_required
@require_safe
def cap_json(_request: HttpRequest, identifier: str) -> HttpResponse:
    """The same for the app."""
    answer = JsonResponse(selectors.as_json(found(identifier)), json_dumps_params={"ensure_ascii": False})
    return open_to_all(answer)


@login_not_required
@require_safe
def active(_request: HttpRequest) -> HttpResponse:
    """Everything in force, for the app and for banners of other sites."""
    rows = [selectors.as_json(row) for row in selectors.in_force()]
    return open_to_all(JsonResponse({"warnings": rows}, json_dumps_params={"ensure_ascii": False}))


@login_not_required
@require_safe
def shape(_request: HttpRequest, identifier: str) -> HttpResponse:
    """The area of one as GeoJSON."""
    return open_to_all(JsonResponse(selectors.collection([found(identifier)])), 300)


@login_not_required
@require_safe
def active_shapes(_request: HttpRequest) -> HttpResponse:
    """The areas of all in force."""
    return open_to_all(JsonResponse(selectors.collection(selectors.in_force())))


@login_not_required
@require_safe
def feed_atom(_request: HttpRequest) -> HttpResponse:
    """Atom 1.0."""
    return open_to_all(
        HttpResponse(feeds.atom(*feed("atom")), content_type="application/atom+xml; charset=utf-8")
    )


@login_not_required
@require_safe
def feed_rss(_request: HttpRequest) -> HttpResponse:
    """RSS 2.0."""
    return open_to_all(
        HttpResponse(feeds.rss(*feed("rss")), content_type="application/rss+xml; charset=utf-8")
    )


def feed(form: str) -> tuple[feeds.Feed, list[feeds.Entry]]:
    """In Vietnamese whoever asks: a cache keeps one."""
    with override("vi"):
        return selectors.feed(form, _("Public warnings"), _("Warnings to the public, as CAP files."))


@login_not_required
@require_safe
def certificate(_request: HttpRequest) -> HttpResponse:
    """What our signatures are verified with."""
    text = publishing.certificate()
    if not text:
        raise Http404
    return open_to_all(HttpResponse(text, content_type="application/x-pem-file"), HOUR)


def found(identifier: str) -> PublicWarning:
    """Published once, and no technical test."""
    rows = PublicWarning.objects.out().exclude(status=Status.TEST).select_related("owner")
    row = rows.prefetch_related("texts", "units").defer("xml").filter(identifier=identifier).first()
    if row is None:
        raise Http404
    return row


urlpatterns = [
    path("", listing, name="public"),
    path("active.json", active, name="active"),
    path("active-shapes.json", active_shapes, name="active_shapes"),
    path("feed.atom", feed_atom, name="feed_atom"),
    path("feed.rss", feed_rss, name="feed_rss"),
    path("certificate.pem", certificate, name="certificate"),
    path("cap/<str:identifier>.xml", cap, name="cap"),
    path("cap/<str:identifier>.json", cap_json, name="cap_json"),
    path("shape/<str:identifier>.json", shape, name="shape"),
]
last = [path("<str:identifier>/", one, name="public_one")]
