"""Alerts and rules on pages and in the map's side panel."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.alerts import forms, selectors, services
from naoso.core.alerts.models import Alert, AlertRule
from naoso.core.people.access import permission_required
from naoso.core.people.scope import allowed
from naoso.kernel.errors import Conflict

PAGE = 50


@permission_required("alerts.view")
def alert_list(request: HttpRequest) -> HttpResponse:
    """Open alerts first; filters in the address."""
    form = forms.FilterForm(request.GET)
    form.is_valid()
    rows = selectors.listed(
        request.user,
        state=form.cleaned_data.get("state", ""),
        text=form.cleaned_data.get("q", ""),
        severity=form.cleaned_data.get("severity") or 0,
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "alerts/list.html", {"title": _("Alerts"), "form": form, "page": page})


@permission_required("alerts.view")
def alert_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert on a page of its own."""
    alert = selectors.alert_for(request.user, pk)
    crumbs = [(_("Alerts"), reverse("alerts:list")), (alert.title, "")]
    context = {"title": alert.title, "crumbs": crumbs, **panel_context(request, alert)}
    return render(request, "alerts/page.html", context)


@permission_required("alerts.view")
def alert_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert as a part."""
    alert = selectors.alert_for(request.user, pk)
    return render(request, "alerts/panel.html", panel_context(request, alert))


def panel_context(request: HttpRequest, alert: Alert) -> dict[str, object]:
    """The alert, its history, what may be done."""
    return {
        "alert": alert,
        "history": selectors.alerts_of(request.user, alert.subject).exclude(pk=alert.pk)[:5],
        "may_acknowledge": alert.acknowledged_at is None
        and allowed(request.user, "alerts.acknowledge", alert),
        "may_open": allowed(request.user, "response.open", alert),
    }


@require_POST
@permission_required("alerts.acknowledge")
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Seen, I take care."""
    alert = selectors.alert_for(request.user, pk)
    form = forms.AcknowledgeForm(request.POST)
    problem = ""
    try:
        if form.is_valid():
            services.acknowledge(alert=alert, actor=request.user, note=form.cleaned_data["note"])  # type: ignore[arg-type]
    except Conflict as error:
        problem = str(error)
    if not request.headers.get("HX-Request"):
        return redirect("alerts:page", pk)
    context = panel_context(request, selectors.alert_for(request.user, pk)) | {"problem": problem}
    return render(request, "alerts/panel.html", context, status=409 if problem else 200)


@permission_required("alerts.edit_rules")
def rule_list(request: HttpRequest) -> HttpResponse:
    """Every rule in scope."""
    rules = AlertRule.objects.permitted_to(request.user, "alerts.edit_rules").select_related("owner", "unit")
    rows = selectors.with_units(rules)
    return render(request, "alerts/rules.html", {"title": _("Alert rules"), "rows": rows})


@permission_required("alerts.edit_rules")
def rule_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Edit a rule; "try it" shows what it would have raised in the last week, without saving."""
    rules = AlertRule.objects.permitted_to(request.user, "alerts.edit_rules")
    rule = get_object_or_404(rules, pk=pk) if pk else None
    form = forms.RuleForm(request.POST or None, instance=rule, actor=request.user)  # type: ignore[arg-type]
    rehearsal = None
    if request.method == "POST" and form.is_valid():
        typed = form.unsaved()
        if request.POST.get("do") == "try":
            rehearsal = selectors.rehearse_rule(typed)
        else:
            services.save_rule(rule=typed, actor=request.user)  # type: ignore[arg-type]
            messages.success(request, _("The rule is saved and counts from now on."))
            return redirect("alerts:rules")
    title = rule.title if rule else _("New rule")
    crumbs = [(_("Alert rules"), reverse("alerts:rules")), (title, "")]
    context = {"title": title, "form": form, "rule": rule, "rehearsal": rehearsal, "crumbs": crumbs}
    return render(request, "alerts/rule.html", context)
