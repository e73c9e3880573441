"""The demonstration's forces, invented all: engines, ambulances, patrols, boats, shelters, stocks."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone

from naoso.connectors.tracker import Fix
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.places.models import AdminUnit
from naoso.core.registry.models import Source
from naoso.core.registry.secrets import demo_secret
from naoso.core.registry.services import register_source
from naoso.domains.dispatch.models import Duty, PositionSource, Resource, ResourceKind, ResourcePosition
from naoso.domains.dispatch.models.resources import ResourceQuerySet
from naoso.domains.dispatch.services.positions import Placed, take
from naoso.domains.dispatch.services.resources import add_item, move_stock, save_resource
from naoso.domains.dispatch.workflow import ResourceState
from naoso.kernel.geometry import LonLat

GATEWAY = "gw-luc-luong"
ROOT = "ubnd-tinh"
EXTRA = "mo-phong-"
K, V = ResourceKind, ResourceKind.VEHICLE
# code, name, kind, body, unit, skills, people, phone
FORCES: tuple[tuple[str, str, ResourceKind, str, str, str, int, str], ...] = (
    ("cc-01", "Xe chữa cháy CC-01 (Trung tâm)", V, "phong-cspccc", "05443", "fire rescue", 6, "0900000101"),
    ("cc-02", "Xe chữa cháy CC-02 (Sông Công)", V, "phong-cspccc", "05518", "fire", 6, "0900000102"),
    ("cc-03", "Xe chữa cháy CC-03 (Phổ Yên)", V, "phong-cspccc", "05860", "fire", 6, "0900000103"),
    ("thang-01", "Xe thang 32 m", V, "phong-cspccc", "05443", "ladder fire", 4, "0900000104"),
    ("hc-01", "Xe xử lý hóa chất", V, "phong-cspccc", "05443", "chemical fire", 5, "0900000105"),
    ("cnch-01", "Tổ cứu nạn, cứu hộ số 1", K.CREW, "phong-cspccc", "05443", "rescue", 8, "0900000106"),
    ("xuong-01", "Xuồng cứu hộ số 1 (sông Cầu)", V, "phong-cspccc", "05443", "boat rescue", 4, "0900000107"),
    ("xuong-02", "Xuồng cứu hộ số 2 (sông Công)", V, "phong-cspccc", "05518", "boat rescue", 4, "0900000108"),
    ("115-01", "Xe cấp cứu 115-01", V, "cap-cuu-115", "05443", "medical", 3, "0900000201"),
    ("115-02", "Xe cấp cứu 115-02", V, "cap-cuu-115", "05443", "medical", 3, "0900000202"),
    ("115-03", "Xe cấp cứu 115-03 (Sông Công)", V, "cap-cuu-115", "05518", "medical", 3, "0900000203"),
    ("115-04", "Xe cấp cứu 115-04 (Phổ Yên)", V, "cap-cuu-115", "05860", "medical", 3, "0900000204"),
    ("csgt-01", "Tổ tuần tra giao thông số 1", V, "phong-csgt", "05443", "police", 4, "0900000301"),
    ("csgt-02", "Tổ tuần tra giao thông số 2", V, "phong-csgt", "05518", "police", 4, "0900000302"),
    ("113-01", "Tổ cảnh sát 113 số 1", V, "cong-an-tinh", "05443", "police", 5, "0900000303"),
    ("113-02", "Tổ cảnh sát 113 số 2 (Phổ Yên)", V, "cong-an-tinh", "05860", "police", 5, "0900000304"),
    ("dien-01", "Tổ sửa chữa lưới điện số 1", V, "dien-luc", "05518", "power", 4, "0900000401"),
    ("may-xuc-01", "Máy xúc và xe ben", V, "cty-mtdt", "05443", "engineering", 3, "0900000402"),
    ("xk-sc", "Đội xung kích phường Sông Công", K.VOLUNTEERS, "ubnd-05518", "05518", "rescue fire", 20, ""),
    ("xk-py", "Đội xung kích phường Phổ Yên", K.VOLUNTEERS, "ubnd-05860", "05860", "rescue fire", 18, ""),
)
# code, name, body, unit, places
SHELTERS = (
    ("so-tan-01", "Nhà thi đấu – điểm sơ tán", ROOT, "05443", 600),
    ("so-tan-02", "Trường THPT Sông Công – điểm sơ tán", "ubnd-05518", "05518", 350),
    ("so-tan-03", "Nhà văn hóa Phổ Yên – điểm sơ tán", "ubnd-05860", "05860", 240),
)
STOCKS = (
    ("kho-pctt", "Kho vật tư phòng, chống thiên tai tỉnh", ROOT, "05443", (
        ("Bao cát", "bao", 12_000), ("Máy bơm nước", "chiếc", 24), ("Áo phao", "chiếc", 850),
        ("Nhà bạt 24 m²", "bộ", 40), ("Lương khô", "thùng", 600), ("Nước uống đóng chai", "thùng", 1500))),
    ("kho-sc", "Kho vật tư phường Sông Công", "ubnd-05518", "05518", (
        ("Bao cát", "bao", 3000), ("Máy bơm nước", "chiếc", 6), ("Áo phao", "chiếc", 120))),
)  # fmt: skip
ON_DUTY = (("cc-01", "kip.pccc"), ("115-01", "kip.115"))
OUT = "Thay lốp, bảo dưỡng định kỳ"


def seed() -> None:
    """Safe to repeat: what is there stays."""
    with recorded(None, reason="seed"):
        bodies = {body.code: body for body in Organisation.objects.all()}
        if not Source.objects.filter(code=GATEWAY).exists():
            register_source(
                actor=None, code=GATEWAY, name="Cổng thiết bị định vị lực lượng", owner=bodies[ROOT],
                domain="dispatch", secret=demo_secret(GATEWAY),
            )  # fmt: skip
        if Resource.objects.filter(code=FORCES[0][0]).exists():
            return
        units = {unit.code: unit for unit in AdminUnit.objects.filter(valid_to=None)}
        dice = random.Random(37)  # noqa: S311
        seed_forces(bodies, units, dice)
        seed_places(bodies, units, dice)
        seed_duties()


def near(unit: AdminUnit, dice: random.Random, far: float = 0.012) -> LonLat:
    """Somewhere about the middle of a ward."""
    return LonLat(
        round(unit.centre.x + dice.uniform(-far, far), 6), round(unit.centre.y + dice.uniform(-far, far), 6)
    )


def seed_forces(bodies: dict[str, Organisation], units: dict[str, AdminUnit], dice: random.Random) -> None:
    """What can be sent; most have told a position in the last minutes, some long ago."""
    now = timezone.now()
    placed = []
    for number, (code, name, kind, body, unit, skills, people, phone) in enumerate(FORCES):
        row = Resource(
            code=code, name=name, kind=kind, owner=bodies[body], unit=units[unit], skills=skills.split(),
            strength=people, phone=phone,
        )  # fmt: skip
        if code == "113-02":
            row.state = ResourceState.OFF_DUTY
        if code == "115-04":
            row.state, row.state_reason = ResourceState.OUT_OF_SERVICE, OUT
        save_resource(actor=None, resource=row, place=near(units[unit], dice))
        if kind != K.VOLUNTEERS:
            old = dt.timedelta(minutes=55) if number % 7 == 5 else dt.timedelta(seconds=dice.randint(10, 200))
            fix = Fix(code, near(units[unit], dice, 0.02), now - old, dice.choice([0.0, 0.0, 28.0]), 8.0)
            placed.append(Placed(row.pk, fix, PositionSource.TRACKER))
    take(placed)


def seed_places(bodies: dict[str, Organisation], units: dict[str, AdminUnit], dice: random.Random) -> None:
    """Shelters and stocks with a first counting and something taken out."""
    for code, name, body, unit, places in SHELTERS:
        row = Resource(
            code=code, name=name, kind=K.SHELTER, owner=bodies[body], unit=units[unit], skills=["shelter"],
            capacity=places, occupied=places // 20,
        )  # fmt: skip
        save_resource(actor=None, resource=row, place=near(units[unit], dice))
    for code, name, body, unit, items in STOCKS:
        row = Resource(
            code=code, name=name, kind=K.STOCK, owner=bodies[body], unit=units[unit], skills=["supplies"]
        )
        save_resource(actor=None, resource=row, place=near(units[unit], dice))
        for item, measure, count in items:
            line = add_item(resource=row, actor=None, name=item, measure=measure)
            move_stock(item=line, actor=None, change=Decimal(count), reason="Kiểm kê đầu mùa mưa bão")
            if item == "Bao cát":
                move_stock(item=line, actor=None, change=Decimal(-count // 10), reason="Gia cố kè bờ sông")


def seed_duties() -> None:
    """Who of the cast is on duty; a cast that was changed leaves its crew without."""
    people = {account.username: account for account in Account.objects.filter(is_active=True)}
    for code, username in ON_DUTY:
        if username in people:
            row = Resource.objects.get(code=code)
            Duty.objects.get_or_create(
                resource=row, account=people[username], ended_at=None, defaults={"taken_at": timezone.now()}
            )


def extra_crews(number: int) -> ResourceQuerySet:
    """So many that move: those of the demonstration, then simulated ones about the province."""
    rows = Resource.objects.moving()
    missing = number - rows.count()
    if missing > 0:
        _add_crews(missing, rows.filter(code__startswith=EXTRA).count())
    return rows.select_related("position").order_by("pk")[:number]


def _add_crews(missing: int, begun: int) -> None:
    owner = Organisation.objects.get(code=ROOT)
    units = list(AdminUnit.objects.filter(valid_to=None, parent__code="19").order_by("code"))
    dice = random.Random(begun + 50)  # noqa: S311
    skills = (["fire"], ["medical"], ["police"], ["rescue"], ["boat", "rescue"], ["power"], ["engineering"])
    with recorded(None, reason="simulate crews"), transaction.atomic():
        made = []
        for n in range(begun, begun + missing):
            unit = units[n % len(units)]
            place = near(unit, dice, 0.02)
            made.append(
                Resource(
                    code=f"{EXTRA}{n + 1:04d}", name=f"Kíp mô phỏng {n + 1}", kind=V, owner=owner, unit=unit,
                    home=Point(place.lon, place.lat, srid=4326), skills=skills[n % len(skills)], strength=3,
                    folded_name=f"{EXTRA}{n + 1:04d} kip mo phong {n + 1}",
                )
            )  # fmt: skip
        rows = Resource.objects.bulk_create(made, batch_size=1000)
        ResourcePosition.objects.bulk_create(
            (ResourcePosition(resource=row, point=row.home) for row in rows), batch_size=1000
        )
