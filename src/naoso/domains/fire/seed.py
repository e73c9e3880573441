"""The demonstration's listed premises: invented names in real wards, with plans, detectors and a past."""

from __future__ import annotations

import datetime as dt
import random

from django.contrib.gis.geos import Point
from django.utils import timezone

from naoso.connectors.photo import read_photo
from naoso.core.people.audit import recorded
from naoso.core.people.models import Organisation
from naoso.core.places.models import AdminUnit
from naoso.core.registry.models import Source
from naoso.core.registry.secrets import demo_secret
from naoso.domains.fire.drawing import SPOTS, drawn_plan
from naoso.domains.fire.models import Alarm, MirrorFeed, PanelMessage, Premises, Zone
from naoso.domains.fire.places import PLACES, Place
from naoso.domains.fire.services.devices import add_detectors, add_zone, connect_transmitter
from naoso.domains.fire.services.files import add_paper, add_plan
from naoso.domains.fire.services.mirrors import save_feed
from naoso.domains.fire.services.premises import add_contact, add_tank, move_premises, save_premises
from naoso.domains.fire.workflow import Standing
from naoso.kernel.modules import resolve

OWNER = "phong-cspccc"
FEED = "csdl-pccc"
HEARTBEAT = dt.timedelta(seconds=60)


CONTACTS = ("Trực bảo vệ", "Đội trưởng PCCC cơ sở", "Người đứng đầu cơ sở", "Trực điện")


def seed() -> None:
    """Safe to repeat: what is there stays."""
    owner = Organisation.objects.filter(code=OWNER).first()
    if owner is None:
        return
    with recorded(None, reason="seed"):
        known = set(Premises.objects.values_list("code", flat=True))
        units = {unit.code: unit for unit in AdminUnit.objects.filter(valid_to=None)}
        for number, place in enumerate(PLACES):
            if place.code not in known and place.unit in units:
                build(place, number, owner, units[place.unit])
        seed_mirror(owner)


def build(place: Place, number: int, owner: Organisation, unit: AdminUnit) -> None:
    """One premises with all that belongs to it."""
    dice = random.Random(105 + number)  # noqa: S311
    row = save_premises(
        actor=None,
        premises=Premises(
            code=place.code, national_code=f"TN-{number + 1:05d}", name=place.name, category=place.category,
            owner=owner, unit=unit, address=place.address, floors=place.floors,
            basements=1 if place.category in {"apartments", "hospital"} else 0,
            area_m2=round(place.floors * dice.randint(300, 1500), -2), occupants_day=place.day,
            occupants_night=place.night, chemicals=place.chemicals, gas=place.gas, power=place.power,
            access=place.access, tactics=place.tactics,
            point=Point(
                round(unit.centre.x + dice.uniform(-0.012, 0.012), 6),
                round(unit.centre.y + dice.uniform(-0.009, 0.009), 6), srid=4326,
            ),
        ),
    )  # fmt: skip
    for order, name in enumerate(CONTACTS[: 3 + number % 2], 1):
        add_contact(actor=None, premises=row, name=name, phone=f"0912{number:03d}{order:03d}")
    add_tank(actor=None, premises=row, name=place.tank[0], capacity_m3=place.tank[1])
    hang(row, place, dice)
    if place.category in {"chemicals", "hospital", "factory"}:
        add_paper(actor=None, premises=row, data=paper(place.name), title="Phương án chữa cháy của cơ sở")
    for standing in (Standing.LISTED, Standing.CONNECTED)[: 1 + (number != 11)]:
        move_premises(actor=None, premises=row, standing=standing)
    past(row, dice, busy=place.category in {"leisure", "market", "hotel"})


def hang(row: Premises, place: Place, dice: random.Random) -> None:
    """A plan, zones on it, detectors, and the transmitter that speaks for them."""
    plan = add_plan(
        actor=None, premises=row, photo=read_photo(drawn_plan(len(place.zones), seed=place.code)),
        title=f"Mặt bằng {place.name}", floor=1,
    )  # fmt: skip
    for index, name in enumerate(place.zones):
        x, y = SPOTS[index]
        zone = add_zone(
            actor=None, premises=row, number=str(index + 1), name=name, plan=plan, x=x, y=y,
            floor=min(place.floors, index // 2 + 1),
        )  # fmt: skip
        kind = "heat" if "ếp" in name or "xe" in name else "flame" if place.category == "fuel" else "smoke"
        many = [str(n) for n in range(1, dice.randint(3, 6))]
        add_detectors(actor=None, zone=zone, addresses=many, kind=kind)
        add_detectors(actor=None, zone=zone, addresses=["90"], kind="manual", place="Cạnh lối thoát nạn")
        if place.category in {"warehouse", "factory"}:
            add_detectors(actor=None, zone=zone, addresses=["80"], kind="flow", place="Van khu vực")
    code = f"bt-{place.code}"
    if not Source.objects.filter(code=code).exists():
        connect_transmitter(
            actor=None, premises=row, code=code, name="Bộ truyền tin báo cháy", heartbeat=HEARTBEAT,
            secret=demo_secret(code),
        )  # fmt: skip


def past(row: Premises, dice: random.Random, *, busy: bool) -> None:
    """Alarms of the last ten months, most of them false: what the centre took over when it began."""
    now = timezone.now()
    zones, box = list(Zone.objects.filter(premises=row)), row.transmitters.get()
    for number in range(dice.randint(4, 9) if busy else dice.randint(0, 3)):
        at = now - dt.timedelta(days=dice.randint(3, 300), minutes=dice.randint(0, 1400))
        zone, address = zones[0] if dice.random() < 0.6 else dice.choice(zones), dice.choice("123")
        end = at + dt.timedelta(minutes=dice.randint(2, 40))
        alarm = Alarm.objects.create(
            premises=row, severity=3, called=3, opened_at=at, last_at=at, restored_at=end, ended_at=end,
            quiet=True, messages_count=1, seen={f"{zone.number}/{address}": ["smoke", at.isoformat(), True]},
            outcome="false_alarm" if dice.random() < 0.85 else "solved",
        )  # fmt: skip
        PanelMessage.objects.create(
            source=box.source, message_id=f"qk-{number}", premises=row, transmitter=box, alarm=alarm,
            kind="alarm", zone_text=zone.number, detector_text=address, told_at=at, received_at=at,
            text="Chuyển từ sổ trực của cơ sở",
        )  # fmt: skip


def seed_mirror(owner: Organisation) -> None:
    """A pushed feed with a mapping that is only supposed: its true format is not published."""
    if MirrorFeed.objects.exists() or Source.objects.filter(code=FEED).exists():
        return
    save_feed(
        actor=None, code=FEED, secret=demo_secret(FEED),
        feed=MirrorFeed(
            name="CSDL quốc gia về PCCC – báo cháy", owner=owner,
            owned_by="Cục Cảnh sát PCCC và CNCH, Bộ Công an", rows_at="/items", premises_at="/coSo/ma",
            id_at="/maBaoDong", state_at="/trangThai", time_at="/thoiGian", text_at="/noiDung",
            alarm_words=["báo cháy"], restore_words=["kết thúc", "bình thường"],
        ),
    )  # fmt: skip


def paper(name: str) -> bytes:
    """A one-page PDF that says only what it stands for."""
    made: bytes = resolve("naoso.ui.pdf.pdf_of")(  # loaded where something is printed
        f"<h1>Phương án chữa cháy</h1><p>{name}</p><p>Bản mẫu của dữ liệu trình diễn.</p>"
    )
    return made
