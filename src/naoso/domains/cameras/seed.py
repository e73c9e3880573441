"""The demonstration's cameras: markets, junctions and bridges around the centres of wards."""

from __future__ import annotations

import random

from django.contrib.gis.geos import Point

from naoso.core.objects.models import CityObject, ObjectKind
from naoso.core.objects.services.editing import add_many
from naoso.core.people.models import Organisation
from naoso.core.places.models import AdminUnit

SPOTS = (
    ("Nút giao trung tâm", "traffic"), ("Cổng chợ", "security"), ("Cầu qua suối", "flood"),
    ("Trước trụ sở", "security"), ("Khu kho bãi", "fire"),
)  # fmt: skip
UNITS = 24


def seed() -> None:
    """Safe to repeat: a kind that has objects stays as it is."""
    kind = ObjectKind.objects.get(slug="camera")
    if kind.members.exists():
        return
    owner = Organisation.objects.get(code="ioc-tinh")
    units = AdminUnit.objects.filter(valid_to=None, parent__code="19").order_by("-kind", "code")[:UNITS]
    dice = random.Random(409)  # noqa: S311
    add_many(
        actor=None, kind=kind, rows=[row for u in units for row in _around(u, owner, dice)], reason="seed"
    )


def _around(unit: AdminUnit, owner: Organisation, dice: random.Random) -> list[CityObject]:
    return [
        CityObject(
            code=f"cam-{unit.code}-{number + 1:02d}", owner=owner, unit=unit,
            shape=Point(
                unit.centre.x + dice.gauss(0, 0.005), unit.centre.y + dice.gauss(0, 0.004), srid=4326
            ),
            data={
                "name": f"{name} {unit.name}", "purpose": purpose, "heading_deg": dice.randrange(0, 360, 15),
                "view_deg": dice.choice([60, 90, 110]), "range_m": dice.choice([80, 150, 300]),
                "notice": "Biển báo khu vực có ghi hình đặt tại chân cột",
            },
        )
        for number, (name, purpose) in enumerate(SPOTS)
    ]  # fmt: skip
