"""Routing rules in their order, with a bench that says where a report would go and why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import recorded
from naoso.core.people.models import Organisation
from naoso.domains.citizen_reports.forms.setup import BenchForm, RuleForm
from naoso.domains.citizen_reports.models import RoutingRule
from naoso.domains.citizen_reports.pages.setup import edited
from naoso.domains.citizen_reports.rules.routing import Misfit
from naoso.domains.citizen_reports.selectors.directory import directory
from naoso.domains.citizen_reports.services import setup
from naoso.domains.citizen_reports.services.routing import case_of, reason_of
from naoso.kernel.errors import BadInput

EDIT = "citizen_reports.edit_categories"
WHY_NOT = {
    Misfit.CATEGORY: gettext_lazy("another category"),
    Misfit.UNIT: gettext_lazy("another place"),
    Misfit.DAY: gettext_lazy("another day of the week"),
    Misfit.TIME: gettext_lazy("another time of day"),
    Misfit.WORDS: gettext_lazy("none of its key words"),
}


@permission_required(EDIT)
def rule_list(request: HttpRequest) -> HttpResponse:
    """The rules, and the bench where the address asks for it."""
    form = BenchForm(request.GET if request.GET.get("category") else None)
    rows = list(
        RoutingRule.objects.select_related("category", "unit", "organisation", "handler").defer(
            "unit__outline", "unit__centre"
        )
    )
    context: dict[str, Any] = {"title": _("Routing rules"), "rows": rows, "bench": form, "tab": "rules"}
    if form.is_bound and form.is_valid():
        context |= tried(form.cleaned_data, {row.pk: row for row in rows})
    return render(request, "citizen_reports/setup/rules.html", context)


def tried(values: dict[str, Any], rows: dict[int, RoutingRule]) -> dict[str, Any]:
    """Where it would go, and what each rule says of it."""
    book = directory()
    case = case_of(
        book,
        category=values["category"],
        unit=values["unit"],
        text=values["text"],
        at=values["at"] or timezone.now(),
    )
    verdicts = [
        (rows[one.rule.id], WHY_NOT[one.misfit] if one.misfit else "")
        for one in book.verdicts(case)
        if one.rule.id in rows
    ]
    try:
        found = book.decide(case)
    except BadInput as error:
        return {"nowhere": error.errors[0].message, "verdicts": verdicts}
    body = Organisation.objects.get(pk=found.organisation_id)
    return {"goes_to": body, "because": reason_of(found), "verdicts": verdicts, "by": found.rule}


@permission_required(EDIT)
def rule_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One rule."""
    row = get_object_or_404(RoutingRule, pk=pk) if pk else RoutingRule()
    if pk is None:
        setup.add_at_end(row)
    form = RuleForm(request.POST or None, instance=row)
    remove = reverse("citizen_reports:rule_remove", args=[pk]) if pk else ""
    return edited(request, form, back=reverse("citizen_reports:rules"), remove=remove, tab="rules")


@require_POST
@permission_required(EDIT)
def rule_shift(request: HttpRequest, pk: int, way: str) -> HttpResponse:
    """Earlier or later."""
    rule = get_object_or_404(RoutingRule, pk=pk)
    setup.shift_rule(rule=rule, actor=account_of(request), up=way == "up")
    return redirect("citizen_reports:rules")


@require_POST
@permission_required(EDIT)
def rule_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The rule goes; reports that it routed stay where they are."""
    rule = get_object_or_404(RoutingRule, pk=pk)
    with recorded(account_of(request)):
        rule.delete()
    messages.success(request, _("“%(what)s” is removed.") % {"what": rule})
    return redirect("citizen_reports:rules")


urlpatterns = [
    path("rules/", rule_list, name="rules"),
    path("rules/new/", rule_edit, name="rule_new"),
    path("rules/<int:pk>/", rule_edit, name="rule"),
    path("rules/<int:pk>/<slug:way>/", rule_shift, name="rule_shift"),
    path("rules/<int:pk>/remove/now/", rule_remove, name="rule_remove"),
]
