"""Alert → CAP 1.2 in XML that the standard's schema accepts."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from lxml import etree

from naoso.connectors.cap.alert import Alert, Area, Info, Pair, Reference, Resource, Ring
from naoso.connectors.cap.checking import UNWRITABLE, broken_rules
from naoso.connectors.cap.markup import NS, Element
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat

SCHEMA = Path(__file__).with_name("cap12.xsd")


@cache
def schema() -> etree.XMLSchema:
    """The schema of the standard, which the house carries."""
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def render(alert: Alert) -> bytes:
    """Raises BadInput with every rule that the alert breaks; what comes out is valid CAP 1.2."""
    errors = broken_rules(alert)
    if errors:
        raise BadInput(*errors)
    root = tree_of_alert(alert)
    checked = schema()
    if not checked.validate(root):
        worst = checked.error_log.last_error
        raise BadInput.of("alert", alert.identifier, "schema", str(worst))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def tree_of_alert(alert: Alert) -> Element:
    """Elements in the order of the schema."""
    root = etree.Element(f"{{{NS}}}alert", nsmap={None: NS})
    put(root, "identifier", alert.identifier)
    put(root, "sender", alert.sender)
    put(root, "sent", moment(alert.sent))
    put(root, "status", alert.status)
    put(root, "msgType", alert.message_type)
    put(root, "source", alert.source)
    put(root, "scope", alert.scope)
    put(root, "restriction", alert.restriction)
    put(root, "addresses", listing(alert.addresses))
    for code in alert.codes:
        put(root, "code", code)
    put(root, "note", alert.note)
    put(root, "references", " ".join(map(reference, alert.references)))
    put(root, "incidents", listing(alert.incidents))
    for info in alert.infos:
        _info(root, info)
    return root


def _info(root: Element, info: Info) -> None:
    at = etree.SubElement(root, f"{{{NS}}}info")
    put(at, "language", info.language)
    for word in info.categories:
        put(at, "category", word)
    put(at, "event", info.event)
    for word in info.responses:
        put(at, "responseType", word)
    put(at, "urgency", info.urgency)
    put(at, "severity", info.severity)
    put(at, "certainty", info.certainty)
    put(at, "audience", info.audience)
    _pairs(at, "eventCode", info.event_codes)
    for name, value in (("effective", info.effective), ("onset", info.onset), ("expires", info.expires)):
        put(at, name, moment(value) if value else "")
    put(at, "senderName", info.sender_name)
    put(at, "headline", info.headline)
    put(at, "description", info.description)
    put(at, "instruction", info.instruction)
    put(at, "web", info.web)
    put(at, "contact", info.contact)
    _pairs(at, "parameter", info.parameters)
    for resource in info.resources:
        _resource(at, resource)
    for area in info.areas:
        _area(at, area)


def _resource(info: Element, resource: Resource) -> None:
    at = etree.SubElement(info, f"{{{NS}}}resource")
    put(at, "resourceDesc", resource.description)
    put(at, "mimeType", resource.mime_type)
    put(at, "size", "" if resource.size is None else str(resource.size))
    put(at, "uri", resource.uri)
    put(at, "derefUri", resource.content)
    put(at, "digest", resource.digest)


def _area(info: Element, area: Area) -> None:
    at = etree.SubElement(info, f"{{{NS}}}area")
    put(at, "areaDesc", area.description)
    for ring in area.polygons:
        put(at, "polygon", line(ring))
    for circle in area.circles:
        put(at, "circle", f"{place(circle.centre)} {number(circle.radius_km)}")
    _pairs(at, "geocode", area.geocodes)
    put(at, "altitude", "" if area.altitude is None else number(area.altitude))
    put(at, "ceiling", "" if area.ceiling is None else number(area.ceiling))


def _pairs(at: Element, name: str, pairs: tuple[Pair, ...]) -> None:
    for key, value in pairs:
        pair = etree.SubElement(at, f"{{{NS}}}{name}")
        etree.SubElement(pair, f"{{{NS}}}valueName").text = key
        etree.SubElement(pair, f"{{{NS}}}value").text = value


def put(at: Element, name: str, text: str) -> None:
    """A child with text; an empty one is left out."""
    if text:
        etree.SubElement(at, f"{{{NS}}}{name}").text = UNWRITABLE.sub("", text.replace("\r\n", "\n"))


def moment(when: datetime) -> str:
    """To the second, with an offset; UTC is written -00:00, as the standard has it."""
    text = when.replace(microsecond=0).isoformat()
    return f"{text[:-6]}-00:00" if when.utcoffset() == timedelta(0) else text


def reference(one: Reference) -> str:
    """`sender,identifier,sent`."""
    return f"{one.sender},{one.identifier},{moment(one.sent)}"


def number(value: float) -> str:
    """Without an exponent; seven digits after the point are a centimetre."""
    text = f"{value:.7f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def place(point: LonLat) -> str:
    """Latitude first: CAP has it so."""
    return f"{number(point.lat)},{number(point.lon)}"


def line(ring: Ring) -> str:
    """Pairs by blanks."""
    return " ".join(map(place, ring))


def listing(words: tuple[str, ...]) -> str:
    """Words by blanks, in quotes where one holds blanks."""
    return " ".join(f'"{word}"' if any(c.isspace() for c in word) else word for word in words)
