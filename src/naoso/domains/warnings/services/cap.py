"""A warning as the alert that CAP knows."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.utils import timezone

from naoso.connectors.cap.alert import Alert, Area, Circle, Info, Reference, Ring
from naoso.core.places.models import AdminUnit
from naoso.domains.warnings.models import PublicWarning, WarningText
from naoso.domains.warnings.services.area import in_words
from naoso.domains.warnings.vocabulary import TAGS, Language
from naoso.kernel.findings import Severity
from naoso.kernel.geometry import LonLat

UNIT_CODE = "VN-administrative-unit"  # Decision 19/2025/QĐ-TTg
ABOUT_100_M = 0.001


def sender() -> str:
    """Who says so, on every message of this centre."""
    return settings.CAP_SENDER or f"warnings@{urlsplit(settings.SITE_URL).hostname or 'localhost'}"


def alert_of(warning: PublicWarning, sent: dt.datetime) -> Alert:
    """Not checked: `render` does that."""
    area = area_of(warning)
    return Alert(
        identifier=warning.identifier, sender=sender(), sent=timezone.localtime(sent).replace(microsecond=0),
        status=warning.status, message_type=warning.message_type, scope="Public",
        references=references_of(warning),
        incidents=(warning.incident_number,) if warning.incident_number else (),
        infos=tuple(info_of(warning, text, area) for text in warning.texts.all()),
    )  # fmt: skip


def references_of(warning: PublicWarning) -> tuple[Reference, ...]:
    """The message that this one follows, and all before it."""
    found: list[Reference] = []
    earlier = warning.predecessor
    while earlier is not None and earlier.sent_at is not None:
        when = timezone.localtime(earlier.sent_at).replace(microsecond=0)
        found.append(Reference(sender(), earlier.identifier, when))
        earlier = earlier.predecessor
    return tuple(found)


def info_of(warning: PublicWarning, text: WarningText, area: Area) -> Info:
    """One language."""
    return Info(
        language=TAGS.get(Language(text.language), text.language), event=text.event,
        categories=(warning.category,), urgency=warning.urgency,
        severity=Severity(warning.severity).name.capitalize(), certainty=warning.certainty,
        responses=tuple(warning.responses), onset=local(warning.onset), expires=local(warning.expires),
        sender_name=warning.owner.name, headline=text.headline, description=text.description,
        instruction=text.instruction, contact=warning.contact, areas=(area,),
        web=warning.web or f"{settings.SITE_URL}/warnings/{warning.identifier}/",
    )  # fmt: skip


def local(when: dt.datetime | None) -> dt.datetime | None:
    """In the country's time, to the second."""
    return timezone.localtime(when).replace(microsecond=0) if when else None


def area_of(warning: PublicWarning) -> Area:
    """Units as codes and, where their boundary is known, as polygons; drawn shapes as they are."""
    units = list(warning.units.all())
    rings = [ring for unit in units for ring in outline_of(unit)]
    if warning.polygon is not None:
        rings.insert(0, ring_of(warning.polygon))
    circles: tuple[Circle, ...] = ()
    if warning.centre is not None and warning.radius_km:
        circles = (Circle(LonLat(warning.centre.x, warning.centre.y), warning.radius_km),)
    return Area(
        description=in_words(units, warning.area_note, warning.radius_km), polygons=tuple(rings),
        circles=circles, geocodes=tuple((UNIT_CODE, unit.code) for unit in units),
    )  # fmt: skip


def outline_of(unit: AdminUnit) -> list[Ring]:
    """A computed outline is no boundary and says nothing to others."""
    if unit.outline is None or unit.outline_approximate:
        return []
    simple = unit.outline.simplify(ABOUT_100_M, preserve_topology=True)
    parts = list(simple) if isinstance(simple, MultiPolygon) else [simple]
    return [ring_of(part) for part in parts if isinstance(part, Polygon)]


def ring_of(polygon: Polygon) -> Ring:
    """The outer line; CAP knows no holes."""
    return tuple(LonLat(round(x, 6), round(y, 6)) for x, y, *_height in polygon.exterior_ring.coords)
