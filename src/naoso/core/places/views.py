"""Pages of administrative units, and the question of which one a point is in."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required, permission_required
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from naoso.core.places import selectors
from naoso.core.places.forms import UnitFilter
from naoso.core.places.models import AdminUnit
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat

PAGE = 50
ASKED_PER_MINUTE = 120


@permission_required("places.view", raise_exception=True)
def listing(request: HttpRequest) -> HttpResponse:
    """Units by name or code, of today or of any day."""
    form = UnitFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = selectors.search_units(wanted.get("q", ""))
    if not wanted.get("before"):
        found = found.on(timezone.localdate())
    if wanted.get("kind"):
        found = found.filter(kind=wanted["kind"])
    page = Paginator(found.defer("outline"), PAGE).get_page(request.GET.get("page"))
    return render(
        request, "places/units.html", {"title": _("Administrative units"), "page": page, "filter": form}
    )


@permission_required("places.view", raise_exception=True)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit then and now: what it came from, what it became, where it lies."""
    unit = get_object_or_404(AdminUnit.objects.select_related("parent"), pk=pk)
    words = {
        "title": unit.full_name,
        "unit": unit,
        "came_from": unit.came_from.select_related("old", "old__parent").order_by("old__name"),
        "became": unit.became.select_related("new").order_by("new__name"),
        "children": unit.children.defer("outline").order_by("name"),
        "areas": unit.service_areas.all(),
        "config": _map(unit),
    }
    return render(request, "places/unit.html", words)


@permission_required("places.view", raise_exception=True)
def outline(request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG001
    """The unit's outline as GeoJSON."""
    unit = get_object_or_404(AdminUnit, pk=pk)
    shape = unit.outline or unit.centre
    feature = {
        "type": "Feature",
        "id": str(unit.pk),
        "geometry": json.loads(shape.geojson),
        "properties": {
            "id": str(unit.pk),
            "title": unit.full_name,
            "state": "normal",
            "value": None,
            "unit": "",
            "at": "",
            "url": reverse("places:unit", args=[pk]),
        },
    }
    return JsonResponse({"type": "FeatureCollection", "features": [feature]})


@login_not_required
@require_GET
def at(request: HttpRequest) -> HttpResponse:
    """Public: `?lon=&lat=` and perhaps `&on=2025-06-30` → the unit there, or null."""
    if _asks_too_much(request):
        return JsonResponse(
            {"title": "too many questions", "status": 429},
            status=429,
            content_type="application/problem+json",
        )
    try:
        point = LonLat.checked(_number(request, "lon"), _number(request, "lat"))
        unit = selectors.unit_at(point, _day(request))
    except BadInput as error:
        return JsonResponse(error.problem(), status=error.status, content_type="application/problem+json")
    answer = {"code": unit.code, "name": unit.full_name} if unit else None
    return JsonResponse({"unit": answer}, json_dumps_params={"ensure_ascii": False})


def _number(request: HttpRequest, name: str) -> float:
    try:
        return float(request.GET.get(name, ""))
    except ValueError:
        raise BadInput.of(
            name, request.GET.get(name, ""), "number", "a number in degrees is expected"
        ) from None


def _day(request: HttpRequest) -> dt.date | None:
    text = request.GET.get("on", "")
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput.of("on", text, "date", "a day is expected as 2025-06-30") from None


def _asks_too_much(request: HttpRequest) -> bool:
    address = get_adapter().get_client_ip(request)
    key = f"places:at:{address}:{timezone.now():%H%M}"
    cache.add(key, 0, 120)
    return cache.incr(key) > ASKED_PER_MINUTE


def _map(unit: AdminUnit) -> dict[str, Any]:
    layer = {
        "slug": "unit",
        "domain": "places",
        "title": unit.full_name,
        "group": "",
        "icon": "map-pin",
        "glyph": [],
        "url": reverse("places:outline", args=[unit.pk]),
        "kind": "area" if unit.outline else "point",
        "visible": True,
        "refresh_s": 3600,
        "refresh_on": "",
        "legend": [],
    }
    config = {
        "base": {"kind": "plain", "url": "/map/base.json"},
        "center": [unit.centre.x, unit.centre.y],
        "zoom": 11,
        "layers": [layer],
        "approximate": unit.outline_approximate,
        "labels": [],
        "locale": "vi",
    }
    return config | ({"bounds": unit.outline.extent} if unit.outline else {})
