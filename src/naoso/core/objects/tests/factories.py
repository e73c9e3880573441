"""Kinds and objects that tests stand on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.gis.geos import Point

from naoso.core.objects.declared import declare
from naoso.core.objects.models import CityObject, ObjectKind
from naoso.core.people.models import Organisation
from naoso.kernel.kinds import Choice, Field, Kind

HEALTH = (
    Choice("good", "Tốt", "#2f9e44"),
    Choice("poor", "Yếu", "#e8590c"),
    Choice("dead", "Chết", "#495057"),
)
SPEC = Kind(
    slug="bench-tree",
    title="Cây thử",
    icon="tree",
    fields=(
        Field("species", "Loài"),
        Field("health", "Sức khỏe", "choice", choices=HEALTH, counted=True),
        Field("girth_cm", "Chu vi", "integer", unit="cm", minimum=1, maximum=2000),
        Field("planted", "Ngày trồng", "date"),
        Field("protected", "Bảo tồn", "boolean", counted=True),
        Field("note", "Ghi chú", public=False),
    ),
    label="species",
    colour="health",
)


def kind(**changes: Any) -> ObjectKind:
    """A small kind of tree."""
    return declare(replace(SPEC, **changes), "objects")


def tree(kind: ObjectKind, owner: Organisation, code: str, lon: float, lat: float, **more: Any) -> CityObject:
    """Written as bulk code writes it: around the services."""
    data = {"species": "Phượng vĩ", "health": "good"} | more.pop("data", {})
    return CityObject.objects.create(
        kind=kind, owner=owner, code=code, shape=Point(lon, lat, srid=4326), data=data, **more
    )
