"""The demonstration's amenities: invented names around the centres of communes and wards."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.gis.geos import Point, Polygon

from naoso.core.objects.models import CityObject, ObjectKind
from naoso.core.objects.services.editing import add_many
from naoso.core.people.models import Organisation
from naoso.core.places.models import AdminUnit

Values = Callable[[str, int, random.Random], dict[str, Any]]
LEVELS = ("nursery", "primary", "secondary", "high")
LEVEL_WORDS = {"nursery": "Mầm non", "primary": "Tiểu học", "secondary": "THCS", "high": "THPT"}


def school(unit: str, number: int, dice: random.Random) -> dict[str, Any]:
    level = LEVELS[number % 4]
    return {"name": f"Trường {LEVEL_WORDS[level]} {unit}", "level": level, "pupils": dice.randint(120, 1400)}


def clinic(unit: str, number: int, dice: random.Random) -> dict[str, Any]:
    if number == 0:
        return {"name": f"Trạm y tế {unit}", "care": "station", "beds": dice.randint(3, 8)}
    return {"name": f"Phòng khám {unit} {number}", "care": "clinic"}


def named(words: str, **more: Any) -> Values:
    return lambda unit, number, _dice: {"name": f"{words} {unit} {number + 1}", **more}


def pharmacy(unit: str, number: int, dice: random.Random) -> dict[str, Any]:
    return {"name": f"Nhà thuốc {unit} {number + 1}", "night": dice.random() < 0.15}


def hydrant(_unit: str, _number: int, dice: random.Random) -> dict[str, Any]:
    return {
        "condition": dice.choices(["works", "weak", "broken"], [88, 8, 4])[0],
        "flow_lps": dice.choice([10, 15, 20]), "pressure_bar": round(dice.uniform(1.0, 4.5), 1),
    }  # fmt: skip


def heritage(unit: str, number: int, dice: random.Random) -> dict[str, Any]:
    rank = dice.choices(["special", "national", "provincial", "listed"], [1, 10, 40, 49])[0]
    return {"name": f"Di tích {unit} {number + 1}", "rank": rank}


def producer(unit: str, number: int, dice: random.Random) -> dict[str, Any]:
    product = dice.choice(["Chè xanh", "Miến dong", "Mật ong", "Gạo nếp", "Trà hoa vàng"])
    return {"name": f"Hợp tác xã {unit} {number + 1}", "product": product, "stars": dice.choice("334445")}


def litter_bin(_unit: str, _number: int, dice: random.Random) -> dict[str, Any]:
    return {"sorting": dice.choice(["mixed", "sorted"]), "litres": dice.choice([60, 120, 240])}


# kind, owner, how many in each unit, how many units (0: all), values
PLAN: tuple[tuple[str, str, int, int, Values], ...] = (
    ("school", "ubnd-tinh", 4, 0, school),
    ("clinic", "so-yt", 2, 0, clinic),
    ("pharmacy", "so-yt", 4, 0, pharmacy),
    ("hydrant", "phong-cspccc", 8, 20, hydrant),
    ("heritage", "ubnd-tinh", 2, 40, heritage),
    ("tourist-site", "ubnd-tinh", 1, 20, named("Điểm du lịch")),
    ("market", "ubnd-tinh", 1, 0, named("Chợ")),
    ("ocop-producer", "so-nnmt", 1, 76, producer),
    ("check-in-point", "so-khcn", 3, 60, named("Điểm quét mã", active=True)),
    ("bin", "cty-mtdt", 12, 10, litter_bin),
)


def seed() -> None:
    """Safe to repeat: a kind that has objects stays as it is."""
    units = list(AdminUnit.objects.filter(valid_to=None, parent__code="19").order_by("-kind", "code"))
    dice = random.Random(1683)  # noqa: S311
    owners = {body.code: body for body in Organisation.objects.all()}
    for slug, owner, each, most, values in PLAN:
        kind = ObjectKind.objects.get(slug=slug)
        if not kind.members.exists():
            rows = scattered(units[: most or None], owners[owner], each, values, dice)
            add_many(actor=None, kind=kind, rows=rows, reason="seed")
    seed_parks(units[:10], owners["cty-mtdt"], dice)


def scattered(
    units: Iterable[AdminUnit], owner: Organisation, each: int, values: Values, dice: random.Random
) -> list[CityObject]:
    """`each` objects around every centre."""
    return [
        CityObject(
            code=f"{unit.code}-{number + 1:02d}", owner=owner, unit=unit, data=values(unit.name, number,
                dice),
            shape=Point(
                unit.centre.x + dice.gauss(0, 0.006), unit.centre.y + dice.gauss(0, 0.005), srid=4326
            ),
        )
        for unit in units
        for number in range(each)
    ]  # fmt: skip


def seed_parks(units: Iterable[AdminUnit], owner: Organisation, dice: random.Random) -> None:
    """A square of green in each of some wards."""
    kind = ObjectKind.objects.get(slug="park")
    if kind.members.exists():
        return
    rows = []
    for unit in units:
        x, y, side = (
            unit.centre.x + dice.uniform(-0.004, 0.004),
            unit.centre.y + 0.003,
            dice.uniform(0.0008, 0.002),
        )
        ring = ((x, y), (x + side, y), (x + side * 1.1, y + side), (x, y + side * 0.9), (x, y))
        rows.append(
            CityObject(code=f"{unit.code}-cv", owner=owner, unit=unit, shape=Polygon(ring, srid=4326),
                       data={"name": f"Công viên {unit.name}"})
        )  # fmt: skip
    add_many(actor=None, kind=kind, rows=rows, reason="seed")
