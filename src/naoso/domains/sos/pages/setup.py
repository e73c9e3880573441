"""Who answers for which kind, the number for SMS, how long data stay."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.domains.sos import selectors
from naoso.domains.sos.forms import DeskForm, RouteForm
from naoso.domains.sos.models import Route
from naoso.domains.sos.services import setup as services
from naoso.domains.sos.services.setup import SETUP


@permission_required(SETUP)
def settings_page(request: HttpRequest) -> HttpResponse:
    """Number and days; the routes beside them."""
    desk = selectors.desk()
    data = request.POST if request.method == "POST" else None
    form = DeskForm(data, initial={"sms_number": desk.sms_number, "keep_days": desk.keep_days})
    if data is not None and form.is_valid() and form.carry_out(services.save_desk, actor=account_of(request)):
        messages.success(request, _("Saved."))
        return redirect("sos:setup")
    return shown(request, form, RouteForm(actor=account_of(request)))


def shown(request: HttpRequest, form: DeskForm, route_form: RouteForm) -> HttpResponse:
    """Both forms."""
    routes = Route.objects.select_related("owner")
    context = {
        "title": _("Settings of SOS calls"), "form": form, "routes": routes, "route_form": route_form,
        "tab": "setup", "may_setup": True,
    }  # fmt: skip
    status = 422 if form.errors or route_form.errors else 200
    return render(request, "sos/setup.html", context, status=status)


@require_POST
@permission_required(SETUP)
def route(request: HttpRequest) -> HttpResponse:
    """A kind gets its body."""
    form = RouteForm(request.POST, actor=account_of(request))
    if form.is_valid() and form.carry_out(services.save_route, actor=account_of(request)):
        messages.success(request, _("Saved."))
        return redirect("sos:setup")
    desk = selectors.desk()
    return shown(
        request, DeskForm(initial={"sms_number": desk.sms_number, "keep_days": desk.keep_days}), form
    )


@require_POST
@permission_required(SETUP)
def route_drop(request: HttpRequest) -> HttpResponse:
    """A kind goes to whoever answers for all others."""
    services.drop_route(actor=account_of(request), kind=request.POST.get("kind", ""))
    messages.success(request, _("Saved."))
    return redirect("sos:setup")


urlpatterns = [
    path("setup/", settings_page, name="setup"),
    path("setup/route/", route, name="route"),
    path("setup/route/drop/", route_drop, name="route_drop"),
]
