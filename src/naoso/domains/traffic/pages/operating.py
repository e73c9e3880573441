"""Operations, their check-points and people, their report."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import note_read
from naoso.domains.traffic.forms import DutyForm, OperationForm, PointForm
from naoso.domains.traffic.models import CheckPoint, Duty, Operation
from naoso.domains.traffic.pages.shell import refuse, shown
from naoso.domains.traffic.selectors.reports import report_of
from naoso.domains.traffic.services import operations as services
from naoso.domains.traffic.services.operations import OPERATE
from naoso.kernel.errors import BadInput, Conflict


@permission_required(OPERATE)
def operations(request: HttpRequest) -> HttpResponse:
    """The newest first."""
    rows = Operation.objects.visible_to(request.user).select_related("owner").prefetch_related("points")
    return shown(request, "operations.html", "operations", {"title": _("Operations"), "rows": rows[:200]})


def operation_for(request: HttpRequest, pk: int) -> Operation:
    """In scope, or 404."""
    return get_object_or_404(Operation.objects.visible_to(request.user).select_related("owner"), pk=pk)


@permission_required(OPERATE)
def operation_new(request: HttpRequest) -> HttpResponse:
    """A new one."""
    return operation_form(request, Operation())


@permission_required(OPERATE)
def operation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change it."""
    return operation_form(request, operation_for(request, pk))


def operation_form(request: HttpRequest, row: Operation) -> HttpResponse:
    """The form, and what it saves."""
    form = OperationForm(request.POST or None, instance=row, actor=account_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_operation(
                actor=account_of(request), operation=form.instance, cameras=form.cleaned_data["cameras"],
                lists=form.cleaned_data["lists"],
            )  # fmt: skip
        except BadInput as error:
            refuse(form, error)
        else:
            return redirect("traffic:operation", saved.pk)
    context = {"title": row.name or _("New operation"), "form": form, "back": reverse("traffic:operations")}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@permission_required(OPERATE)
def operation(request: HttpRequest, pk: int) -> HttpResponse:
    """Figures so far, places, people."""
    return operation_page(request, operation_for(request, pk))


def operation_page(
    request: HttpRequest, row: Operation, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    """Forms that were refused come back with what is wrong."""
    note_read(account_of(request), f"traffic:operation:{row.pk}", "page")
    context: dict[str, Any] = {
        "title": row.name, "operation": row, "point_form": PointForm(actor=account_of(request)),
        "duty_form": DutyForm(operation=row),
        "crumbs": [(_("Operations"), reverse("traffic:operations")), (row.name, "")],
        **report_of(row, request.user),
    }  # fmt: skip
    context |= bound or {}
    return shown(request, "operation.html", "operations", context, status=422 if bound else 200)


@permission_required(OPERATE)
def operation_report(request: HttpRequest, pk: int) -> HttpResponse:
    """On paper."""
    row = operation_for(request, pk)
    note_read(account_of(request), f"traffic:operation:{pk}", "report")
    return shown(
        request,
        "operation_report.html",
        "operations",
        {"title": row.name, "operation": row, **report_of(row, request.user)},
    )


@require_POST
@permission_required(OPERATE)
def operation_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Before its time."""
    services.end_operation(actor=account_of(request), operation=operation_for(request, pk))
    return redirect("traffic:operation", pk)


@require_POST
@permission_required(OPERATE)
def point_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A check-point more."""
    row, actor = operation_for(request, pk), account_of(request)
    form = PointForm(request.POST, actor=actor)
    if form.is_valid() and form.carry_out(services.add_point, actor=actor, operation=row):
        return redirect("traffic:operation", pk)
    return operation_page(request, row, {"point_form": form})


@require_POST
@permission_required(OPERATE)
def point_drop(request: HttpRequest, pk: int, point: int) -> HttpResponse:
    """One less, where nothing was checked."""
    found = get_object_or_404(CheckPoint, operation=operation_for(request, pk), pk=point)
    try:
        services.drop_point(actor=account_of(request), point=found)
    except Conflict as error:
        messages.error(request, str(error))
    return redirect("traffic:operation", pk)


@require_POST
@permission_required(OPERATE)
def duty_add(request: HttpRequest, pk: int, point: int) -> HttpResponse:
    """Somebody stands there."""
    row = operation_for(request, pk)
    found = get_object_or_404(CheckPoint, operation=row, pk=point)
    form = DutyForm(request.POST, operation=row)
    if form.is_valid() and form.carry_out(services.put_on_duty, actor=account_of(request), point=found):
        return redirect("traffic:operation", pk)
    return operation_page(request, row, {"duty_form": form})


@require_POST
@permission_required(OPERATE)
def duty_drop(request: HttpRequest, pk: int, duty: int) -> HttpResponse:
    """Stands there no more."""
    found = get_object_or_404(Duty, point__operation=operation_for(request, pk), pk=duty)
    try:
        services.take_off_duty(actor=account_of(request), duty=found)
    except Conflict as error:
        messages.error(request, str(error))
    return redirect("traffic:operation", pk)


urlpatterns = [
    path("operations/", operations, name="operations"),
    path("operations/new/", operation_new, name="operation_new"),
    path("operations/<int:pk>/", operation, name="operation"),
    path("operations/<int:pk>/edit/", operation_edit, name="operation_edit"),
    path("operations/<int:pk>/report/", operation_report, name="operation_report"),
    path("operations/<int:pk>/end/", operation_end, name="operation_end"),
    path("operations/<int:pk>/points/", point_add, name="point_add"),
    path("operations/<int:pk>/points/<int:point>/drop/", point_drop, name="point_drop"),
    path("operations/<int:pk>/points/<int:point>/people/", duty_add, name="duty_add"),
    path("operations/<int:pk>/people/<int:duty>/drop/", duty_drop, name="duty_drop"),
]
