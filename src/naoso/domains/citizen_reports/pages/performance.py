"""Performance of agencies and officers: a table whose figures open to their rows, as XLSX and PDF too."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import note
from naoso.core.people.models import AuditAction
from naoso.core.people.scope import allowed
from naoso.domains.citizen_reports.models import WeeklyLetter
from naoso.domains.citizen_reports.selectors.performance import (
    AGES,
    GROUPS,
    Line,
    Period,
    last_days,
    performance,
    rows_address,
)
from naoso.domains.citizen_reports.services import exporting

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
USUAL_DAYS = 30
SUPERVISE = "citizen_reports.supervise"


class PeriodForm(forms.Form):
    """Over which days, by what."""

    since = forms.DateField(label=gettext_lazy("From"))
    until = forms.DateField(label=gettext_lazy("Until"))
    group = forms.ChoiceField(label=gettext_lazy("By"), choices=list(GROUPS.items()))

    def clean(self) -> dict[str, Any]:
        """The first day is not after the last."""
        values = super().clean() or self.cleaned_data
        if values.get("since") and values.get("until") and values["since"] > values["until"]:
            self.add_error("until", _("The last day is before the first."))
        return values


def asked(request: HttpRequest) -> tuple[PeriodForm, Period, str]:
    """The form, the period and the grouping; officers are named only to those who supervise."""
    usual = last_days(USUAL_DAYS)
    given = {
        "since": request.GET.get("since") or f"{usual.since:%d/%m/%Y}",
        "until": request.GET.get("until") or f"{usual.until:%d/%m/%Y}",
        "group": request.GET.get("group") or "owner",
    }
    form = PeriodForm(given)
    if not allowed(request.user, SUPERVISE):
        form.fields["group"].choices = [one for one in GROUPS.items() if one[0] != "handler"]  # type: ignore[attr-defined]
    if not form.is_valid():
        return form, usual, "owner"
    values = form.cleaned_data
    return form, Period(values["since"], values["until"]), values["group"]


@permission_required("citizen_reports.view")
def performance_page(request: HttpRequest) -> HttpResponse:
    """The table."""
    form, period, group = asked(request)
    lines, whole = performance(request.user, period, group)
    base = reverse("citizen_reports:list")
    context = {
        "title": _("Performance of answering"),
        "form": form,
        "heads": exporting.heads(str(GROUPS[group])),
        "lines": [(line, cells(base, period, group, line)) for line in lines],
        "whole": cells(base, period, group, whole),
        "letter": WeeklyLetter.objects.filter(account=account_of(request), enabled=True).first(),
    }
    return render(request, "citizen_reports/performance.html", context, status=422 if form.errors else 200)


def cells(base: str, period: Period, group: str, line: Line) -> list[tuple[Any, str]]:
    """Each figure with the address of its rows."""
    figures = ["received", "ended", "ended_late", "reopened", "rated", "rated", "ended", "ended", ""]
    figures += [f"age_{number}" for number in range(len(AGES))]
    found = []
    for value, figure in zip(exporting.figures(line)[1:], figures, strict=True):
        link = rows_address(base, period, group, line, figure) if figure and value else ""
        found.append((value, link))
    return found


@permission_required("citizen_reports.view")
def performance_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The same as a file; the export is noted."""
    _form, period, group = asked(request)
    lines, whole = performance(request.user, period, group)
    title, group_title = _("Performance of answering"), str(GROUPS[group])
    note(AuditAction.EXPORT, account_of(request), f"citizen_reports:performance:{kind}", f"{period}")
    if kind == "pdf":
        data = exporting.printed(title, period, group_title, lines, whole, str(request.user))
        answer = HttpResponse(data, content_type="application/pdf")
    else:
        rows = [exporting.figures(line) for line in [*lines, whole]]
        answer = HttpResponse(
            exporting.spreadsheet(title, exporting.heads(group_title), rows), content_type=XLSX
        )
    name = f"phan-anh-{period.since:%Y%m%d}-{period.until:%Y%m%d}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
@permission_required("citizen_reports.view")
def letter_switch(request: HttpRequest) -> HttpResponse:
    """The weekly report by e-mail: on or off, for oneself."""
    account = account_of(request)
    on = request.POST.get("on") == "1"
    if on and not account.email:
        messages.error(request, _("Your account has no e-mail address."))
        return redirect("citizen_reports:performance")
    WeeklyLetter.objects.update_or_create(account=account, defaults={"enabled": on})
    words = (
        _("You get the report of the week every Monday at 07:00, with what is in your scope.")
        if on
        else _("The weekly report is off.")
    )
    messages.success(request, words)
    return redirect("citizen_reports:performance")


urlpatterns = [
    path("performance/", performance_page, name="performance"),
    path("performance/file.<slug:kind>", performance_file, name="performance_file"),
    path("performance/letter/", letter_switch, name="letter_switch"),
]
