"""The demonstration's plates: three junctions of the expressway, invented plates, lists, a hit, a case."""

from __future__ import annotations

import base64
import datetime as dt
import itertools
import json
import random
import uuid
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from naoso.core.objects.models import CityObject
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.registry.models import Source
from naoso.core.registry.secrets import demo_secret
from naoso.core.registry.services import register_source
from naoso.domains.traffic import drawing
from naoso.domains.traffic.intake import messages
from naoso.domains.traffic.models import (
    Desk,
    Hit,
    Operation,
    PlateCamera,
    ReaderFeed,
    Section,
    WatchList,
)
from naoso.domains.traffic.services.cases import add_plate, open_case
from naoso.domains.traffic.services.checks import Question, check_plate
from naoso.domains.traffic.services.eyes import save_plate_camera
from naoso.domains.traffic.services.hits import decide
from naoso.domains.traffic.services.lists import add_entry, save_list
from naoso.domains.traffic.services.operations import add_point, put_on_duty, save_operation
from naoso.domains.traffic.services.setup import save_desk, save_feed, save_section
from naoso.kernel.messages import SourceMessage

OWNER, OFFICER, SOURCE, VENDOR = "phong-csgt", "giao.thong", "doc-bien-so", "doc-bien-so-hang-a"
JUNCTIONS = (("05443", "Nút giao Tân Lập"), ("05518", "Nút giao Sông Công"), ("05860", "Nút giao Yên Bình"))
LEGS_M = (14_000, 12_500)
DAYS, PER_DAY = 3, 1100
HOURS = (2, 1, 1, 1, 2, 6, 14, 18, 13, 9, 8, 8, 8, 8, 8, 9, 12, 18, 15, 9, 7, 5, 4, 3)
AWAY = ("29A", "30K", "98A", "99C", "88A", "19A", "12A", "11A", "14C")
WANTED = "20A-999.68"
ESCORT, FOLLOWED = "30K-468.12", "20C-157.33"
Told = dict[str, Any]


def seed() -> None:
    """Safe to repeat: what is there stays."""
    owner = Organisation.objects.filter(code=OWNER).first()
    officer = Account.objects.filter(username=OFFICER).first()
    cameras = [
        CityObject.objects.filter(kind__slug="camera", code=f"cam-{u}-01").first() for u, _n in JUNCTIONS
    ]
    gates = [camera for camera in cameras if camera is not None]
    known = Source.objects.filter(code=SOURCE).exists()
    if owner is None or officer is None or len(gates) < len(JUNCTIONS) or known:
        return
    with recorded(None, reason="seed"):
        source, _secret = register_source(
            actor=None, code=SOURCE, name="Bộ đọc biển số của trung tâm", owner=owner, domain="traffic",
            secret=demo_secret(SOURCE),
        )  # fmt: skip
        save_desk(actor=None, desk=Desk())
        seed_reader(owner, gates)
        seed_eye(owner, gates[1])
        seed_sections(owner, gates)
        wanted, allowed = seed_lists(owner)
    tell(source, list(traffic(gates, random.Random(2025))))  # noqa: S311
    tell(source, list(special(gates)))
    seed_work(owner, officer, gates, [wanted, allowed])


def seed_reader(owner: Organisation, gates: list[CityObject]) -> None:
    """A reader of another maker, told by a row."""
    save_feed(
        actor=None, code=VENDOR, secret=demo_secret(VENDOR), owner=owner,
        feed=ReaderFeed(
            name="Camera đọc biển số hãng A", rows_at="/Events", plate_at="/Plate/Text",
            time_at="/Time", camera_at="/Device", confidence_at="/Plate/Score", colour_at="/Plate/Color",
            direction_at="/Dir", lane_at="/Lane", speed_at="/Speed", crop_at="/Img",
            cameras={f"CH-{n + 1:02d}": gate.code for n, gate in enumerate(gates)},
            colours={"trắng": "white", "vàng": "yellow", "xanh": "blue", "đỏ": "red"},
            directions={"forward": "away", "reverse": "towards"},
        ),
    )  # fmt: skip


def seed_eye(owner: Organisation, gate: CityObject) -> None:
    """One junction is read for the traffic police, once a second, in the picture's lower half."""
    road = [[0.0, 0.5], [1.0, 0.5], [1.0, 1.0], [0.0, 1.0]]
    lanes = [{"name": "1", "corners": road}]
    save_plate_camera(actor=None, row=PlateCamera(camera=gate, lanes=lanes, a_second=1.0), owner=owner)


