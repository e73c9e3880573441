"""A procedure's step that shows cameras: it names them in the timeline, nearest first."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from naoso.core.response.models import Incident, ProcedureStep
from naoso.domains.cameras.models import CameraSource
from naoso.domains.cameras.selectors import NEAR_M, near
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat

NAMED = 3


def open_cameras(incident: Incident, step: ProcedureStep) -> str:  # noqa: ARG001 - as every action
    """Raises BadInput for an incident without a place, or without a camera near it."""
    if incident.point is None:
        raise BadInput.of("point", incident.number, "required", _("The incident has no place."))
    close = near(LonLat(incident.point.x, incident.point.y))
    # whoever reads the timeline may not know of them
    untold = set(
        CameraSource.objects.filter(
            camera__in=[one.camera.pk for one in close], group__restricted=True
        ).values_list("camera_id", flat=True)
    )
    found = [one for one in close if one.camera.pk not in untold][:NAMED]
    if not found:
        raise BadInput.of(
            "point", incident.number, "near",
            _("No camera stands within %(metres)s m.") % {"metres": number_format(NEAR_M, 0)},
        )  # fmt: skip
    names = ", ".join(f"{one.name} ({number_format(round(one.metres))} m)" for one in found)
    return _("Cameras: %(names)s") % {"names": names}
