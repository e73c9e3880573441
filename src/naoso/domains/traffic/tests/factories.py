"""Small worlds of plates for tests: cameras, lists, messages."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone

from naoso.core.objects.models import CityObject, ObjectKind
from naoso.core.people.models import Organisation
from naoso.core.places.models import AdminUnit
from naoso.core.registry.models import Source
from naoso.core.response.models import IncidentKind
from naoso.domains.traffic.intake import messages
from naoso.domains.traffic.models import Passage, WatchList
from naoso.domains.traffic.services.lists import add_entry
from naoso.kernel.messages import SourceMessage

NUMBERS = itertools.count(1)
PLACE = (105.85, 21.47)


def camera(owner: Organisation, unit: AdminUnit | None = None, **more: Any) -> CityObject:
    """Looks north; each further one stands a kilometre north of the one before."""
    number = next(NUMBERS)
    kind, _made = ObjectKind.objects.get_or_create(slug="camera", defaults={"title": "Camera"})
    north = more.pop("north_m", 0.0)
    data = {"name": f"Nút giao {number}", "purpose": "traffic", "heading_deg": 0} | more
    return CityObject.objects.create(
        kind=kind, code=f"cam-{number}", owner=owner, unit=unit, data=data,
        shape=Point(PLACE[0], PLACE[1] + north / 111_195, srid=4326),
    )  # fmt: skip


def source(owner: Organisation, code: str = "", domain: str = "traffic") -> Source:
    """Of this domain, without a usable secret."""
    code = code or f"doc-{next(NUMBERS)}"
    return Source.objects.create(
        code=code, name=code, owner=owner, domain=domain, secret_digest="0" * 64, secret_bcrypt="x",
        secret_changed_at=timezone.now(),
    )  # fmt: skip


def told(of: CityObject, plate: str = "20A-123.45", **more: Any) -> dict[str, Any]:
    """As our own reader writes it, now."""
    return {
        "id": f"m{next(NUMBERS)}", "at": timezone.now().isoformat(), "camera": of.code, "plate": plate,
        "confidence": 0.97, "agreed": True,
    } | more  # fmt: skip


def message(of: Source, payload: Any, *, at: dt.datetime | None = None) -> SourceMessage:
    """As the stream hands it over; bytes go as they are."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return SourceMessage(next(NUMBERS), of.pk, of.code, of.owner_id, of.unit_id, body, at or timezone.now())


def pass_by(of: Source, at_camera: CityObject, plate: str = "20A-123.45", **more: Any) -> Passage:
    """Through the intake."""
    assert messages([message(of, told(at_camera, plate, **more))]) == []
    return Passage.objects.order_by("-id")[0]


def watch_list(owner: Organisation, *plates: str, **more: Any) -> WatchList:
    """Wanted, with these plates."""
    row = WatchList.objects.create(
        **{
            "name": f"Danh sách {next(NUMBERS)}", "reason": "Xe bị mất trộm", "authority": "Công an tỉnh",
            "legal_basis": "Thông báo 12/TB-CAT", "owner": owner, "severity": 3, "likeness": "near", **more,
        }
    )  # fmt: skip
    for plate in plates:
        add_entry(actor=None, watch_list=row, text=plate)
    return row


def incident_kinds() -> None:
    """Those that hits open."""
    for code in ("traffic", "crime"):
        IncidentKind.objects.get_or_create(
            code=code,
            defaults={"title": code, "around_the_clock": True, "deadline": dt.timedelta(hours=1)},
        )


def ago(**span: float) -> str:
    """A time before now, as readers write it."""
    return (timezone.now() - dt.timedelta(**span)).isoformat()


def metres_north(metres: float) -> float:
    """Degrees of latitude."""
    return metres / (math.pi * 6_371_008.8 / 180)
