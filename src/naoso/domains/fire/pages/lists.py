"""Lists: premises, alarms, figures of false alarms; the card on the map."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import allowed
from naoso.domains.fire import panel, selectors
from naoso.domains.fire.forms import STATES, PremisesFilter

PAGE = 50
VIEW = "fire.view"


@permission_required(VIEW)
def premises_list(request: HttpRequest) -> HttpResponse:
    """What burns first."""
    form = PremisesFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    rows = selectors.listed(
        request.user, text=said.get("q", ""), category=said.get("category", ""),
        standing=said.get("standing", ""), state=said.get("state", ""),
    )  # fmt: skip
    context = {
        "title": _("Listed premises"), "filter": form, "tab": "premises", "states": STATES,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "counts": selectors.counts(request.user), "may_manage": allowed(request.user, "fire.manage"),
    }  # fmt: skip
    return render(request, "fire/list.html", context)


@permission_required(VIEW)
def alarm_list(request: HttpRequest) -> HttpResponse:
    """Newest first, those in test too."""
    page = Paginator(selectors.alarms(request.user), PAGE).get_page(request.GET.get("page"))
    may = allowed(request.user, "fire.manage")
    context = {"title": _("Fire alarms"), "tab": "alarms", "page": page, "may_manage": may}
    return render(request, "fire/alarms.html", context)


@permission_required(VIEW)
def statistics(request: HttpRequest) -> HttpResponse:
    """False alarms of a year: by month, and whose."""
    now = timezone.now()
    context = {
        "title": _("False alarms"), "tab": "statistics",
        "months": selectors.false_by_month(request.user, now),
        "rows": selectors.worst_premises(request.user, now),
        "may_manage": allowed(request.user, "fire.manage"),
    }  # fmt: skip
    return render(request, "fire/statistics.html", context)


@permission_required(VIEW)
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """What the map shows of premises."""
    row = get_object_or_404(selectors.premises(request.user).annotate(worst=selectors.worst()), pk=pk)
    context = panel.about(account_of(request), row)
    return render(request, "fire/card.html", context)


urlpatterns = [
    path("", premises_list, name="list"),
    path("alarms/", alarm_list, name="alarms"),
    path("statistics/", statistics, name="statistics"),
    path("<int:pk>/panel/", card, name="card"),
]
