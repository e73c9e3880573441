"""Every camera in one look: a list, a wall of small pictures; the card on the map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext as _

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import note_read
from naoso.core.people.scope import allowed
from naoso.domains.cameras import listing
from naoso.domains.cameras.forms import CameraFilter
from naoso.domains.cameras.models import CameraHealth, CameraSource, May
from naoso.domains.cameras.rights import REASONS, may, require_may
from naoso.ui.sending import stored

PAGE = 50
VIEW = listing.VIEW
NOTED_FOR_S = 600
MOST_TILES = 1000


def tabs_of(request: HttpRequest, tab: str) -> dict[str, object]:
    """What the row of tabs needs."""
    return {
        "tab": tab,
        "may_manage": allowed(request.user, "cameras.manage"),
        "may_looks": allowed(request.user, "cameras.looks"),
        "may_live": allowed(request.user, "cameras.live"),
        "may_export": allowed(request.user, "cameras.export"),
    }


@permission_required(VIEW)
def camera_list(request: HttpRequest) -> HttpResponse:
    """Those that do not work first."""
    form = CameraFilter(request.GET, user=request.user)
    said = form.cleaned_data if form.is_valid() else {}
    rows = listing.listed(request.user, said, request.GET.get("sort", ""))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Cameras"), "filter": form, "page": page, "state": said.get("state", ""),
        "lines": listing.lines(request.user, page.object_list), **counted(request, said),
    }  # fmt: skip
    return render(request, "cameras/list.html", context | tabs_of(request, "list"))


def counted(request: HttpRequest, said: Mapping[str, Any]) -> dict[str, Any]:
    """The filter buttons."""
    counts = listing.counts(request.user, said)
    return {"counts": counts, "total": sum(count for _standing, count in counts)}


@permission_required(VIEW)
def thumbnails(request: HttpRequest) -> HttpResponse:
    """The last small picture of each, those that do not work first; opening it is noted as a read."""
    form = CameraFilter(request.GET, user=request.user)
    said = form.cleaned_data if form.is_valid() else {}
    rows = listing.listed(request.user, said)[:MOST_TILES]
    lines = listing.lines(request.user, rows, uptime=False)
    seen = sum(bool(line.thumbnail) for line in lines)
    actor = account_of(request)
    if seen and cache.add(f"cameras:thumbnails:{actor.pk}", 1, NOTED_FOR_S):  # the page reads itself anew
        note_read(actor, "cameras:thumbnails:all", _("Small pictures of %(n)d cameras") % {"n": seen})
    context = {
        "title": _("Small pictures"), "filter": form, "lines": lines, "state": said.get("state", ""),
        **counted(request, said),
    }  # fmt: skip
    return render(request, "cameras/thumbnails.html", context | tabs_of(request, "thumbnails"))


@permission_required(VIEW)
def thumbnail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The last small picture, for those who may watch the camera live."""
    rows = CameraSource.objects.visible_to(request.user).select_related("camera", "group")
    source = get_object_or_404(rows, camera_id=pk)
    require_may(request.user, source, May.LIVE)
    return stored(CameraHealth(source=source).thumbnail, "image/jpeg", kept_s=3600)


@permission_required(VIEW)
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """What the map shows of a camera."""
    row = get_object_or_404(listing.cameras(request.user), pk=pk)
    (line,) = listing.lines(request.user, [row])
    live = line.source is not None and may(request.user, line.source, May.LIVE)
    return render(
        request, "cameras/card.html", {"line": line, "camera": row, "live": live, "reasons": REASONS}
    )


urlpatterns = [
    path("", camera_list, name="list"),
    path("thumbnails/", thumbnails, name="thumbnails"),
    path("<int:pk>/thumbnail.jpg", thumbnail, name="thumbnail"),
    path("<int:pk>/card/", card, name="card"),
]
