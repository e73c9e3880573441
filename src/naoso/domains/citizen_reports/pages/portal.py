"""The public side, without an account: list, one report, map, figures, open data; fit to be embedded."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from naoso.domains.citizen_reports.forms.portal import PortalForm
from naoso.domains.citizen_reports.selectors import open_data, tiles
from naoso.domains.citizen_reports.selectors.portal import public_page, public_report
from naoso.domains.citizen_reports.selectors.statistics import PERIODS, statistics
from naoso.ui.limits import limited

HOUR = 3600
MVT = "application/vnd.mapbox-vector-tile"
ROOM = "citizen_reports/portal"


def shown(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    """A page of the portal. With `embed=1` it is bare and any site may frame it; no other page may be."""
    embed = request.GET.get("embed") == "1"
    frame = request.build_absolute_uri(f"{request.path}?{urlencode({'embed': 1})}")
    context |= {
        "embed": embed,
        "base": f"{ROOM}/embed.html" if embed else f"{ROOM}/base.html",
        "room": name,
        "frame": f'<iframe src="{frame}" title="{context["title"]}" width="100%" height="640"></iframe>',
    }
    answer = render(request, f"{ROOM}/{name}.html", context)
    if embed:
        answer.xframe_options_exempt = True
        answer._csp_replace = {"frame-ancestors": ["*"]}  # type: ignore[attr-defined]  # noqa: SLF001
    return answer


@login_not_required
@require_safe
@limited("portal-list", most=1200, per_s=HOUR, methods=("GET",))
def public(request: HttpRequest) -> HttpResponse:
    """The newest public reports, narrowed by the address."""
    form = PortalForm(request.GET or None) if request.GET else PortalForm({})
    page = public_page(form.wanted(), after=request.GET.get("after", ""))
    return shown(request, "list", title=_("Reports of everyone"), form=form, page=page)


@login_not_required
@require_safe
@limited("portal-report", most=1200, per_s=HOUR, methods=("GET",))
def public_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One public report, under a number; its code stays with the sender."""
    found = public_report(pk)
    if found is None:
        raise Http404
    return shown(request, "one", title=str(found.report.category), one=found, report=found.report)


@login_not_required
@require_safe
def public_map(request: HttpRequest) -> HttpResponse:
    """Where they are."""
    return shown(
        request,
        "map",
        title=_("Map of reports"),
        tiles=reverse("citizen_reports:public_tile", args=[0, 0, 0]).replace("0/0/0", "{z}/{x}/{y}"),
        page_of_one=reverse("citizen_reports:public_one", args=[0]),
        points_from=tiles.POINTS_FROM,
    )


@login_not_required
@require_safe
def public_tile(_request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """A vector tile of public reports."""
    if not tiles.exists(z, x, y):
        raise Http404
    made = tiles.public_tile(z, x, y)
    answer = HttpResponse(made, content_type=MVT, status=200 if made else 204)
    answer["Cache-Control"] = f"public, max-age={tiles.KEEP_S}"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@login_not_required
@require_safe
@limited("portal-figures", most=1200, per_s=HOUR, methods=("GET",))
def public_statistics(request: HttpRequest) -> HttpResponse:
    """Received, solved, on time, median days, rating: by area or by agency."""
    group = "owner" if request.GET.get("by") == "owner" else "unit"
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdecimal() and int(asked) in PERIODS else PERIODS[0]
    return shown(
        request,
        "statistics",
        title=_("How reports are answered"),
        group=group,
        days=days,
        periods=PERIODS,
        counted=statistics(group, days),
    )


@login_not_required
@require_safe
def public_data(request: HttpRequest) -> HttpResponse:
    """What the files hold, and under which terms."""
    return shown(
        request,
        "data",
        title=_("Open data"),
        columns=open_data.COLUMNS.items(),
        discovery=reverse("open311:discovery", kwargs={"form": "json"}),
        licence=open_data.LICENCE,
        licence_name=open_data.LICENCE_NAME,
    )


@login_not_required
@require_safe
@limited("portal-file", most=30, per_s=HOUR, methods=("GET",))
def public_file(_request: HttpRequest, kind: str) -> HttpResponseBase:
    """The last twelve months as a file, written while it is read."""
    files = {
        "csv": (open_data.csv_file, "text/csv; charset=utf-8"),
        "geojson": (open_data.geojson_file, "application/geo+json"),
    }
    if kind not in files:
        raise Http404
    made, content_type = files[kind]
    answer = StreamingHttpResponse(made(), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="phan-anh.{kind}"'
    answer["Link"] = f'<{open_data.LICENCE}>; rel="license"'
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


urlpatterns = [
    path("public/", public, name="public"),
    path("public/<int:pk>/", public_one, name="public_one"),
    path("public/map/", public_map, name="public_map"),
    path("public/tiles/<int:z>/<int:x>/<int:y>.mvt", public_tile, name="public_tile"),
    path("public/statistics/", public_statistics, name="public_statistics"),
    path("public/data/", public_data, name="public_data"),
    path("public/data.<slug:kind>", public_file, name="public_file"),
]
