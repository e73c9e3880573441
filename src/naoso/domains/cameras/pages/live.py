"""Live pictures: the page asks for a ticket, and MediaMTX asks whether one is good."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.response.models import Incident
from naoso.domains.cameras.live import Opened, open_live, path_name, renew_live
from naoso.domains.cameras.models import CameraSource, LookKind
from naoso.domains.cameras.reaching import LARGE, SMALL
from naoso.domains.cameras.tickets import OPENS_FOR, BadTicket, take
from naoso.kernel.ids import row_number

BODY_LIMIT = 8192


@require_POST
@permission_required("cameras.live")
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """`size` main or sub, `reason`, perhaps `incident` and `wall`; or `renewal` of what is open already."""
    actor = account_of(request)
    rows = CameraSource.objects.permitted_to(actor, "cameras.live").select_related("camera", "group")
    source = get_object_or_404(rows, camera_id=pk)
    host = request.get_host().rpartition(":")[0] or request.get_host()
    asked = request.POST
    if asked.get("renewal"):
        opened = renew_live(actor=actor, source=source, renewal=asked["renewal"], host=host)
        return JsonResponse(told(opened))
    incident = None
    if (number := row_number(asked.get("incident", ""))) is not None:
        incident = get_object_or_404(Incident.objects.visible_to(actor), pk=number)
    opened, renewal = open_live(
        actor=actor, source=source, size=SMALL if asked.get("size") == SMALL else LARGE,
        reason=asked.get("reason", ""), host=host, incident=incident,
        kind=LookKind.WALL if asked.get("wall") else LookKind.LIVE,
    )  # fmt: skip
    return JsonResponse(told(opened) | {"renewal": renewal})


def told(opened: Opened) -> dict[str, str]:
    """As the page reads it."""
    return {
        "kind": opened.kind, "url": opened.url, "ticket": opened.ticket, "until": opened.until.isoformat()
    }  # fmt: skip


@csrf_exempt
@require_POST
@login_not_required
def admit(request: HttpRequest) -> HttpResponse:
    """MediaMTX's external authentication: 204 for a reader whose ticket names the path, else 401."""
    try:
        asked = json.loads(request.body[:BODY_LIMIT])
        words = parse_qs(str(asked.get("query", "")))
        found = take(words.get("ticket", [""])[0])
        once = cache.add(f"cameras:ticket:{found.number}", 1, OPENS_FOR.total_seconds() + 5)
    except (ValueError, AttributeError, BadTicket):
        return HttpResponse(status=401)
    good = (
        once and asked.get("action") == "read" and asked.get("path") == path_name(found.source_id, found.size)
    )
    return HttpResponse(status=204 if good else 401)


urlpatterns = [
    path("<int:pk>/live/", live, name="live"),
    path("media/admit/", admit, name="media_admit"),
]
