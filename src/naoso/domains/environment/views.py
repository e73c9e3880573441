"""Stations on pages: parse, call, render."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naoso.core.alerts.selectors import alerts_of
from naoso.core.people.access import permission_required
from naoso.domains.environment import selectors
from naoso.domains.environment.quantities import BY_CODE
from naoso.kernel.ids import SubjectRef
from naoso.kernel.text import folded

SPANS = {
    24: gettext_lazy("24 hours"),
    72: gettext_lazy("3 days"),
    168: gettext_lazy("7 days"),
    720: gettext_lazy("30 days"),
}


@permission_required("environment.view")
def station_list(request: HttpRequest) -> HttpResponse:
    """Every station in scope, the worst air first."""
    wanted = folded(request.GET.get("q", ""))
    rows = selectors.standings(selectors.stations(request.user))
    if wanted:
        rows = [row for row in rows if wanted in folded(f"{row.station.name} {row.station.unit or ''}")]
    rows.sort(key=lambda row: -(row.hour.value if row.hour and not row.stale else -1))
    context = {"title": _("Air quality"), "rows": rows, "q": request.GET.get("q", "")}
    return render(request, "environment/stations.html", context)


@permission_required("environment.view")
def station_page(request: HttpRequest, code: str) -> HttpResponse:
    """One station: its index, its figures, its charts, its alerts."""
    station = selectors.station_for(request.user, code)
    hours = span_of(request)
    context = {
        "title": station.name,
        "station": station,
        "standing": selectors.standings([station])[0],
        "figures": selectors.figures(station),
        "alerts": alerts_of(request.user, subject_of(station.pk))[:10],
        "hours": hours,
        "spans": SPANS.items(),
        "crumbs": [(_("Air quality"), reverse("environment:stations")), (station.name, "")],
    }
    return render(request, "environment/station.html", context)


@permission_required("environment.view")
def station_card(request: HttpRequest, code: str) -> HttpResponse:
    """What the map shows of a station."""
    station = selectors.station_for(request.user, code)
    context = {
        "station": station,
        "standing": selectors.standings([station])[0],
        "figures": selectors.figures(station),
        "alerts": alerts_of(request.user, subject_of(station.pk)).open()[:3],
    }
    return render(request, "environment/card.html", context)


@permission_required("environment.view")
def station_chart(request: HttpRequest, code: str, quantity: str) -> JsonResponse:
    """Hourly means of one quantity, or the index, for the chart island."""
    station = selectors.station_for(request.user, code)
    hours = span_of(request)
    if quantity == "aqi":
        return JsonResponse(selectors.index_chart(station, hours=hours))
    if quantity not in BY_CODE:
        raise Http404
    return JsonResponse(selectors.chart(station, BY_CODE[quantity], hours=hours))


def span_of(request: HttpRequest) -> int:
    """Hours that the charts show: one of the offered spans."""
    text = request.GET.get("hours", "")
    return int(text) if text.isdigit() and int(text) in SPANS else 24


def subject_of(pk: int) -> str:
    """The station as alerts name it."""
    return str(SubjectRef("environment", "air-station", str(pk)))
