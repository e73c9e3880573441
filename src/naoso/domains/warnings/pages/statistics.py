"""Figures of warnings."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from naoso.core.people.access import permission_required
from naoso.domains.warnings.selectors import statistics as selectors


@permission_required("warnings.view")
def statistics(request: HttpRequest) -> HttpResponse:
    """By hazard or by month, of the last year, quarter or month."""
    by = "month" if request.GET.get("by") == "month" else "hazard"
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdecimal() and int(asked) in selectors.PERIODS else selectors.PERIODS[0]
    lines = selectors.figures(request.user, by, days)
    context = {
        "title": _("Figures of warnings"),
        "lines": lines,
        "by": by,
        "days": days,
        "periods": selectors.PERIODS,
        "sent": sum(line.sent for line in lines),
        "failed": sum(line.failed for line in lines),
        "alerts": sum(line.alerts for line in lines),
        "messages_count": sum(line.alerts + line.updates + line.cancels for line in lines),
    }
    return render(request, "warnings/statistics.html", context)


urlpatterns = [path("statistics/", statistics, name="statistics")]
