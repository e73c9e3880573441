"""Transmitters, zones, detectors, tests and isolations."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import allowed
from naoso.domains.fire.forms import DetectorsForm, ReasonForm, SuspendForm, TransmitterForm, ZoneForm
from naoso.domains.fire.models import Detector, Suspension, Transmitter, Zone
from naoso.domains.fire.pages.editing import to
from naoso.domains.fire.pages.one import VIEW, kinds_of, premises_for, shown
from naoso.domains.fire.services import devices as services
from naoso.domains.fire.services import suspending
from naoso.domains.fire.services.premises import MANAGE
from naoso.kernel.errors import NotAllowed

TAB = "detectors"


@require_POST
@permission_required(MANAGE)
def transmitter_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Connect a box; its secret is shown this once."""
    row, form = premises_for(request, pk, MANAGE), TransmitterForm(request.POST)
    made = form.is_valid() and form.carry_out(
        services.connect_transmitter, actor=account_of(request), premises=row
    )
    if made:
        box, secret = made
        return shown(request, row, TAB, fresh_box=box, fresh_secret=secret)
    return shown(request, row, TAB, {"transmitter_form": form})


@require_POST
@permission_required(MANAGE)
def transmitter_off(request: HttpRequest, pk: int, box: int) -> HttpResponse:
    """Its source is refused from now on."""
    row, form = premises_for(request, pk, MANAGE), ReasonForm(request.POST)
    found = get_object_or_404(Transmitter, premises=row, pk=box)
    if form.is_valid():
        services.disconnect_transmitter(
            actor=account_of(request), transmitter=found, reason=form.cleaned_data["reason"]
        )
        messages.success(request, _("The transmitter is switched off."))
    else:
        messages.error(request, _("Say why."))
    return to(row, TAB)


@require_POST
@permission_required(MANAGE)
def zone_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A zone of the panel."""
    row = premises_for(request, pk, MANAGE)
    form = ZoneForm(request.POST, premises=row)
    if form.is_valid() and form.carry_out(services.add_zone, actor=account_of(request), premises=row):
        return to(row, TAB)
    return shown(request, row, TAB, {"zone_form": form})


@require_POST
@permission_required(MANAGE)
def zone_drop(request: HttpRequest, pk: int, zone: int) -> HttpResponse:
    """With its detectors."""
    row = premises_for(request, pk, MANAGE)
    services.drop_zone(actor=account_of(request), zone=get_object_or_404(Zone, premises=row, pk=zone))
    return to(row, TAB)


@require_POST
@permission_required(MANAGE)
def detectors_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Several at once."""
    row = premises_for(request, pk, MANAGE)
    form = DetectorsForm(request.POST, premises=row)
    if form.is_valid() and form.carry_out(services.add_detectors, actor=account_of(request)):
        return to(row, TAB)
    return shown(request, row, TAB, {"detectors_form": form})


@require_POST
@permission_required(MANAGE)
def detector_drop(request: HttpRequest, pk: int, detector: int) -> HttpResponse:
    """It hangs there no more."""
    row = premises_for(request, pk, MANAGE)
    found = get_object_or_404(Detector, zone__premises=row, pk=detector)
    services.drop_detector(actor=account_of(request), detector=found)
    return to(row, TAB)


def either_required(request: HttpRequest) -> None:
    """Who may neither test nor isolate anywhere has nothing to do here."""
    if not any(allowed(request.user, permission) for permission in suspending.PERMISSIONS.values()):
        raise NotAllowed("neither fire.test nor fire.isolate is held")


@require_POST
@permission_required(VIEW)
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a test or an isolation."""
    either_required(request)
    row, actor = premises_for(request, pk), account_of(request)
    form = SuspendForm(request.POST, premises=row, kinds=kinds_of(actor, row))
    if form.is_valid() and form.carry_out(suspending.suspend, actor=actor, premises=row):
        messages.success(request, _("Alarms of it call nobody until then."))
        return to(row, TAB)
    return shown(request, row, TAB, {"suspend_form": form})


@require_POST
@permission_required(VIEW)
def resume(request: HttpRequest, pk: int, suspension: int) -> HttpResponse:
    """End it before its time."""
    either_required(request)
    row = premises_for(request, pk)
    found = get_object_or_404(Suspension.objects.visible_to(request.user), premises=row, pk=suspension)
    suspending.resume(actor=account_of(request), suspension=found)
    messages.success(request, _("Alarms call people again."))
    return to(row, TAB)


urlpatterns = [
    path("<int:pk>/transmitters/", transmitter_add, name="transmitter_add"),
    path("<int:pk>/transmitters/<int:box>/off/", transmitter_off, name="transmitter_off"),
    path("<int:pk>/zones/", zone_add, name="zone_add"),
    path("<int:pk>/zones/<int:zone>/drop/", zone_drop, name="zone_drop"),
    path("<int:pk>/detectors/", detectors_add, name="detectors_add"),
    path("<int:pk>/detectors/<int:detector>/drop/", detector_drop, name="detector_drop"),
    path("<int:pk>/suspend/", suspend, name="suspend"),
    path("<int:pk>/suspend/<int:suspension>/end/", resume, name="resume"),
]
