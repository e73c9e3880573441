"""The demonstration's cameras: markets, junctions and bridges around the centres of wards, and their groups.

Their pictures come from the simulator of this machine (`naoso run demo-cameras`). Vendors are invented.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable

from django.conf import settings
from django.contrib.gis.geos import Point

from naoso.core.objects.models import CityObject, ObjectKind
from naoso.core.objects.services.editing import add_many
from naoso.core.people.models import Account, Organisation, Role
from naoso.core.people.services import give
from naoso.core.places.models import AdminUnit
from naoso.core.registry.secrets import demo_secret
from naoso.domains.cameras.models import CameraGroup, CameraSource, Protocol
from naoso.domains.cameras.services.groups import give_access, save_group
from naoso.domains.cameras.services.sources import connect

SPOTS = (
    ("Nút giao trung tâm", "traffic"), ("Cổng chợ", "security"), ("Cầu qua suối", "flood"),
    ("Trước trụ sở", "security"), ("Khu kho bãi", "fire"),
)  # fmt: skip
ISOLATION = ("Cổng khu cách ly tập trung", "isolation")
UNITS, WITH_ISOLATION = 24, 4
NOTICE = "Biển báo khu vực có ghi hình đặt tại chân cột"
USER = "demo"
OFFICER = "giao.thong"
TURNING = frozenset({0, 6})
# purpose of the camera → group: name, what for, days kept, restricted
GROUPS = {
    "traffic": ("Giao thông", "Điều hành giao thông, phát hiện ùn tắc và tai nạn", 0, False),
    "security": ("Chợ và nơi công cộng", "Giữ gìn trật tự nơi đông người", 0, False),
    "flood": ("Mực nước cầu, ngầm", "Theo dõi mực nước tại cầu và ngầm tràn khi mưa lũ", 0, False),
    "fire": ("Phòng cháy chữa cháy", "Phát hiện khói, lửa và dẫn đường cho lực lượng chữa cháy", 0, False),
    "kept": ("Nút giao trọng điểm", "Ghi hình phục vụ xử lý tai nạn và vụ việc", 1, False),
    "isolation": ("Khu cách ly y tế", "Giám sát ra vào khu cách ly tập trung", 0, True),
}
KEPT = ("cam-05443-01", "cam-05518-01", "cam-05860-01")  # a demonstration records few: 16 GB a day each
VENDORS = (
    ("Sao Mai Vision", "SM-2410"), ("Thái Sơn Cam", "TS-D2"), ("Lam Sơn Optics", "LS-Dome 4"),
    ("Unibright", "UB-T28"),
)  # fmt: skip
NAMED = (
    ("y.te", ["live"], None), ("lanh.dao", ["live", "history"], None),
    ("truc.ban", ["live"], (dt.time(6), dt.time(22))),
)  # fmt: skip


def seed() -> None:
    """Safe to repeat: a kind that has objects stays as it is, a camera that has a source keeps it."""
    kind = ObjectKind.objects.get(slug="camera")
    owner = Organisation.objects.get(code="ioc-tinh")
    if not kind.members.exists():
        units = AdminUnit.objects.filter(valid_to=None, parent__code="19").order_by("-kind", "code")[:UNITS]
        dice = random.Random(409)  # noqa: S311
        rows = [row for place, u in enumerate(units) for row in _around(u, owner, dice, place)]
        add_many(actor=None, kind=kind, rows=rows, reason="seed")
    if not CameraSource.objects.exists():
        groups = _groups(owner)
        _lend(owner)
        _connect(CityObject.objects.filter(kind=kind).select_related("kind").order_by("code"), groups)


def _around(unit: AdminUnit, owner: Organisation, dice: random.Random, place: int) -> list[CityObject]:
    spots = (*SPOTS, ISOLATION) if place < WITH_ISOLATION else SPOTS
    return [
        CityObject(
            code=f"cam-{unit.code}-{number + 1:02d}", owner=owner, unit=unit,
            shape=Point(
                unit.centre.x + dice.gauss(0, 0.005), unit.centre.y + dice.gauss(0, 0.004), srid=4326
            ),
            data={
                "name": f"{name} {unit.name}", "purpose": purpose, "heading_deg": dice.randrange(0, 360, 15),
                "view_deg": dice.choice([60, 90, 110]), "range_m": dice.choice([80, 150, 300]),
                "notice": NOTICE,
            },
        )
        for number, (name, purpose) in enumerate(spots)
    ]  # fmt: skip


def _groups(owner: Organisation) -> dict[str, CameraGroup]:
    """One for each purpose; isolation sites are for people who are named."""
    found = {}
    for purpose, (name, what_for, days, restricted) in GROUPS.items():
        row = CameraGroup(
            name=name, owner=owner, purpose=what_for, retention_days=days, restricted=restricted
        )
        found[purpose] = save_group(actor=None, group=row)
    people = {row.username: row for row in Account.objects.filter(username__in=[one[0] for one in NAMED])}
    for username, rights, hours in NAMED:
        if username in people:
            since, until = hours or (None, None)
            give_access(
                actor=None, group=found["isolation"], account=people[username], may=rights,
                hours_from=since, hours_to=until, reason="Trực giám sát khu cách ly",
            )  # fmt: skip
    return found


def _lend(owner: Organisation) -> None:
    """The traffic police watch the operations centre's cameras: a grant for this domain alone."""
    officer, role = (
        Account.objects.filter(username=OFFICER).first(),
        Role.objects.filter(code="officer").first(),
    )
    if officer is not None and role is not None:
        give(
            account=officer, role=role, organisation=owner, actor=None, domain="cameras",
            reason="Phối hợp điều hành giao thông",
        )  # fmt: skip


def _connect(cameras: Iterable[CityObject], groups: dict[str, CameraGroup]) -> None:
    """To the simulator; two of them can be turned."""
    password = demo_secret("cameras")
    for number, camera in enumerate(cameras):
        address = f"rtsp://127.0.0.1:{settings.CAMERA_SIMULATOR_PORT}/{camera.code}"
        purpose = "kept" if camera.code in KEPT else str(camera.data.get("purpose"))
        vendor, model = VENDORS[number % len(VENDORS)]
        turns = number in TURNING
        onvif = f"http://127.0.0.1:{settings.CAMERA_ONVIF_PORT}/onvif/{camera.code}/device_service"
        connect(
            actor=None, camera=camera, main_url=address, sub_url=f"{address}/sub", username=USER,
            password=password, group=groups.get(purpose), vendor=vendor,
            device_model=model, can_turn=turns, onvif_url=onvif if turns else "",
            onvif_profile="main" if turns else "", protocol=Protocol.ONVIF if turns else Protocol.RTSP,
        )  # fmt: skip
