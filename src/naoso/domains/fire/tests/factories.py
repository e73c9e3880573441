"""Small worlds of premises for tests: written around the services, as many as a test wants."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone

from naoso.connectors.photo import Photo, read_photo
from naoso.core.people.models import Organisation
from naoso.core.places.models import AdminUnit
from naoso.core.registry.models import Source
from naoso.core.response.models import IncidentKind
from naoso.domains.fire.drawing import drawn_plan
from naoso.domains.fire.models import Contact, Detector, Premises, Transmitter, Zone
from naoso.kernel.messages import SourceMessage

NUMBERS = itertools.count(1)


def incident_kind() -> IncidentKind:
    """The kind that alarms open."""
    found, _made = IncidentKind.objects.get_or_create(
        code="fire",
        defaults={"title": "Cháy, nổ", "around_the_clock": True, "deadline": dt.timedelta(hours=1)},
    )
    return found


def premises(owner: Organisation, unit: AdminUnit | None = None, **more: Any) -> Premises:
    """With three contacts, a transmitter, zones 1 and 2 with smoke detectors 1–3 and a call point 9."""
    number = next(NUMBERS)
    made = Premises.objects.create(
        **{
            "code": f"cs-{number}", "name": f"Chợ Đồng Quang {number}", "category": "market", "owner": owner,
            "unit": unit, "point": Point(105.85, 21.47, srid=4326), "address": "Số 1 đường Bến Tượng",
            "standing": "connected", "national_code": f"TN-{number}", **more,
        }
    )  # fmt: skip
    Contact.objects.bulk_create(
        Contact(premises=made, order=n, name=f"Trực {n}", phone=f"09120000{number}{n}") for n in (1, 2, 3)
    )
    for zone in ("1", "2"):
        row = Zone.objects.create(premises=made, number=zone, name=f"Khu {zone}")
        Detector.objects.bulk_create(
            [Detector(zone=row, address=a) for a in "123"] + [Detector(zone=row, address="9", kind="manual")]
        )
    transmitter(made)
    return made


def source(code: str, owner: Organisation) -> Source:
    """Of this domain, without a usable secret."""
    return Source.objects.create(
        code=code, name=code, owner=owner, domain="fire", secret_digest="0" * 64, secret_bcrypt="x",
        secret_changed_at=timezone.now(),
    )  # fmt: skip


def transmitter(of: Premises) -> Transmitter:
    """A box with a source of its own."""
    number = next(NUMBERS)
    return Transmitter.objects.create(
        premises=of, source=source(f"bt-{number}", of.owner), name=f"Bộ truyền tin {number}"
    )


def event(kind: str = "alarm", zone: str = "1", detector: str = "1", **more: Any) -> dict[str, Any]:
    """What a panel writes, told now."""
    return {
        "id": f"m{next(NUMBERS)}", "type": kind, "zone": zone, "detector": detector,
        "time": timezone.now().isoformat(),
    } | more  # fmt: skip


def message(box: Transmitter, *events: Any, at: dt.datetime | None = None) -> SourceMessage:
    """As the stream hands it over; bytes and text go as they are."""
    told = events[0] if len(events) == 1 else list(events)
    payload = told if isinstance(told, bytes) else json.dumps(told).encode()
    return of_source(box.source, payload, at=at)


def of_source(box: Source, payload: bytes, *, at: dt.datetime | None = None) -> SourceMessage:
    """A message of any source."""
    return SourceMessage(
        next(NUMBERS), box.pk, box.code, box.owner_id, box.unit_id, payload, at or timezone.now()
    )


def picture() -> Photo:
    """A drawn plan, read as an upload is."""
    return read_photo(drawn_plan(3, seed="test"))


def soon() -> dt.datetime:
    """In half an hour."""
    return timezone.now() + dt.timedelta(minutes=30)
