"""What happened to cameras."""

from __future__ import annotations

from collections.abc import Iterable

from naoso.core.objects.models import CityObject
from naoso.kernel.events import Audience, Event


def changed(camera: CityObject) -> Event:
    """Its source, group or rights were edited: open pages ask again."""
    return Event(
        name="cameras.camera_changed",
        data={"camera": camera.pk, "code": camera.code},
        audience=Audience("cameras.view", camera.owner_id, camera.unit_id),
    )


def group_changed(group: int, owner: int, unit: int | None) -> Event:
    """Who may see its cameras, or how long their pictures are kept."""
    return Event(
        name="cameras.group_changed", data={"group": group}, audience=Audience("cameras.view", owner, unit)
    )


def health_changed(owner: int, unit: int | None, states: Iterable[tuple[int, str]]) -> Event:
    """Of cameras of one body in one unit in one round: number of the camera, its new state."""
    listed = [{"camera": pk, "state": state} for pk, state in states]
    return Event(
        name="cameras.health_changed", data={"cameras": listed},
        audience=Audience("cameras.view", owner, unit),
    )  # fmt: skip
