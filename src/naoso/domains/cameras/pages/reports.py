"""The report of up-time, on the screen, on paper and as a table."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.people.access import permission_required
from naoso.domains.cameras import uptime
from naoso.domains.cameras.forms import ReportFilter
from naoso.domains.cameras.pages.lists import VIEW, tabs_of
from naoso.domains.cameras.sheets import csv_answer


def asked(request: HttpRequest) -> tuple[ReportFilter, dict[str, Any]]:
    """The form, and what the report is asked for."""
    form = ReportFilter(request.GET, user=request.user)
    said = form.cleaned_data if form.is_valid() else {}
    wanted = {"by": said.get("by") or "camera", "days": said.get("days") or 30, "group": said.get("group")}
    return form, wanted


@permission_required(VIEW)
def report(request: HttpRequest) -> HttpResponse:
    """The worst first."""
    form, wanted = asked(request)
    now = timezone.now()
    rows, whole = uptime.report(request.user, now=now, **wanted)
    context = {"title": _("Up-time of cameras"), "filter": form, "rows": rows, "whole": whole, "now": now}
    return render(request, "cameras/report.html", context | wanted | tabs_of(request, "report"))


@permission_required(VIEW)
def report_csv(request: HttpRequest) -> HttpResponse:
    """The same as a table."""
    _form, wanted = asked(request)
    rows, whole = uptime.report(request.user, now=timezone.now(), **wanted)
    heads = [
        _("What"), _("Cameras"), _("Working now"), _("Up-time (%)"), _("Outages"), _("Hours without"),
        _("Longest (hours)"),
    ]  # fmt: skip
    return csv_answer(f"camera-uptime-{wanted['days']}d", heads, uptime.table([*rows, whole]))


urlpatterns = [path("report/", report, name="report"), path("report.csv", report_csv, name="report_csv")]