def seed_sections(owner: Organisation, gates: list[CityObject]) -> None:
    """The two stretches between the junctions, southwards."""
    for (start, end), length in zip(itertools.pairwise(gates), LEGS_M, strict=True):
        name = f"{start.data['name']} – {end.data['name']}"
        save_section(
            actor=None,
            section=Section(name=name, start=start, end=end, length_m=length, limit_kmh=100, owner=owner),
        )


def seed_lists(owner: Organisation) -> tuple[WatchList, WatchList]:
    """Wanted and allowed, with invented plates."""
    wanted = save_list(
        actor=None,
        watch_list=WatchList(
            name="Xe liên quan vụ trộm cắp tài sản", reason="Xe bị mất trộm, cần dừng kiểm tra",
            authority="Phòng Cảnh sát hình sự, Công an tỉnh",
            legal_basis="Thông báo truy tìm phương tiện (mẫu)",
            owner=owner, severity=3, incident_kind="crime",
            expires_on=timezone.localdate() + dt.timedelta(days=60),
        ),
    )  # fmt: skip
    for plate, note in (
        (WANTED, "Ô tô con màu xám, mất tối hôm trước"), ("20-B1 777.12", "Mô tô"),
        ("97A-043.21", "Xe tải nhỏ"),
        ("20-MĐ1 234.56", "Xe máy điện"), ("29A-1357", "Biển cũ bốn số"), ("98C-246.80", ""),
    ):  # fmt: skip
        add_entry(actor=None, watch_list=wanted, text=plate, note=note)
    allowed = save_list(
        actor=None,
        watch_list=WatchList(
            name="Xe ưu tiên và xe công vụ", sort="allowed", reason="Xe làm nhiệm vụ được qua chốt",
            authority="UBND tỉnh",
            legal_basis="Luật Trật tự, an toàn giao thông đường bộ 36/2024/QH15, Điều 27",
            owner=owner, likeness="exact",
        ),
    )  # fmt: skip
    for plate in ("20A-115.01", "20A-115.02", "20A-114.14", "80A-012.34"):
        add_entry(actor=None, watch_list=allowed, text=plate)
    return wanted, allowed


def traffic(gates: list[CityObject], dice: random.Random) -> Iterator[Told]:
    """Vehicles of three days: most pass one junction, a third go on to the next at the speed of the road."""
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    for number in range(DAYS * PER_DAY):
        day = number // PER_DAY
        hour = dice.choices(range(24), HOURS)[0]
        at = midnight - dt.timedelta(days=day) + dt.timedelta(hours=hour, seconds=dice.randint(0, 3599))
        first = dice.choices((0, 1, 2), (5, 4, 3))[0]
        plate, vehicle, colour = invented(dice)
        for gate in range(first, first + dice.choices((1, 2, 3), (6, 3, 1))[0]):
            if gate >= len(gates) or at >= now:
                break
            yield passage(gates[gate], plate, at, dice, vehicle=vehicle, colour=colour)
            if gate < len(LEGS_M):
                speed = min(128.0, max(55.0, dice.gauss(86, 11)))
                at += dt.timedelta(hours=LEGS_M[gate] / 1000 / speed)


def invented(dice: random.Random) -> tuple[str, str, str]:
    """A plate, what bears it, its ground."""
    number = f"{dice.randint(0, 999):03d}.{dice.randint(1, 99):02d}"
    if dice.random() < 0.18:
        letter = dice.choice("ABDEFGH")
        return f"{dice.choice(('20', '97'))}-{letter}{dice.randint(1, 9)} {number}", "motorbike", "white"
    home = dice.random() < 0.72
    series = f"{dice.choices(('20', '97'), (4, 1))[0]}{dice.choice('AAABCDH')}" if home else dice.choice(AWAY)
    vehicle = dice.choices(("car", "lorry", "bus"), (7, 2, 1))[0]
    return f"{series}-{number}", vehicle, "yellow" if vehicle != "car" and dice.random() < 0.7 else "white"


NUMBERS = itertools.count(1)


def passage(gate: CityObject, plate: str, at: dt.datetime, dice: random.Random, **more: Any) -> Told:
    """As our own reader tells it."""
    busy = HOURS[timezone.localtime(at).hour] / max(HOURS)
    return {
        "id": f"mau-{next(NUMBERS)}", "at": at.isoformat(), "camera": gate.code, "plate": plate,
        "agreed": True, "confidence": round(dice.uniform(0.93, 0.999), 3),
        "direction": "away" if dice.random() < 0.8 else "towards", "lane": dice.choice((1, 1, 2)),
        "speed_kmh": round(dice.gauss(52, 9), 1), "occupancy": round(busy * dice.uniform(0.1, 0.35), 3),
        **more,
    }  # fmt: skip


