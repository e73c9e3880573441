"""Stations on pages: parse, call, render."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naoso.core.alerts.models import AlertRule
from naoso.core.alerts.selectors import alerts_of
from naoso.core.people.access import permission_required
from naoso.core.people.scope import allowed
from naoso.core.registry.models import Thing
from naoso.domains.hazards import kinds, selectors
from naoso.domains.hazards.charts import chart, spark
from naoso.domains.hazards.forecasting import MODELS
from naoso.domains.hazards.forms import FilterForm, LevelsForm
from naoso.domains.hazards.kinds import HazardKind
from naoso.domains.hazards.models import Forecast
from naoso.domains.hazards.selectors import Standing
from naoso.domains.hazards.services import MANAGE

SPANS = {
    24: gettext_lazy("24 hours"),
    72: gettext_lazy("3 days"),
    168: gettext_lazy("7 days"),
    720: gettext_lazy("30 days"),
}
ORDER = ("danger", "warning", "notice", "stale", "normal")


@permission_required("hazards.view")
def station_list(request: HttpRequest) -> HttpResponse:
    """Every station in scope, what is worst first."""
    form = FilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = [s for s in selectors.stations(request.user, asked.get("kind", "")) if matching(s, asked)]
    rows = [row for row in selectors.standings(found) if wanted(row, asked.get("state", ""))]
    rows.sort(key=lambda row: (ORDER.index(row.state), row.station.name))
    context = {
        "title": _("Sensors of danger"),
        "form": form,
        "rows": [(row, spark(row.day)) for row in rows],
        "counts": [(kind, sum(row.kind == kind for row in rows)) for kind in kinds.KINDS],
    }
    return render(request, "hazards/stations.html", context)


def matching(station: Thing, asked: dict[str, str]) -> bool:
    """By the words of the search."""
    return selectors.matches(station, asked.get("q", ""))


def wanted(row: Standing, state: str) -> bool:
    """By the filter."""
    return {"alert": row.severity > 0, "stale": row.stale}.get(state, True)


@permission_required("hazards.view")
def station_page(request: HttpRequest, code: str) -> HttpResponse:
    """One station: figures, charts with levels and outlook, alerts, what is near."""
    station, kind = known(request, code)
    hours = span_of(request)
    row = Forecast.objects.filter(series__thing=station, series__property=kind.shown).first()
    context = {
        "title": station.name,
        "station": station,
        "standing": selectors.standings([station])[0],
        "figures": selectors.figures(station, kind),
        "forecast": row,
        "model": MODELS.get(row.model) if row else None,
        "alerts": alerts_of(request.user, selectors.subject_of(station))[:10],
        "levels": station.levels.select_related("rule").order_by("raise_at"),
        "may_edit": may_edit(request, station, kind),
        "hours": hours,
        "spans": SPANS.items(),
        "crumbs": [(_("Sensors of danger"), reverse("hazards:stations")), (station.name, "")],
    }
    return render(request, "hazards/station.html", context)


@permission_required("hazards.view")
def station_card(request: HttpRequest, code: str) -> HttpResponse:
    """What the map shows of a station."""
    station, kind = known(request, code)
    context = {
        "station": station,
        "standing": selectors.standings([station])[0],
        "figures": selectors.figures(station, kind),
        "alerts": alerts_of(request.user, selectors.subject_of(station)).open()[:3],
    }
    return render(request, "hazards/card.html", context)


@permission_required("hazards.view")
def station_chart(request: HttpRequest, code: str, quantity: str) -> JsonResponse:
    """One quantity for the chart island."""
    station, kind = known(request, code)
    try:
        chosen = kind.quantity(quantity)
    except KeyError as error:
        raise Http404 from error
    return JsonResponse(chart(station, kind, chosen, hours=span_of(request)))


@permission_required("hazards.manage")
def station_levels(request: HttpRequest, code: str) -> HttpResponse:
    """The heights of this station's levels."""
    station, kind = known(request, code)
    if not allowed(request.user, MANAGE, station):
        raise Http404
    form = LevelsForm(request.POST or None, station=station, rules=own_rules(kind))
    if request.method == "POST" and form.is_valid() and form.save(request.user):  # type: ignore[arg-type]
        messages.success(request, _("The levels are saved and count from now on."))
        return redirect("hazards:station", code)
    crumbs = [
        (_("Sensors of danger"), reverse("hazards:stations")),
        (station.name, reverse("hazards:station", args=[code])),
        (_("Levels"), ""),
    ]
    context = {"title": _("Levels of the station"), "station": station, "form": form, "crumbs": crumbs}
    return render(request, "hazards/levels.html", context)


def own_rules(kind: HazardKind) -> Sequence[AlertRule]:
    """Rules whose limit differs by station, the mildest first."""
    codes = [limit.code for limit in kind.limits if limit.per_station]
    return list(AlertRule.objects.filter(code__in=codes).order_by("measure", "severity", "raise_at"))


def may_edit(request: HttpRequest, station: Thing, kind: HazardKind) -> bool:
    """Whether there is a level to edit, and the right."""
    return any(limit.per_station for limit in kind.limits) and allowed(request.user, MANAGE, station)


def known(request: HttpRequest, code: str) -> tuple[Thing, HazardKind]:
    """The station in scope with its kind, or 404."""
    station = selectors.station_for(request.user, code)
    kind = kinds.kind_of(station.kind)
    if kind is None:
        raise Http404
    return station, kind


def span_of(request: HttpRequest) -> int:
    """Hours that the charts show: one of the offered spans."""
    text = request.GET.get("hours", "")
    return int(text) if text.isdigit() and int(text) in SPANS else 24
