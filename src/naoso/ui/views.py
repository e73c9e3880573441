"""Every component on one page, with made-up figures that say so: for whoever builds a page."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.ui import icons, signs

CENTRE = (105.84, 21.59)
NOON = datetime(2026, 1, 15, 5, tzinfo=UTC)
SERVICE_WORKER = Path(__file__).parent / "static/ui/sw.js"
View = Callable[[HttpRequest], HttpResponse]


@login_not_required
def service_worker(_request: HttpRequest) -> HttpResponse:
    """From the root, since a worker serves only the addresses below its own."""
    return HttpResponse(SERVICE_WORKER.read_bytes(), content_type="text/javascript")


def builders_only(view: View) -> View:
    """Staff, or anyone on a machine in debug; for others the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not (settings.DEBUG or getattr(request.user, "is_staff", False)):
            raise Http404
        return view(request)

    return guarded


class SampleForm(forms.Form):
    """One field of each sort."""

    name = forms.CharField(label=_("Name"), help_text=_("As it stands on the sign."))
    kind = forms.ChoiceField(label=_("Kind"), choices=[("a", "A"), ("b", "B")])
    since = forms.DateField(label=_("Since"))
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    way = forms.ChoiceField(
        label=_("Way"), widget=forms.RadioSelect, choices=[("1", _("By day")), ("2", _("By night"))]
    )
    urgent = forms.BooleanField(label=_("Urgent"), required=False)


class SampleFilter(forms.Form):
    """A short filter."""

    q = forms.CharField(label=_("Search"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", "–"), ("open", _("Open")), ("closed", _("Closed"))]
    )


@builders_only
def gallery(request: HttpRequest) -> HttpResponse:
    """The page."""
    now = timezone.now()
    if "toast" in request.GET:
        for level in ("info", "success", "warning", "error"):
            getattr(messages, level)(request, _("A message of this kind"))
    ages = [0, 300, 5 * 3600, 3 * 86400, 30 * 86400]
    return render(
        request,
        "ui/gallery.html",
        {
            "title": _("Components"),
            "crumbs": [(_("Start"), "/"), (_("Components"), "")],
            "signs": list(signs.SIGNS),
            "ages": [now - timedelta(seconds=s) for s in ages],
            "numbers": [1234567.891, 12.5, -3, None],
            "limit": timedelta(minutes=10),
            "form": SampleForm({"name": "", "kind": "a", "since": "31/02/2026"}),
            "filter": SampleFilter(request.GET),
            "page": Paginator(range(237), 10).get_page(request.GET.get("page", 3)),
            "rows": [("T-01", "danger", 88.25, ages[1]), ("T-02", "stale", None, ages[3])],
            "map": sample_map(),
        },
    )


def sample_map() -> dict[str, Any]:
    """A map config as the operations map makes it."""
    return {
        "base": {"kind": "plain", "url": "/ui/demo/base.json"},
        "center": CENTRE,
        "zoom": 9.5,
        "layers": [
            {
                "slug": "sample",
                "domain": "sample",
                "title": str(_("Sample stations")),
                "group": "",
                "icon": "wind",
                "glyph": icons.paths("wind"),
                "url": "/ui/demo/layer.json",
                "kind": "point",
                "visible": True,
                "refresh_s": 60,
                "refresh_on": "",
                "legend": [
                    {"state": state, "label": str(signs.SIGNS[state].label)}
                    for state in ("danger", "warning", "notice", "normal", "stale", "off")
                ],
            }
        ],
        "approximate": True,
        "labels": [
            {"name": "Quần đảo Hoàng Sa (Việt Nam)", "lon": 112.0, "lat": 16.5},
            {"name": "Quần đảo Trường Sa (Việt Nam)", "lon": 114.0, "lat": 9.5},
        ],
        "locale": "vi",
    }


@builders_only
def demo_chart(_request: HttpRequest) -> HttpResponse:
    """Two days of two waves, with a gap."""
    hours = [NOON + timedelta(hours=h) for h in range(48)]
    pm25 = [None if 20 <= h < 26 else round(40 + 25 * math.sin(h / 4), 1) for h in range(48)]
    pm10 = [round(70 + 30 * math.cos(h / 5), 1) for h in range(48)]
    return JsonResponse(
        {
            "series": [
                {"name": "PM2.5", "unit": "µg/m³", "points": list(zip(hours, pm25, strict=True))},
                {"name": "PM10", "unit": "µg/m³", "points": list(zip(hours, pm10, strict=True))},
            ],
            "limits": [{"label": "50", "value": 50}],
            "bands": [{"label": "", "from": 100, "to": 150, "colour": "#d01f2e"}],
        }
    )


@builders_only
def demo_base(_request: HttpRequest) -> HttpResponse:
    """Four squares with names."""
    features: list[dict[str, Any]] = []
    for index, name in enumerate(["Đồng Hỷ", "Sông Công", "Phổ Yên", "Đại Từ"]):
        lon, lat = CENTRE[0] + (index % 2) * 0.3 - 0.3, CENTRE[1] + (index // 2) * 0.25 - 0.25
        ring = [[lon, lat], [lon + 0.3, lat], [lon + 0.3, lat + 0.25], [lon, lat + 0.25], [lon, lat]]
        properties = {"name": name, "level": "commune", "home": True}
        centre = {"type": "Point", "coordinates": [lon + 0.15, lat + 0.12]}
        features.extend(
            {"type": "Feature", "properties": properties, "geometry": geometry}
            for geometry in ({"type": "Polygon", "coordinates": [ring]}, centre)
        )
    return JsonResponse({"type": "FeatureCollection", "features": features})


@builders_only
def demo_layer(_request: HttpRequest) -> HttpResponse:
    """Points in every state, some close together."""
    states = ["danger", "warning", "notice", "normal", "stale", "off"]
    features = [
        {
            "type": "Feature",
            "id": str(index),
            "geometry": {
                "type": "Point",
                "coordinates": [
                    CENTRE[0] + 0.24 * math.sin(index * 2.4) * (index / 30) ** 0.5,
                    CENTRE[1] + 0.2 * math.cos(index * 2.4) * (index / 30) ** 0.5,
                ],
            },
            "properties": {
                "title": f"T-{index:02}",
                "state": states[index % len(states)],
                "value": 10.5 + index,
                "unit": "µg/m³",
                "at": (timezone.now() - timedelta(minutes=7 * index)).isoformat(),
                "url": "",
            },
        }
        for index in range(36)
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})
