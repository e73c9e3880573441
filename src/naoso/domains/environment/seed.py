"""The demonstration's stations, their rules, and a week of their history."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.gis.geos import Point

from naoso.core.alerts.models import AlertRule
from naoso.core.people.audit import recorded
from naoso.core.people.models import Organisation
from naoso.core.places.models import AdminUnit, UnitKind
from naoso.core.registry.models import Thing
from naoso.core.registry.secrets import demo_secret
from naoso.core.registry.services import register_source, register_thing
from naoso.core.telemetry.services import register_series
from naoso.domains.environment.models import KIND
from naoso.domains.environment.quantities import QUANTITIES
from naoso.kernel.findings import Severity

STATIONS = 44
SILENT_AFTER = timedelta(minutes=15)
OWNER = "so-nnmt"

# code, title, quantity, raise, clear, hold in minutes, severity; µg/m³ as VN_AQI's bands begin
RULES: tuple[tuple[str, str, str, float, float, int, Severity], ...] = (
    ("pm25-xau", "PM2.5 ở mức Xấu", "pm25", 80, 70, 10, Severity.MODERATE),
    ("pm25-rat-xau", "PM2.5 ở mức Rất xấu", "pm25", 150, 135, 0, Severity.SEVERE),
    ("pm25-nguy-hai", "PM2.5 ở mức Nguy hại", "pm25", 250, 225, 0, Severity.EXTREME),
    ("pm10-xau", "PM10 ở mức Xấu", "pm10", 250, 225, 10, Severity.MODERATE),
    ("o3-qcvn", "O₃ vượt giới hạn 1 giờ", "o3", 200, 180, 30, Severity.MODERATE),
    ("no2-qcvn", "NO₂ vượt giới hạn 1 giờ", "no2", 200, 180, 30, Severity.MODERATE),
    ("so2-qcvn", "SO₂ vượt giới hạn 1 giờ", "so2", 350, 315, 30, Severity.MODERATE),
    ("co-qcvn", "CO vượt giới hạn 1 giờ", "co", 30_000, 27_000, 30, Severity.SEVERE),
)


def seed() -> None:
    """Safe to repeat: what is there stays."""
    owner = Organisation.objects.get(code=OWNER)
    with recorded(None, reason="seed"):
        seed_rules(owner)
        known = set(Thing.objects.filter(domain="environment").values_list("code", flat=True))
        for number, unit in enumerate(places(), 1):
            code = f"kk-{number:02d}"
            if code not in known:
                seed_station(code, unit, owner)


def places() -> list[AdminUnit]:
    """Every ward, where people live, then communes spread evenly over the province."""
    units = list(AdminUnit.objects.filter(valid_to__isnull=True, parent__code="19").order_by("code"))
    wards = [unit for unit in units if unit.kind == UnitKind.WARD]
    communes = [unit for unit in units if unit.kind != UnitKind.WARD]
    wanted = max(0, min(STATIONS - len(wards), len(communes)))
    return wards[:STATIONS] + [communes[i * len(communes) // wanted] for i in range(wanted)]


def seed_rules(owner: Organisation) -> None:
    """The rules that the data officer may edit afterwards."""
    for code, title, quantity, high, low, hold, severity in RULES:
        AlertRule.objects.get_or_create(
            code=code,
            defaults={
                "title": title,
                "domain": "environment",
                "quantity": quantity,
                "raise_at": high,
                "clear_at": low,
                "hold": timedelta(minutes=hold),
                "severity": int(severity),
                "owner": owner,
            },
        )


def seed_station(code: str, unit: AdminUnit, owner: Organisation) -> None:
    """One station with a credential and eight series of its own."""
    name = f"Trạm {unit.name}"
    source, _secret = register_source(
        actor=None,
        code=code,
        name=name,
        owner=owner,
        unit=unit,
        domain="environment",
        silence_after=SILENT_AFTER,
        secret=demo_secret(code),
    )
    thing = register_thing(
        actor=None,
        kind=KIND,
        code=code,
        name=name,
        owner=owner,
        domain="environment",
        unit=unit,
        point=Point(unit.centre.x, unit.centre.y, srid=4326),
        source=source,
        silence_after=SILENT_AFTER,
    )
    for quantity in QUANTITIES:
        register_series(
            actor=None,
            key=f"{code}/{quantity.code}",
            source=source,
            thing=thing,
            property=quantity.code,
            unit=quantity.unit,
            low=quantity.low,
            high=quantity.high,
        )
