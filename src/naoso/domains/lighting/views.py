"""Pages of street lighting."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.objects.models import CityObject
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import User, allowed
from naoso.domains.lighting import services
from naoso.domains.lighting.forms import ConnectForm, StepForm, SwitchForm
from naoso.domains.lighting.models import Controller, ControllerQuerySet, Step
from naoso.kernel.errors import BadInput, Conflict

PAGE = 50
SHOWN = 20


def visible(user: User) -> ControllerQuerySet:
    """Controllers in scope with what their lines show."""
    rows = Controller.objects.visible_to(user)
    return rows.select_related("cabinet__owner", "cabinet__unit", "thing__source__last_word").defer(
        "cabinet__unit__outline", "cabinet__unit__centre"
    )


@permission_required("lighting.view")
def cabinets(request: HttpRequest) -> HttpResponse:
    """Every cabinet with its wanted level and its last word."""
    page = Paginator(visible(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "lighting/cabinets.html", {"title": _("Lighting"), "page": page})


@permission_required("lighting.view")
def cabinet(request: HttpRequest, pk: int) -> HttpResponse:
    """One cabinet: switch it, its schedule, its commands."""
    return shown(request, one(request, pk))


@permission_required("lighting.view")
def of_object(request: HttpRequest, pk: int) -> HttpResponse:
    """From the city object to its controller; who may connects it with that."""
    found = visible(request.user).filter(cabinet=pk).first()
    if found is not None:
        return redirect("lighting:cabinet", pk=found.pk)
    rows = CityObject.objects.permitted_to(request.user, services.MANAGE).select_related("kind")
    box = get_object_or_404(rows.filter(kind__slug="lighting-cabinet"), pk=pk)
    form, name = ConnectForm(request.POST or None), str(Controller(cabinet=box))
    made = form.is_valid() and form.carry_out(services.connect, actor=account_of(request), cabinet=box)
    if made:
        messages.success(request, _("The address is kept."))
        return redirect("lighting:cabinet", pk=made.pk)
    context = {
        "title": name, "cabinet": box, "form": form,
        "crumbs": [(_("Lighting"), reverse("lighting:cabinets")), (name, "")],
    }  # fmt: skip
    return render(request, "lighting/connect.html", context, status=422 if form.is_bound else 200)


@require_POST
@permission_required("lighting.switch")
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """On, off, or something between."""
    controller, form = one(request, pk), SwitchForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            services.switch(
                actor=account_of(request), controller=controller, level=said["level"], key=said["key"]
            )
        except BadInput as error:
            messages.error(request, error.errors[0].message)
        else:
            messages.success(request, _("The command was given; the cabinet acknowledges it here."))
        return redirect("lighting:cabinet", pk=pk)
    messages.error(request, _("The level lies between 0 and 100 %."))
    return redirect("lighting:cabinet", pk=pk)


@require_POST
@permission_required("lighting.manage")
def step_add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more step of the schedule."""
    controller, form = one(request, pk), StepForm(request.POST)
    if form.is_valid():
        try:
            made = form.carry_out(services.add_step, actor=account_of(request), controller=controller)
        except Conflict as error:
            form.add_error("at", str(error))
        else:
            if made:
                return redirect("lighting:cabinet", pk=pk)
    return shown(request, controller, step_form=form, status=422)


@require_POST
@permission_required("lighting.manage")
def step_drop(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """One step fewer."""
    services.drop_step(
        actor=account_of(request), step=get_object_or_404(Step, pk=step, controller=one(request, pk))
    )
    return redirect("lighting:cabinet", pk=pk)


@require_POST
@permission_required("lighting.manage")
def connect(request: HttpRequest, pk: int) -> HttpResponse:
    """Where its controller listens."""
    controller, form = one(request, pk), ConnectForm(request.POST)
    if form.is_valid() and form.carry_out(
        services.connect, actor=account_of(request), cabinet=controller.cabinet, thing=controller.thing
    ):
        messages.success(request, _("The address is kept."))
        return redirect("lighting:cabinet", pk=pk)
    return shown(request, controller, connect_form=form, status=422)


def one(request: HttpRequest, pk: int) -> Controller:
    """In scope, or 404."""
    return get_object_or_404(visible(request.user), pk=pk)


def shown(
    request: HttpRequest, controller: Controller, *, step_form: StepForm | None = None,
    connect_form: ConnectForm | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page of a cabinet."""
    actor = account_of(request)
    may_manage = allowed(actor, services.MANAGE, controller.cabinet)
    context = {
        "title": str(controller), "controller": controller, "key": uuid.uuid4(),
        "crumbs": [(_("Lighting"), reverse("lighting:cabinets")), (str(controller), "")],
        "steps": controller.steps.all(), "commands": controller.commands.select_related("given_by")[:SHOWN],
        "may_switch": bool(controller.url) and allowed(actor, services.SWITCH, controller.cabinet),
        "may_manage": may_manage, "step_form": step_form or StepForm(),
        "connect_form": connect_form or ConnectForm(initial={"url": controller.url}),
        "signing_key": services.signing_key(controller) if may_manage else "",
        "levels": (0, 30, 50, 70, 100),
    }  # fmt: skip
    return render(request, "lighting/cabinet.html", context, status=status)
