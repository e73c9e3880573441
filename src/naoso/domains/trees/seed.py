"""The demonstration's trees: rows along invented streets of the wards, some old, some in need of care."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from datetime import timedelta
from math import cos, pi, radians, sin

from django.contrib.gis.geos import LineString, Point
from django.utils import timezone

from naoso.core.objects.models import CityObject, ObjectKind, Relation
from naoso.core.objects.services.editing import add_many
from naoso.core.people.audit import recorded
from naoso.core.people.models import Organisation
from naoso.core.places.models import AdminUnit, UnitKind
from naoso.core.response.models import IncidentKind
from naoso.core.response.seed import Kind, Step, write_procedure
from naoso.domains.trees import rules
from naoso.domains.trees.models import Programme
from naoso.domains.trees.services import INCIDENT_KIND
from naoso.domains.trees.species import SPECIES

OWNER = "cty-mtdt"
WARDS, STREETS, TREES = 10, 5, 44
METRES = 111_320
STEPS = (
    Step("Rào quanh cây, báo người dân tránh xa", "officer", 30),
    Step("Cắt cành nguy hiểm hoặc chống đỡ", "officer", 240),
    Step("Kiểm tra lại và ghi kết quả", "officer", 480),
)
NAMES = ("Hoa Phượng", "Bờ Sông", "Chợ Mới", "Nhà Máy", "Trường Học", "Ga Cũ", "Đồi Thông", "Công Viên")


def seed() -> None:
    """Safe to repeat: what is there stays."""
    with recorded(None, reason="seed"):
        seed_incident_kind()
        trees, sites = (ObjectKind.objects.get(slug=slug) for slug in ("tree", "planting-site"))
        streets = ObjectKind.objects.filter(slug="street").first()  # of a domain that may be switched off
        if trees.members.exists():
            return
        owner = Organisation.objects.get(code=OWNER)
        dice = random.Random(258)  # noqa: S311
        for ward in AdminUnit.objects.filter(valid_to=None, kind=UnitKind.WARD, parent__code="19").order_by(
            "code"
        )[:WARDS]:
            plant(ward, owner, trees, sites, streets, dice)


def seed_incident_kind() -> None:
    """What a hazardous tree becomes."""
    title = "Cây nguy hiểm"
    procedure = Kind(
        INCIDENT_KIND, title, "Hazardous tree", "tree", 8, procedure="cay-nguy-hiem", steps=STEPS
    )
    IncidentKind.objects.get_or_create(
        code=INCIDENT_KIND,
        defaults={
            "title": title, "title_en": "Hazardous tree", "icon": "tree", "deadline": timedelta(hours=8),
            "around_the_clock": True, "procedure": write_procedure(procedure),
        },
    )  # fmt: skip


def plant(
    ward: AdminUnit,
    owner: Organisation,
    trees: ObjectKind,
    sites: ObjectKind,
    streets: ObjectKind | None,
    dice: random.Random,
) -> None:
    """Some streets of one ward: the line, its planting sites, a tree in most of them."""
    lines, holes, stems = [], [], []
    for number in range(STREETS):
        name = f"Đường {NAMES[(number + int(ward.code)) % len(NAMES)]}"
        line = list(street(ward, dice))
        lines.append(
            CityObject(code=f"{ward.code}-{number + 1}", owner=owner, unit=ward, shape=LineString(line,
                srid=4326),
                       data={"name": name, "width_m": dice.choice([7.5, 10.5, 15])})
        )  # fmt: skip
        species = dice.choice(SPECIES)
        for place, (lon, lat) in enumerate(line[1:-1]):
            code = f"{ward.code}-{number + 1}-{place + 1:03d}"
            planted = dice.random() > 0.06
            site = {"condition": "planted" if planted else dice.choice(["empty", "stump"]), "street": name}
            holes.append(
                CityObject(code=code, owner=owner, unit=ward, shape=Point(lon, lat, srid=4326), data=site)
            )
            if planted:
                kind = species if dice.random() > 0.2 else dice.choice(SPECIES)
                stems.append(
                    CityObject(
                        code=code,
                        owner=owner,
                        unit=ward,
                        shape=Point(lon, lat, srid=4326),
                        data=tree(kind, name, dice),
                    )
                )
    if streets:
        add_many(actor=None, kind=streets, rows=lines, reason="seed")
    where = {row.code: row for row in add_many(actor=None, kind=sites, rows=holes, reason="seed")}
    Relation.objects.bulk_create(
        Relation(from_object=row, to_object=where[row.code], role=Relation.Role.STANDS_ON)
        for row in add_many(actor=None, kind=trees, rows=stems, reason="seed")
    )


def street(ward: AdminUnit, dice: random.Random) -> Iterator[tuple[float, float]]:
    """Corners every nine metres or so, gently bent."""
    lon = ward.centre.x + dice.uniform(-0.008, 0.008)
    lat = ward.centre.y + dice.uniform(-0.006, 0.006)
    heading = dice.uniform(0, 2 * pi)
    for _step in range(TREES + 2):
        yield round(lon, 7), round(lat, 7)
        heading += dice.uniform(-0.05, 0.05)
        lat += 9 * sin(heading) / METRES
        lon += 9 * cos(heading) / METRES / cos(radians(lat))


def tree(
    kind: tuple[str, str, float, int, float, float], street: str, dice: random.Random
) -> dict[str, object]:
    """One tree of a species, of some age."""
    name, _scientific, tallest, thickest, _density, factor = kind
    age = min(70, int(dice.expovariate(1 / 16)) + 2)
    grown = min(0.95, age / 45)
    girth = max(8, round(thickest * grown * dice.uniform(0.3, 0.6)))
    health = dice.choices(["good", "fair", "poor", "dying", "dead"], [70, 20, 7, 2, 1])[0]
    planted = dt.date(timezone.localdate().year - age, dice.randint(1, 12), 15)
    seen = timezone.localdate() - timedelta(days=dice.randint(5, 700))
    klass = rules.class_after(
        "", planted, seen, "high" if health in {"dying", "dead"} and dice.random() < 0.5 else "low"
    )
    return {
        "species": name, "health": health, "class": klass, "girth_cm": girth, "street": street,
        "height_m": round(max(1.5, tallest * grown * dice.uniform(0.5, 0.8)),
            1),
        "crown_m": round(max(0.8, tallest * grown * dice.uniform(0.25, 0.45)), 1),
        "planted": planted.isoformat(),
        "last_inspected": seen.isoformat(),
        "next_inspection": rules.next_seen(seen, Programme.now().months(klass)).isoformat(),
        "value_vnd": rules.value_vnd(girth, Programme.now().price_vnd_cm2, factor, health),
    }  # fmt: skip
