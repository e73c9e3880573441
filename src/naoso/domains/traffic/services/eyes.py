"""Cameras that our own reader reads: which, how often, and where in the picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from naoso.connectors.plates.lanes import Lane
from naoso.core.people.audit import recorded
from naoso.core.people.models import Organisation
from naoso.core.registry.models import Source
from naoso.core.registry.services import register_source
from naoso.domains.traffic.models import PlateCamera
from naoso.domains.traffic.services.setup import SETUP
from naoso.domains.traffic.services.writing import Actor, may, validated
from naoso.kernel.errors import BadInput

MOST_LANES = 12


def lanes_of(stored: Sequence[Any]) -> tuple[Lane, ...]:
    """As the reader takes them. Raises BadInput with rule `polygon` or `length`."""
    if len(stored) > MOST_LANES:
        raise BadInput.of("lanes", len(stored), "length", _("At most 12 lanes."))
    try:
        return tuple(
            Lane(name_of(one), tuple((float(x), float(y)) for x, y in one["corners"])) for one in stored
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadInput.of(
            "lanes", str(stored)[:120], "polygon", _("A lane is a name and its corners.")
        ) from error


def name_of(lane: Any) -> str:
    """Printable and short. Raises ValueError."""
    name = str(lane["name"])[:20]
    if not name.isprintable():
        raise ValueError("a name of signs that nobody sees")
    return name


def read_lanes(text: str) -> list[dict[str, Any]]:
    """What the drawing sends, checked. Raises BadInput."""
    try:
        found = json.loads(text or "[]")
    except (ValueError, RecursionError) as error:
        raise BadInput.of("lanes", text[:120], "json", _("The lanes cannot be read.")) from error
    if not isinstance(found, list):
        raise BadInput.of("lanes", text[:120], "list", _("The lanes cannot be read."))
    return [
        {"name": lane.name, "corners": [list(corner) for corner in lane.corners]} for lane in lanes_of(found)
    ]


def save_plate_camera(*, actor: Actor, row: PlateCamera, owner: Organisation | None = None) -> PlateCamera:
    """Read a camera, or read it otherwise.

    `owner` answers for its passages: they are read as a source of that body's; who passes them on must hold
    the right at both. Without one, a new camera's own body answers, and for a known one whoever did.
    """
    camera = row.camera
    may(actor, SETUP, owner_id=camera.owner_id, unit_id=camera.unit_id)
    fresh = row._state.adding  # noqa: SLF001 - Django's own word for a row not yet stored
    if owner is not None and (fresh or row.source.owner_id != owner.pk):
        may(actor, SETUP, owner_id=owner.pk)
        if not fresh:
            may(actor, SETUP, owner_id=row.source.owner_id)
    lanes_of(row.lane_list)
    with recorded(actor):
        if fresh or owner is not None:
            row.source = source_of(owner or camera.owner)
        validated(row)
        row.save()
    return row


def source_of(owner: Organisation) -> Source:
    """One for all cameras that a body answers for: each message tells the camera by its code."""
    code = f"plates-{owner.code}"[:63]
    known = Source.objects.filter(code=code).first()
    if known is not None:
        return known
    name = _("Plate reader of this centre")
    return register_source(actor=None, code=code, name=name, owner=owner, domain="traffic")[0]


def drop_plate_camera(*, actor: Actor, row: PlateCamera) -> None:
    """It is read no longer; its passages stay."""
    may(actor, SETUP, owner_id=row.camera.owner_id, unit_id=row.camera.unit_id)
    with recorded(actor):
        row.delete()
