"""One camera: its picture, where it looks, how it stood, who looked; its source for those who manage it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from naoso.core.objects.models import CityObject
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import User, allowed
from naoso.core.response.models import Incident
from naoso.domains.cameras import listing
from naoso.domains.cameras.models import CameraSource, Look, May, Outage
from naoso.domains.cameras.pages.lists import VIEW, tabs_of
from naoso.domains.cameras.rights import REASONS, rights_of
from naoso.domains.cameras.rules import View
from naoso.domains.cameras.rules.uptime import pieces
from naoso.domains.cameras.selectors import NEAR_M
from naoso.kernel.geometry import LonLat, bearing, metres_between
from naoso.kernel.ids import row_number

NEAR_DEGREES = 0.015  # no less than NEAR_M here
SHOWN = 10
BARS = (
    (dt.timedelta(days=1), pgettext_lazy("up-time", "24 h")),
    (dt.timedelta(days=30), pgettext_lazy("up-time", "30 days")),
)


@dataclass(frozen=True, slots=True)
class NearIncident:
    """An open incident near a camera; `seen`: the camera looks at its place."""

    incident: Incident
    metres: float
    seen: bool


@permission_required(VIEW)
def camera(request: HttpRequest, pk: int) -> HttpResponse:
    """The page."""
    row = get_object_or_404(listing.cameras(request.user).select_related("kind"), pk=pk)
    (line,) = listing.lines(request.user, [row])
    source, actor = line.source, account_of(request)
    rights = rights_of(actor)
    context = {
        "title": line.name, "line": line, "camera": row, "source": source, "health": line.health,
        "rights": {right.value: rights.may(source, right) for right in May} if source else {},
        "turns": bool(source and source.onvif_url and source.can_turn and rights.may(source, May.CONTROL)),
        "unplaced": unplaced(row), "reasons": REASONS, "bars": bars(source),
        "incidents": near_incidents(actor, row),
        "outages": Outage.objects.filter(source=source)[:SHOWN] if source else (),
        "manages": allowed(actor, "cameras.manage", row),
        "looks": looks_of(actor, row), "sees_looks": allowed(actor, "cameras.looks", row),
        "case": case_of(actor, request.GET.get("incident", "")),
        "crumbs": [(_("Cameras"), reverse("cameras:list")), (line.name, "")],
    }  # fmt: skip
    return render(request, "cameras/camera.html", context | tabs_of(request, "list"))


def unplaced(row: CityObject) -> bool:
    """It stands exactly at its commune's centre: where finding cameras puts those of no known place."""
    return row.unit is not None and bool(row.shape.equals_exact(row.unit.centre, 1e-9))


def case_of(user: User, number: str) -> Incident | None:
    """The incident from which the camera was opened: looks are for it."""
    pk = row_number(number)
    return Incident.objects.visible_to(user).filter(pk=pk).first() if pk is not None else None


def bars(source: CameraSource | None) -> list[tuple[str, Any]]:
    """How it stood: a day and a month."""
    if source is None:
        return []
    now = timezone.now()
    spans = listing.spans_of([source.pk], now - BARS[-1][0]).get(source.pk, [])
    return [(str(words), pieces(spans, now - span, now, source.connected_at)) for span, words in BARS]


def looks_of(user: User, row: CityObject) -> Any:
    """Who looked at it last; empty for those who may not know."""
    rows = Look.objects.visible_to(user).filter(camera=row).select_related("account", "incident")
    return rows[:SHOWN]


def near_incidents(user: User, row: CityObject) -> list[NearIncident]:
    """Open ones within 1,5 km, those that it looks at first."""
    here = LonLat(row.shape.x, row.shape.y)
    view = View(row.data.get("heading_deg"), row.data.get("view_deg"), row.data.get("range_m"))
    close = (
        Incident.objects.visible_to(user)
        .open()
        .filter(point__dwithin=(Point(here.lon, here.lat, srid=4326), NEAR_DEGREES))
    )
    found = []
    for incident in close.select_related("kind")[:50]:
        assert incident.point is not None
        there = LonLat(incident.point.x, incident.point.y)
        metres = metres_between(here, there)
        if metres <= NEAR_M:
            found.append(NearIncident(incident, metres, bool(view.has(bearing(here, there), metres))))
    return sorted(found, key=lambda one: (not one.seen, one.metres))[:SHOWN]


urlpatterns = [path("<int:pk>/", camera, name="camera")]
