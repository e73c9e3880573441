"""Citizens ask to be warned: this browser or a phone number, for places that they choose."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from naoso.core.notify.channels import channels
from naoso.core.notify.push import public_key
from naoso.core.places.models import AdminUnit
from naoso.domains.warnings import rules
from naoso.domains.warnings.forms.public import WishForm
from naoso.domains.warnings.models import ChannelName, Device
from naoso.domains.warnings.selectors.public import map_config
from naoso.domains.warnings.services import subscribing
from naoso.kernel.errors import BadInput
from naoso.ui.limits import limited

HOUR = 3600


@login_not_required
@limited("warnings-follow", most=30, per_s=HOUR)
def follow(request: HttpRequest) -> HttpResponse:
    """Places first, then this browser or a number."""
    form = WishForm(request.POST or None, initial={"language": (get_language() or "vi")[:2]})
    if request.method == "POST" and form.is_valid():
        try:
            device = begun(form)
        except BadInput as error:
            form.refused(error)
        else:
            return redirect("warnings:device", device.token)
    return follow_page(request, form)


def begun(form: WishForm) -> Device:
    """By what was given: a subscription of the browser, else a number."""
    said = form.cleaned_data
    if said["subscription"] is not None:
        return subscribing.subscribe_push(given=said["subscription"], wish=form.wish())
    return subscribing.subscribe_phone(phone=said["phone"], wish=form.wish())


def follow_page(request: HttpRequest, form: WishForm) -> HttpResponse:
    """With the ways that this centre has."""
    context = {
        "title": _("Be warned"), "form": form, "push_key": public_key(), "by_phone": "gateway" in channels(),
        "map": map_config("", "", None) | {"layers": []},
    }  # fmt: skip
    return render(request, "warnings/public/follow.html", context, status=422 if form.errors else 200)


@login_not_required
@never_cache
@limited("warnings-device", most=60, per_s=HOUR)
def device(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Its owner's page: what is kept, other wishes, the end. The link is the key."""
    row = device_of(token)
    initial = {
        "units": row.units,
        "language": row.language,
        "consent": True,
        "lon": row.point.x if row.point else None,
        "lat": row.point.y if row.point else None,
    }
    form = WishForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            subscribing.change(device=row, wish=form.wish())
        except BadInput as error:
            form.refused(error)
        else:
            messages.success(request, _("Your wishes are saved."))
            return redirect("warnings:device", token)
    return device_page(request, row, form)


def device_page(request: HttpRequest, row: Device, form: WishForm, problem: str = "") -> HttpResponse:
    """A number is shown by its last digits alone."""
    units = AdminUnit.objects.filter(pk__in=row.units).only("name", "kind").order_by("name")
    by_phone = row.channel == ChannelName.GATEWAY
    context = {
        "title": _("Your warnings"),
        "device": row,
        "form": form,
        "units": units,
        "problem": problem,
        "phone": rules.seen_phone(row.address) if by_phone else "",
        "map": map_config("", "", None) | {"layers": []},
    }
    status = 422 if problem or form.errors else 200
    return render(request, "warnings/public/device.html", context, status=status)


@login_not_required
@require_POST
@limited("warnings-code", most=30, per_s=HOUR)
def confirm(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """The code of a message."""
    row = device_of(token)
    try:
        subscribing.confirm(device=row, code=request.POST.get("code", ""))
    except BadInput as error:
        return device_page(request, row, WishForm(initial={"units": row.units}), error.errors[0].message)
    messages.success(request, _("Confirmed: this number will be warned."))
    return redirect("warnings:device", token)


@login_not_required
@require_POST
def stop(_request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Forgotten at once."""
    subscribing.stop(device=device_of(token))
    messages.success(_request, _("You will not be warned any more. What was kept is deleted."))
    return redirect("warnings:public")


def device_of(token: uuid.UUID) -> Device:
    """By its secret, or 404."""
    row = subscribing.device_of(token)
    if row is None:
        raise Http404
    return row


urlpatterns = [
    path("follow/", follow, name="follow"),
    path("follow/<uuid:token>/", device, name="device"),
    path("follow/<uuid:token>/code/", confirm, name="device_code"),
    path("follow/<uuid:token>/stop/", stop, name="device_stop"),
]
