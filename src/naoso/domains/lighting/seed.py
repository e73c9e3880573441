"""The demonstration's lighting: lamps along the streets of some wards, each row on its cabinet."""

from __future__ import annotations

import datetime as dt
import random

from django.contrib.gis.geos import Point
from django.utils import timezone

from naoso.core.objects.models import CityObject, ObjectKind, Relation
from naoso.core.objects.services.editing import add_many
from naoso.core.people.models import Organisation
from naoso.core.places.models import AdminUnit, UnitKind
from naoso.domains.lighting.models import Controller
from naoso.domains.lighting.services import add_step, connect

OWNER = "so-xd"
WARDS, LAMPS = 8, 40
STEPS = ((dt.time(18, 0), 100), (dt.time(23, 0), 50), (dt.time(5, 30), 0))


def seed() -> None:
    """Safe to repeat: what is there stays."""
    lamps, cabinets = (ObjectKind.objects.get(slug=slug) for slug in ("lamp", "lighting-cabinet"))
    if lamps.members.exists():
        return
    owner, dice = Organisation.objects.get(code=OWNER), random.Random(32)  # noqa: S311
    wards = AdminUnit.objects.filter(valid_to=None, kind=UnitKind.WARD, parent__code="19").order_by("code")[
        :WARDS
    ]
    boxes, rows = [], []
    for ward in wards:
        x, y = ward.centre.x + dice.uniform(-0.004, 0.004), ward.centre.y + dice.uniform(-0.004, 0.004)
        data = {"name": f"Tủ chiếu sáng {ward.name}", "remote": True, "phases": 3}
        boxes.append(
            CityObject(
                code=f"tu-{ward.code}", owner=owner, unit=ward, shape=Point(x, y, srid=4326), data=data
            )
        )
        for n in range(LAMPS):
            light = {
                "condition": dice.choices(["works", "flickers", "dark"], [94, 4, 2])[0],
                "source": dice.choices(["led", "sodium"], [80, 20])[0], "watts": dice.choice([80, 100, 120]),
                "height_m": 9,
            }  # fmt: skip
            place = Point(x + (n + 1) * 0.00028, y + dice.uniform(-0.00002, 0.00002), srid=4326)
            rows.append(
                CityObject(
                    code=f"den-{ward.code}-{n + 1:02d}", owner=owner, unit=ward, shape=place, data=light
                )
            )
    made = {row.code: row for row in add_many(actor=None, kind=cabinets, rows=boxes, reason="seed")}
    hung = add_many(actor=None, kind=lamps, rows=rows, reason="seed")
    Relation.objects.bulk_create(
        Relation(from_object=row, to_object=made[f"tu-{row.code.split('-')[1]}"], role=Relation.Role.FED_BY)
        for row in hung
    )
    for box in made.values():
        schedule(connect(actor=None, cabinet=box))


def schedule(controller: Controller) -> None:
    """Full light in the evening, less at night, none by day."""
    for at, level in STEPS:
        add_step(actor=None, controller=controller, at=at, level=level, days=range(7))
    now = timezone.localtime().time()
    past = [level for at, level in sorted(STEPS) if at <= now] or [max(STEPS)[1]]
    Controller.objects.filter(pk=controller.pk).update(level=past[-1])