def special(gates: list[CityObject]) -> Iterator[Told]:
    """The wanted car six minutes ago, a car with company, a dozen pictures that two readers read apart."""
    dice, now = random.Random(68), timezone.now()  # noqa: S311
    for plate, minutes in ((WANTED, 6), ("98C-246.80", 300)):
        at = now - dt.timedelta(minutes=minutes)
        seen = passage(gates[1], plate, at, dice, vehicle="car", direction="away")
        yield seen | pictured(plate, "white")
    for hours in (50, 26, 2):
        start = now - dt.timedelta(hours=hours)
        for plate, after in ((FOLLOWED, 0), (ESCORT, 40)):
            for gate, metres in zip(gates, (0, LEGS_M[0], sum(LEGS_M)), strict=True):
                at = start + dt.timedelta(seconds=after, hours=metres / 1000 / 88)
                yield passage(gate, plate, at, dice, vehicle="car")
    for n in range(12):
        plate, _vehicle, colour = invented(dice)
        wrong = plate.translate(str.maketrans("0358", "8536"))
        seen = passage(gates[n % 3], wrong, now - dt.timedelta(minutes=9 + 7 * n), dice, confidence=0.71)
        yield seen | {"agreed": False, "candidates": [[plate, 0.66]], "raw": wrong} | pictured(plate, colour)


def pictured(plate: str, colour: str) -> Told:
    """Drawn."""
    shot = {
        "crop_data": drawing.crop_jpeg(plate, colour, blur=1.4),
        "scene_data": drawing.scene_jpeg(plate, colour),
    }
    return {name: base64.b64encode(data).decode() for name, data in shot.items()}


def tell(source: Source, told: list[Told]) -> None:
    """Through the intake, a message each."""
    now = timezone.now()
    rows = [
        SourceMessage(
            n, source.pk, source.code, source.owner_id, source.unit_id, json.dumps(one).encode(), now
        )
        for n, one in enumerate(sorted(told, key=lambda one: str(one["at"])))
    ]
    for start in range(0, len(rows), 1000):
        refused = messages(rows[start : start + 1000])
        assert not refused, refused[:1]


def seed_work(owner: Organisation, officer: Account, gates: list[CityObject], lists: list[WatchList]) -> None:
    """What people have done: a hit refused, a case, an operation with checks."""
    now = timezone.now()
    old = Hit.objects.filter(plate="98C24680").first()
    if old is not None:
        decide(actor=officer, hit=old, state="other", note="Xe tải khác màu, cùng biển")
    with recorded(None, reason="seed"):
        row = open_case(
            actor=None, opener=officer, owner=owner, title="Theo dõi xe vận chuyển hàng cấm",
            purpose="Xác minh lộ trình phương tiện theo yêu cầu điều tra", document="YC-07/CSĐT (mẫu)",
            legal_basis="Bộ luật Tố tụng hình sự 2015, Điều 88", expires_at=now + dt.timedelta(days=20),
        )  # fmt: skip
        add_plate(actor=None, case=row, text=FOLLOWED, note="Xe tải thùng kín")
        operation = save_operation(
            actor=None, cameras=gates, lists=lists,
            operation=Operation(
                name="Kiểm soát cửa ngõ cao tốc dịp cuối năm", purpose="check",
                order="Kế hoạch 45/KH-CAT (mẫu)", owner=owner, starts_at=now - dt.timedelta(days=1),
                ends_at=now + dt.timedelta(days=4),
            ),
        )  # fmt: skip
        points = [
            add_point(
                actor=None, operation=operation, name=f"Chốt {n + 1}", place=f"Đường dẫn {name}", camera=gate
            )
            for n, (gate, (_unit, name)) in enumerate(zip(gates, JUNCTIONS, strict=True))
        ]
        put_on_duty(actor=None, point=points[1], person=officer)
    for text in ("20A-115.01", "30K-468.12", "20A-999.88"):
        check_plate(
            actor=officer,
            question=Question(
                text=text, reason="operation", words="Kiểm tra tại chốt", point_id=points[1].pk,
                key=uuid.uuid5(uuid.NAMESPACE_URL, f"seed:{text}"),
            ),
        )  # fmt: skip
