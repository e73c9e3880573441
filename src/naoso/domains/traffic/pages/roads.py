"""Junctions, flows, sections: figures without plates, but for those who drove too fast."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from naoso.core.objects.models import CityObject
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import note_read
from naoso.core.people.scope import allowed
from naoso.domains.traffic.forms import SectionForm
from naoso.domains.traffic.models import Quarter, Section, SectionRun
from naoso.domains.traffic.pages.shell import refuse, shown
from naoso.domains.traffic.selectors import flows
from naoso.domains.traffic.services.setup import SETUP, save_section
from naoso.kernel.errors import BadInput
from naoso.kernel.ids import row_number

VIEW = "traffic.view"
PAGE = 50
DAY = dt.timedelta(days=1)


@permission_required(VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """Junctions as they are now."""
    rows = flows.junctions(request.user)
    total, outside = sum(row.n for row in rows), sum(row.outside for row in rows)
    context = {
        "title": _("Traffic"), "junctions": rows, "total": total, "outside": outside,
        "share": round(100 * outside / total, 1) if total else None,
    }  # fmt: skip
    return shown(request, "overview.html", "overview", context)


def camera_of(request: HttpRequest, pk: int) -> CityObject:
    """A junction that this person sees counts of, or 404."""
    seen = Quarter.objects.visible_to(request.user).filter(camera=pk).values("camera")[:1]
    return get_object_or_404(CityObject, pk=pk, pk__in=seen)


@permission_required(VIEW)
def junction(request: HttpRequest, pk: int) -> HttpResponse:
    """The card on the map."""
    camera = camera_of(request, pk)
    row = next((one for one in flows.junctions(request.user) if one.camera.pk == pk), None)
    return shown(request, "junction_card.html", "overview", {"title": camera.code, "junction": row})


def day_of(request: HttpRequest) -> dt.datetime:
    """The day asked for, from midnight here; today where none is."""
    text = request.GET.get("day", "")
    try:
        asked = parse_date(text) if text.count("-") == 2 else None
    except ValueError:
        asked = None
    if asked is not None and not 2000 <= asked.year <= 2200:
        asked = None
    return timezone.make_aware(dt.datetime.combine(asked or timezone.localdate(), dt.time()))


@permission_required(VIEW)
def flows_page(request: HttpRequest) -> HttpResponse:
    """A day by hour and lane, and from where to where."""
    start = day_of(request)
    columns, rows = flows.matrix(flows.trips(request.user, start, start + DAY))
    junctions = flows.junctions(request.user)
    context = {
        "title": _("Flows"), "day": start, "before": (start - DAY).date(), "after": (start + DAY).date(),
        "today": timezone.localdate(), "columns": columns, "rows": rows, "junctions": junctions,
        "camera": row_number(request.GET.get("camera", "")),
        "total": flows.total(request.user, start, start + DAY),
    }  # fmt: skip
    return shown(request, "flows.html", "flows", context)


@permission_required(VIEW)
def flows_chart(request: HttpRequest) -> JsonResponse:
    """Passages an hour, one line for each lane, for the chart island."""
    start = day_of(request)
    camera = row_number(request.GET.get("camera", ""))
    rows = flows.hourly(request.user, camera, start, start + DAY)
    lanes: dict[int, dict[dt.datetime, int]] = defaultdict(dict)
    for row in rows:
        lanes[row["lane"]][row["hour"]] = row["n"]
    hours = [start + n * flows.HOUR for n in range(24) if start + n * flows.HOUR <= timezone.now()]
    series = [
        {
            "name": _("lane %(n)s") % {"n": lane} if lane else _("lane not known"), "unit": "",
            "dash": "solid",
            "points": [[hour.isoformat(), told.get(hour, 0)] for hour in hours],
        }
        for lane, told in sorted(lanes.items())
    ]  # fmt: skip
    return JsonResponse({"series": series, "limits": [], "bands": []})


@permission_required(VIEW)
def sections(request: HttpRequest) -> HttpResponse:
    """Stretches with their speed of the last hour."""
    since = timezone.now() - flows.HOUR
    rows = Section.objects.visible_to(request.user).select_related("start", "end", "owner")
    told = speeds(rows, since)
    found = [(row, told[row.pk]) for row in rows]
    context = {"title": _("Sections"), "rows": found, "may_setup": allowed(request.user, SETUP)}
    return shown(request, "sections.html", "sections", context)


def speeds(rows: Iterable[Section], since: dt.datetime) -> dict[int, dict[str, Any]]:
    """Section → how many runs, their median, how many were too fast: one statement for all."""
    runs: dict[int, list[tuple[float, bool]]] = {row.pk: [] for row in rows}
    told = SectionRun.objects.filter(section__in=runs, left_at__gte=since).order_by("speed_kmh")
    for section, kmh, over in told.values_list("section", "speed_kmh", "over"):
        runs[section].append((kmh, over))
    return {pk: figures(of) for pk, of in runs.items()}


def figures(runs: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    """Of one section, the slowest first."""
    median = runs[len(runs) // 2][0] if runs else None
    return {"n": len(runs), "median": median, "over": sum(over for _kmh, over in runs)}


@permission_required(VIEW)
def section(request: HttpRequest, pk: int) -> HttpResponse:
    """One stretch; plates over the limit only for whoever may see passages."""
    row = get_object_or_404(Section.objects.visible_to(request.user).select_related("start", "end"), pk=pk)
    may, now = allowed(request.user, "traffic.passages", row), timezone.now()
    over = SectionRun.objects.filter(section=row, over=True)
    page = Paginator(over, PAGE).get_page(request.GET.get("page"))
    if may:
        note_read(account_of(request), f"traffic:section:{row.pk}", "over the limit")
    context = {
        "title": row.name, "section": row, "page": page, "may_see_plates": may,
        "hour": speeds([row], now - flows.HOUR)[pk], "day": speeds([row], now - DAY)[pk],
        "may_setup": allowed(request.user, SETUP, row),
        "crumbs": [(_("Sections"), reverse("traffic:sections")), (row.name, "")],
    }  # fmt: skip
    return shown(request, "section.html", "sections", context)


@permission_required(SETUP)
def section_new(request: HttpRequest) -> HttpResponse:
    """A new one."""
    return section_form(request, Section())


@permission_required(SETUP)
def section_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change it."""
    return section_form(request, get_object_or_404(Section.objects.permitted_to(request.user, SETUP), pk=pk))


def section_form(request: HttpRequest, row: Section) -> HttpResponse:
    """The form, and what it saves."""
    form = SectionForm(request.POST or None, instance=row, actor=account_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_section(actor=account_of(request), section=form.instance)
        except BadInput as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("traffic:section", saved.pk)
    context = {"title": row.name or _("New section"), "form": form, "back": reverse("traffic:sections")}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("", overview, name="overview"),
    path("junctions/<int:pk>/card/", junction, name="junction"),
    path("flows/", flows_page, name="flows"),
    path("flows/chart/", flows_chart, name="flows_chart"),
    path("sections/", sections, name="sections"),
    path("sections/new/", section_new, name="section_new"),
    path("sections/<int:pk>/", section, name="section"),
    path("sections/<int:pk>/edit/", section_edit, name="section_edit"),
]
