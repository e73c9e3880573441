"""Forces for tests."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from naoso.connectors.tracker import Fix
from naoso.core.people.models import Account
from naoso.core.response.models import Incident
from naoso.core.response.tests.factories import incident as open_incident
from naoso.core.response.tests.factories import kind
from naoso.domains.dispatch.models import Duty, PositionSource, Resource, ResourceKind
from naoso.domains.dispatch.services.positions import Placed
from naoso.domains.dispatch.services.resources import save_resource
from naoso.kernel.geometry import LonLat

HOME = LonLat(105.85, 21.47)


def resource(cast: SimpleNamespace, code: str = "cc-01", *, place: LonLat = HOME, **more: Any) -> Resource:
    """A fire engine of the department in the first ward."""
    values: dict[str, Any] = {
        "name": f"Xe {code}", "kind": ResourceKind.VEHICLE, "owner": cast.department, "unit": cast.ward,
        "skills": ["fire"], "strength": 5,
    }  # fmt: skip
    return save_resource(actor=None, resource=Resource(code=code, **(values | more)), place=place)


def incident(cast: SimpleNamespace, code: str = "fire", **more: Any) -> Incident:
    """A fire beside the engine's home, of the department."""
    return open_incident(cast, kind=kind(code), **more)


def on_duty(account: Account, row: Resource) -> Duty:
    """Since now."""
    return Duty.objects.create(account=account, resource=row, taken_at=timezone.now())


def placed(row: Resource, lon: float, lat: float, *, ago_s: float = 0.0, **more: Any) -> Placed:
    """A fix of a tracker some seconds ago."""
    at = timezone.now() - dt.timedelta(seconds=ago_s)
    return Placed(row.pk, Fix(row.code, LonLat(lon, lat), at, **more), PositionSource.TRACKER)
