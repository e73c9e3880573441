"""The demonstration's stations, their rules and their levels; names of places are real, stations invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.gis.geos import Point
from django.utils.translation import override

from naoso.core.alerts.models import AlertRule
from naoso.core.alerts.services import save_levels
from naoso.core.people.audit import recorded
from naoso.core.people.models import Organisation
from naoso.core.places.models import AdminUnit
from naoso.core.places.selectors import unit_at
from naoso.core.registry.models import Source, Thing
from naoso.core.registry.secrets import demo_secret
from naoso.core.registry.services import register_source, register_thing
from naoso.core.telemetry.services import register_series
from naoso.domains.hazards import kinds
from naoso.domains.hazards.kinds import HazardKind
from naoso.kernel.geometry import LonLat

OWNER = "so-nnmt"
BELOW = 0.1  # metres under its level at which a flood level is over


@dataclass(frozen=True, slots=True)
class Place:
    """A station; `levels` holds the heights of its per-station rules."""

    code: str
    name: str
    kind: str
    lon: float
    lat: float
    levels: dict[str, float] = field(default_factory=dict)


def flood(first: float, second: float, third: float) -> dict[str, float]:
    """Heights in metres of flood levels 1 to 3."""
    return {"river-1": first, "river-2": second, "river-3": third, "river-forecast": second}


PLACES: tuple[Place, ...] = (
    Place("mn-song-cong", "Trạm mực nước Sông Công", "river-gauge", 105.8550, 21.4680, flood(15, 16, 17)),
    Place("mn-gia-bay", "Trạm mực nước cầu Gia Bảy, sông Cầu", "river-gauge", 105.8360, 21.5990,
          flood(25, 26, 27)),
    Place("mn-cho-moi", "Trạm mực nước Chợ Mới, sông Cầu", "river-gauge", 105.7750, 21.8830,
          flood(52, 54, 56)),
    Place("mn-thac-rieng", "Trạm mực nước Thác Riềng, sông Cầu", "river-gauge", 105.8850, 22.0900,
          flood(97, 99, 101)),
    Place("mua-thuong-nguon", "Trạm mưa đầu nguồn Sông Công", "rain-gauge", 105.8510, 21.4735),
    Place("mua-tam-dao", "Trạm mưa sườn đông Tam Đảo", "rain-gauge", 105.6300, 21.5900),
    Place("mua-dinh-hoa", "Trạm mưa Định Hoá", "rain-gauge", 105.6450, 21.9050),
    Place("mua-bac-kan", "Trạm mưa Bắc Kạn", "rain-gauge", 105.8340, 22.1470),
    Place("cr-nui-coc", "Trạm khí tượng lửa rừng Núi Cốc", "fire-weather", 105.7000, 21.5800),
    Place("cr-vo-nhai", "Trạm khí tượng lửa rừng Võ Nhai", "fire-weather", 106.0800, 21.7500),
    Place("sl-na-ri", "Trạm sạt lở sườn dốc Na Rì", "slope", 106.0800, 22.2200),
    Place("sl-ba-be", "Trạm sạt lở ven hồ Ba Bể", "slope", 105.6200, 22.4000),
)  # fmt: skip


def seed() -> None:
    """Safe to repeat: what is there stays."""
    owner = Organisation.objects.filter(code=OWNER).first()
    if owner is None:
        return
    with recorded(None, reason="seed"), override("vi"):
        rules = seed_rules(owner)
        known = set(Thing.objects.filter(domain="hazards").values_list("code", flat=True))
        for place in PLACES:
            kind = kinds.kind_of(place.kind)
            if kind is not None and place.code not in known:
                thing = seed_station(place, kind, owner)
                levels = {rules[code]: (high, high - BELOW) for code, high in place.levels.items()}
                save_levels(station=thing, levels=levels, actor=None)


def seed_rules(owner: Organisation) -> dict[str, AlertRule]:
    """Every declared limit as a rule that people may edit afterwards."""
    return {
        limit.code: AlertRule.objects.get_or_create(
            code=limit.code,
            defaults={
                "title": str(limit.title), "domain": "hazards", "quantity": limit.quantity,
                "measure": limit.measure, "window": timedelta(minutes=limit.window_min),
                "raise_at": limit.raise_at, "clear_at": limit.clear_at,
                "hold": timedelta(minutes=limit.hold_min), "severity": int(limit.severity),
                "opens_incident": kind.incident if limit.opens else "", "owner": owner,
            },
        )[0]
        for kind in kinds.KINDS
        for limit in kind.limits
    }  # fmt: skip


def seed_station(place: Place, kind: HazardKind, owner: Organisation) -> Thing:
    """One station with a credential of its own and a series for each quantity of its kind."""
    point = Point(place.lon, place.lat, srid=4326)
    unit = home_of(point)
    silent = timedelta(minutes=kind.silent_min)
    source, _secret = register_source(
        actor=None, code=place.code, name=place.name, owner=owner, unit=unit, domain="hazards",
        silence_after=silent, allows_history=True, secret=demo_secret(place.code),
    )  # fmt: skip
    thing = register_thing(
        actor=None, kind=kind.slug, code=place.code, name=place.name, owner=owner, domain="hazards",
        unit=unit, point=point, source=source, silence_after=silent,
    )  # fmt: skip
    register_quantities(thing, source, kind)
    return thing


def register_quantities(thing: Thing, source: Source, kind: HazardKind) -> None:
    """As the kind declares them."""
    for quantity in kind.quantities:
        register_series(
            actor=None, key=f"{thing.code}/{quantity.code}", source=source, thing=thing,
            property=quantity.code, unit=quantity.unit, low=quantity.low, high=quantity.high,
        )  # fmt: skip


def home_of(point: Point) -> AdminUnit | None:
    """The commune or ward that the place lies in; the nearest where only centres are known."""
    units = AdminUnit.objects.filter(valid_to__isnull=True, parent__code="19")
    found = unit_at(LonLat(point.x, point.y))
    return found or min(units, key=lambda unit: unit.centre.distance(point), default=None)
