"""A province with two departments and the cast that looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from naoso.core.alerts.models import Alert
from naoso.core.alerts.services import receive
from naoso.core.people.models import Account, Organisation
from naoso.core.people.tests.factories import account, body, grant, role, unit
from naoso.core.places.models import AdminUnit, UnitKind
from naoso.core.response.models import Incident, IncidentKind
from naoso.core.response.services import open_from_alert
from naoso.kernel.findings import Finding, Severity
from naoso.kernel.geometry import LonLat
from naoso.kernel.ids import SubjectRef

DUTY = (
    "screens.view_map", "screens.view_wall", "alerts.view", "alerts.acknowledge",
    "response.view", "response.open", "response.work", "response.assign", "response.close", "registry.view",
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """The owner sees their department, the chief all, the stranger another department, the guest nothing."""

    ward: AdminUnit
    environment: Organisation
    health: Organisation
    chief: Account
    owner: Account
    stranger: Account
    guest: Account


def world() -> World:
    """Made through the models of people and places."""
    province = unit("19", "Thái Nguyên", kind=UnitKind.PROVINCE)
    ward = unit("05518", "Sông Công", province)
    root = body("province")
    environment, health = body("environment", root), body("health", root)
    duty, empty = role("duty", *DUTY), role("nothing", "people.view")
    cast = {name: account(name) for name in ("chief", "owner", "stranger", "guest")}
    for name, where in (("chief", root), ("owner", environment), ("stranger", health)):
        grant(cast[name], duty, where)
    grant(cast["guest"], empty, root)
    return World(ward, environment, health, **cast)


def alert(owner: Organisation, number: int = 1, severity: Severity = Severity.SEVERE) -> Alert:
    """Raised as a rule raises it."""
    return receive(
        [
            Finding(
                rule=f"pm25-{number}",
                subject=SubjectRef("environment", "station", str(number)),
                active=True,
                severity=severity,
                observed_at=timezone.now() - timedelta(minutes=number % 50),
                owner_id=owner.pk,
                title=f"PM2.5 cao ở trạm {number}",
                value=152.4,
                limit=100,
                place=LonLat(105.85 + number / 1000, 21.47),
            )
        ]
    )[0]


def incident(of: Alert, actor: Account) -> Incident:
    """Opened from the alert."""
    IncidentKind.objects.get_or_create(code="environment", defaults={"title": "Môi trường"})
    return open_from_alert(alert=of, actor=actor)
