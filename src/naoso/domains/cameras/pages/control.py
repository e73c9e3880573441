"""Turning a camera from the live picture: JSON for the pad; a refusal is a problem document in words."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from naoso.connectors.onvif import Preset
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.models import Account
from naoso.core.response.models import Incident
from naoso.domains.cameras.models import CameraSource
from naoso.domains.cameras.services import control as services
from naoso.domains.cameras.services.control import Holding
from naoso.kernel.errors import BadInput
from naoso.ui.limits import limited

CONTROL = "cameras.control"
A_MINUTE_S = 60


def of_person(request: HttpRequest) -> str:
    """Moves are counted for each person and camera."""
    return f"{account_of(request).pk}:{request.path}"


def asked(request: HttpRequest, pk: int) -> tuple[Account, CameraSource]:
    """Who asks, and the source in their scope."""
    actor = account_of(request)
    rows = CameraSource.objects.permitted_to(actor, CONTROL).select_related("camera", "group")
    return actor, get_object_or_404(rows, camera_id=pk)


@require_safe
@permission_required(CONTROL)
def control(request: HttpRequest, pk: int) -> HttpResponse:
    """Who turns it now."""
    actor, source = asked(request, pk)
    return JsonResponse(told(services.holding(actor=actor, source=source)))


@require_POST
@permission_required(CONTROL)
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """`reason`, perhaps `incident`, and `over` to take it from somebody."""
    actor, source = asked(request, pk)
    incident, number = None, request.POST.get("incident", "")
    if number.isdecimal():
        incident = get_object_or_404(Incident.objects.visible_to(actor), pk=int(number))
    reason, over = request.POST.get("reason", ""), bool(request.POST.get("over"))
    holding = services.take(actor=actor, source=source, reason=reason, incident=incident, over=over)
    return JsonResponse(told(holding))


@require_POST
@permission_required(CONTROL)
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Free for others."""
    actor, source = asked(request, pk)
    services.release(actor=actor, source=source)
    return JsonResponse(told(services.holding(actor=actor, source=source)))


@require_POST
@permission_required(CONTROL)
@limited("cameras-turn", most=240, per_s=A_MINUTE_S, key=of_person)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """`pan`, `tilt`, `zoom` from -1 to 1; all 0 stops."""
    actor, source = asked(request, pk)
    services.steer(
        actor=actor, source=source, **{name: speed_of(request, name) for name in ("pan", "tilt", "zoom")}
    )
    return HttpResponse(status=204)


@require_GET
@permission_required(CONTROL)
@limited("cameras-presets", most=60, per_s=A_MINUTE_S, methods=("GET",), key=of_person)
def presets(request: HttpRequest, pk: int) -> HttpResponse:
    """The views that the camera remembers."""
    actor, source = asked(request, pk)
    return JsonResponse(listed(services.presets(actor=actor, source=source)))


@require_POST
@permission_required(CONTROL)
@limited("cameras-preset", most=60, per_s=A_MINUTE_S, key=of_person)
def preset(request: HttpRequest, pk: int) -> HttpResponse:
    """`token`: turn there; `name`: remember where it looks."""
    actor, source = asked(request, pk)
    if token := request.POST.get("token", ""):
        services.go_to(actor=actor, source=source, preset=token)
        return HttpResponse(status=204)
    found = services.remember(actor=actor, source=source, name=request.POST.get("name", ""))
    return JsonResponse(listed(found))


def speed_of(request: HttpRequest, name: str) -> float:
    """Raises BadInput for what is no number."""
    said = request.POST.get(name, "0")
    try:
        return float(said)
    except ValueError as error:
        raise BadInput.of(name, said, "number", _("A speed from -1 to 1.")) from error


def told(holding: Holding) -> dict[str, Any]:
    """As the pad reads it."""
    return {
        "holder": holding.holder, "mine": holding.mine, "over": holding.may_take_over,
        "until": holding.until.isoformat() if holding.until else "",
    }  # fmt: skip


def listed(found: tuple[Preset, ...]) -> dict[str, Any]:
    """As the pad reads them."""
    return {"presets": [{"token": one.token, "name": one.name} for one in found]}


urlpatterns = [
    path("<int:pk>/control/", control, name="control"),
    path("<int:pk>/control/take/", take, name="control_take"),
    path("<int:pk>/control/release/", release, name="control_release"),
    path("<int:pk>/control/move/", move, name="control_move"),
    path("<int:pk>/control/presets/", presets, name="control_presets"),
    path("<int:pk>/control/preset/", preset, name="control_preset"),
]
