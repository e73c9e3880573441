"""Cameras for tests."""

from __future__ import annotations

from itertools import count
from types import SimpleNamespace
from typing import Any

from django.contrib.gis.geos import Point

from naoso.core.objects.models import CityObject, ObjectKind
from naoso.core.objects.services.editing import add_many, add_object
from naoso.core.people.models import Organisation
from naoso.core.places.models import AdminUnit
from naoso.domains.cameras.models import CameraGroup, CameraHealth, CameraSource

_numbers = count(1)


def camera(owner: Organisation, unit: AdminUnit | None = None, **more: Any) -> CityObject:
    """In the first ward, looking east."""
    number = next(_numbers)
    place = more.pop("place", (105.85, 21.47))
    data = {
        "name": f"Ngã tư số {number}",
        "purpose": "traffic",
        "heading_deg": 90,
        "view_deg": 90,
        "range_m": 200,
    }
    return add_object(
        actor=None, kind=ObjectKind.objects.get(slug="camera"), owner=owner, unit=unit,
        shape=Point(*place, srid=4326), code=more.pop("code", f"cam-{number:04d}"), data=data | more,
    )  # fmt: skip


def group(cast: SimpleNamespace, name: str = "Giao thông", **more: Any) -> CameraGroup:
    """Of the department, open, kept for seven days."""
    values = {"owner": cast.department, "purpose": "Điều hành giao thông", "retention_days": 7}
    return CameraGroup.objects.create(name=name, **(values | more))


def source(cast: SimpleNamespace, group: CameraGroup | None = None, **more: Any) -> CameraSource:
    """Of a camera of the department in the first ward, with its state."""
    place = {name: more.pop(name) for name in ("code", "place", "name", "notice") if name in more}
    owner, unit = more.pop("owner", cast.department), more.pop("unit", cast.ward)
    thing = more.pop("camera", None) or camera(owner, unit, **place)
    address = f"rtsp://10.0.0.9:554/{thing.code}"
    row = CameraSource.objects.create(
        camera=thing, group=group, **({"main_url": address, "sub_url": f"{address}/sub"} | more)
    )
    CameraHealth.objects.create(source=row)
    return row


def sources(cast: SimpleNamespace, count: int, group: CameraGroup, subnet: str) -> list[CameraSource]:
    """Many in one network, written at once."""
    kind = ObjectKind.objects.get(slug="camera")
    rows = [
        CityObject(
            kind=kind, code=f"{subnet}.{n}", owner=cast.department, unit=cast.ward,
            shape=Point(105.85, 21.47, srid=4326), data={"name": f"Camera {n}", "purpose": "traffic"},
        )
        for n in range(count)
    ]  # fmt: skip
    add_many(actor=None, kind=kind, rows=rows, reason="test")
    made = [
        CameraSource(camera=row, group=group, main_url=f"rtsp://{subnet}.{n}:554/a")
        for n, row in enumerate(CityObject.objects.filter(code__startswith=f"{subnet}.").order_by("pk"))
    ]
    return CameraSource.objects.bulk_create(made)
