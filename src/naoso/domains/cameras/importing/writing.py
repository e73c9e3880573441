"""Entries → cameras and their sources; a line that is refused stops no other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _

from naoso.core.objects.models import CityObject, ObjectKind
from naoso.core.objects.services.editing import add_object, change_object
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.domains.cameras.importing.reading import Entry
from naoso.domains.cameras.models import CameraGroup, CameraSource
from naoso.domains.cameras.services.sources import connect, edit_source
from naoso.kernel.errors import BadInput, Conflict, NotAllowed

OF_OBJECT = ("name", "purpose", "heading_deg", "view_deg", "range_m", "notice")
OF_SOURCE = ("main_url", "sub_url", "username", "password", "vendor", "device_model", "channel", "can_turn")
FIRST_PURPOSE = "security"


@dataclass(slots=True)
class Outcome:
    """How many were made and changed; `refused`: line → why."""

    made: int = 0
    changed: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def write(actor: Account, owner: int, entries: Iterable[Entry]) -> Outcome:
    """Every line without a problem; the rights are those of the actor, asked again for each."""
    told = Outcome()
    kind = ObjectKind.objects.get(slug="camera")
    groups = CameraGroup.objects.in_bulk()
    bodies = Organisation.objects.in_bulk()
    with recorded(actor, "cameras imported"):
        for entry in entries:
            if entry.problems:
                told.refused.append(
                    (entry.number, "; ".join(words for _title, _value, words in entry.problems))
                )
                continue
            try:
                with transaction.atomic():
                    body = bodies[entry.said.get("owner") or owner]
                    write_one(actor, kind, entry, body, groups)
            except BadInput as error:
                told.refused.append((entry.number, "; ".join(one.message for one in error.errors)))
            except (Conflict, NotAllowed):
                told.refused.append((entry.number, _("You may not write this camera.")))
            else:
                told.changed += entry.known
                told.made += not entry.known
    return told


def write_one(
    actor: Account, kind: ObjectKind, entry: Entry, owner: Organisation, groups: Mapping[int, CameraGroup]
) -> CameraSource:
    """The city object, and its source."""
    said = entry.said
    data = {name: said[name] for name in OF_OBJECT if name in said}
    place = Point(said["lon"], said["lat"], srid=4326) if "lon" in said else None
    if entry.known:
        camera = CityObject.objects.select_related("kind").get(kind=kind, code=entry.code)
        if data or place:
            camera = change_object(actor=actor, row=camera, data=data, shape=place, reason="import")
    else:
        assert place is not None
        camera = add_object(
            actor=actor, kind=kind, owner=owner, shape=place, code=entry.code,
            data={"purpose": FIRST_PURPOSE} | data, reason="import",
        )  # fmt: skip
    given: dict[str, Any] = {name: said[name] for name in OF_SOURCE if name in said}
    if "group" in said:
        given["group"] = groups[said["group"]]
    if "channel" in said:
        given["protocol"] = "recorder"
    source = CameraSource.objects.filter(camera=camera).first()
    if source is None:
        return connect(actor=actor, camera=camera, **given)
    return edit_source(actor=actor, source=source, **given)
