"""The demonstration: templates of ten hazards, warnings that were out, one in force, one to approve."""

from __future__ import annotations

import datetime as dt
import json
import random
from dataclasses import replace
from pathlib import Path

from django.contrib.gis.geos import Point
from django.utils import timezone

from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.places.models import LOCAL, AdminUnit
from naoso.domains.warnings.models import (
    ChannelName,
    Device,
    FeedSource,
    Imported,
    PublicWarning,
    Template,
)
from naoso.domains.warnings.seed_templates import TEMPLATES
from naoso.domains.warnings.services import (
    beginning,
    drafting,
    importing,
    publishing,
    queueing,
    reviewing,
    setup,
    subscribing,
)

WRITER, APPROVER, OWNER = "truc.ban", "lanh.dao", "ioc-tinh"
SAMPLE = Path(__file__).parent / "samples" / "rain.xml"
DEVICES = 400
# the public key is the generator of P-256: nobody's
ENDPOINT = json.dumps(
    {
        "endpoint": "https://push.invalid/demo",
        "keys": {
            "p256dh": "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKW"
            "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
            "auth": "AAAAAAAAAAAAAAAAAAAAAA",
        },
    }
)


def seed() -> None:
    """Safe to repeat: what is there stays."""
    with recorded(None, reason="seed"):
        seed_templates()
        if PublicWarning.objects.exists():
            return
        people = {one.username: one for one in Account.objects.filter(username__in=(WRITER, APPROVER))}
        owner = Organisation.objects.filter(code=OWNER).first()
        wards = {unit.name: unit for unit in AdminUnit.objects.filter(valid_to=None, kind__in=LOCAL)}
        if len(people) < 2 or owner is None or "Sông Công" not in wards:
            return
        seed_devices(list(wards.values()))
        seed_warnings(people[WRITER], people[APPROVER], owner, wards)
        seed_imports(owner)


def seed_templates() -> None:
    """What a province warns of; words that people changed stay as they are."""
    for code, values in TEMPLATES.items():
        if not Template.objects.filter(code=code).exists():
            setup.save_template(actor=None, template=Template(code=code, **values))


def seed_devices(wards: list[AdminUnit]) -> None:
    """Invented subscriptions; their endpoints lead nowhere, so nothing is ever sent to anybody."""
    dice = random.Random(36)  # noqa: S311
    wards.sort(key=lambda unit: unit.code)
    now = timezone.now()
    rows = []
    for number in range(DEVICES):
        channel = ChannelName.GATEWAY if number % 10 == 0 else ChannelName.PUSH
        chosen = [] if number % 4 == 0 else [dice.choice(wards).pk]
        home = dice.choice(wards)
        where = Point(
            home.centre.x + dice.uniform(-0.01, 0.01), home.centre.y + dice.uniform(-0.01, 0.01), srid=4326
        )
        rows.append(
            Device(
                channel=channel,
                key=subscribing.digest_of(f"demo-{number}"),
                address=ENDPOINT if channel == ChannelName.PUSH else f"0900000{number:03d}",
                language="en" if number % 25 == 0 else "vi",
                units=chosen,
                verified_at=now,
                point=None if chosen else where,
                point_unit=None if chosen else home.pk,
            )
        )
    Device.objects.bulk_create(rows, ignore_conflicts=True)


def seed_warnings(
    writer: Account, approver: Account, owner: Organisation, wards: dict[str, AdminUnit]
) -> None:
    """One of each stage that an operator meets."""
    songcong = wards["Sông Công"]
    others = [unit for name, unit in sorted(wards.items()) if name != "Sông Công"]
    past = [
        ("mua-lu", others[:4], 40, 9),
        ("nang-nong", others[4:16], 25, 48),
        ("cat-nuoc", others[16:18], 12, 8),
    ]
    for code, units, days, hours in past:
        one = _out(writer, approver, owner, code, tuple(units))
        _back_date(one, dt.timedelta(days=days), hours)
    flood = _out(writer, approver, owner, "mua-lu", (songcong, *others[18:21]))
    queueing.queue_deliveries(flood)
    _pretend_sent(flood)
    spill = beginning.content_from(
        Template.objects.get(code="hoa-chat"),
        place=songcong.full_name,
        point=songcong.centre,
        contact=beginning.contact_of(owner),
        details="Tràn hóa chất tại khu công nghiệp.",
    )
    waiting = drafting.draft(actor=writer, owner=owner, content=spill)
    reviewing.submit(actor=writer, warning=waiting)
    storm = _content(owner, "bao", tuple(others[21:25]))
    drafting.draft(actor=writer, owner=owner, content=replace(storm, status="Exercise"))


def _content(owner: Organisation, code: str, units: tuple[AdminUnit, ...]) -> drafting.Content:
    return beginning.content_from(
        Template.objects.get(code=code), units=units, contact=beginning.contact_of(owner),
        details="Theo bản tin của Đài Khí tượng Thủy văn tỉnh.",
    )  # fmt: skip


def _out(
    writer: Account, approver: Account, owner: Organisation, code: str, units: tuple[AdminUnit, ...]
) -> PublicWarning:
    made = drafting.draft(actor=writer, owner=owner, content=_content(owner, code, units))
    sent = reviewing.submit(actor=writer, warning=made)
    return publishing.publish(actor=approver, warning=reviewing.approve(actor=approver, warning=sent))


def _back_date(warning: PublicWarning, ago: dt.timedelta, hours: int) -> None:
    """A warning of last month, with messages that were sent then."""
    queueing.queue_deliveries(warning)
    _pretend_sent(warning)
    sent = timezone.now() - ago
    PublicWarning.objects.filter(pk=warning.pk).update(
        created_at=sent - dt.timedelta(minutes=hours + 4), approved_at=sent, sent_at=sent,
        expires=sent + dt.timedelta(hours=hours),
    )  # fmt: skip
    publishing.expire_due()


def _pretend_sent(warning: PublicWarning) -> None:
    rows = warning.outgoing.all()
    failed = [row.pk for row in rows if row.pk % 17 == 0]
    rows.exclude(pk__in=failed).update(state="sent", sent_at=timezone.now(), attempts=1)
    rows.filter(pk__in=failed).update(state="failed", attempts=5, error="HTTP 503")


def seed_imports(owner: Organisation) -> None:
    """A message of a weather service that waits for a decision, a broken one, and a source that is off."""
    FeedSource.objects.get_or_create(
        name="Trung tâm Dự báo khí tượng thủy văn (mẫu)",
        defaults={"owner": owner, "url": "https://kttv.example/cap/feed.atom", "enabled": False},
    )
    if Imported.objects.exists():
        return
    raw = SAMPLE.read_bytes().replace(b"{sent}", _stamp(0)).replace(b"{expires}", _stamp(12))
    importing.take(raw, owner)
    importing.take(raw.replace(b"<scope>Public</scope>", b"").replace(b"RAIN-1", b"RAIN-2"), owner)


def _stamp(hours: int) -> bytes:
    when = timezone.localtime() + dt.timedelta(hours=hours)
    return when.replace(microsecond=0).isoformat().encode()
