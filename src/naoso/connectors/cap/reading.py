"""CAP 1.0, 1.1 and 1.2 in XML → Alert. Everything that is wrong is named at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from math import isfinite
from typing import TypeVar

from naoso.connectors.cap.alert import (
    DEFAULT_LANGUAGE,
    Alert,
    Area,
    Circle,
    Info,
    Pair,
    Reference,
    Resource,
    Ring,
)
from naoso.connectors.cap.checking import broken_rules
from naoso.connectors.cap.markup import NAMESPACES, Element, local, text_of, tree_of
from naoso.kernel.errors import BadInput, FieldError
from naoso.kernel.geometry import LonLat
from naoso.kernel.text import nfc

WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
STRICT_WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
LISTED = re.compile(r'"([^"]*)"|(\S+)')
NEVER = datetime.fromisoformat("1900-01-01T00:00:00+00:00")
OLD_CERTAINTY = {"Very Likely": "Likely"}  # CAP 1.0
ELEMENTS = {
    "alert": "identifier sender password sent status msgType source scope restriction addresses code note "
    "references incidents info",
    "info": "language category event responseType urgency severity certainty audience eventCode effective "
    "onset expires senderName headline description instruction web contact parameter resource area",
    "resource": "resourceDesc mimeType size uri derefUri digest",
    "area": "areaDesc polygon circle geocode altitude ceiling",
    "pair": "valueName value",
}
MANY = frozenset(
    {"code", "info", "category", "responseType", "eventCode", "parameter", "resource", "area", "polygon",
     "circle", "geocode"}
)  # fmt: skip
T = TypeVar("T")


def parse(raw: bytes) -> Alert:
    """Raises BadInput with every rule that is broken, each with its field and value."""
    return alert_of(tree_of(raw))


def alert_of(root: Element) -> Alert:
    """The same of a tree that was read, or verified, already."""
    namespace, name = local(root)
    if name != "alert" or namespace not in NAMESPACES:
        raise BadInput.of(
            "alert", f"{{{namespace}}}{name}", "namespace", "is not an alert of CAP 1.0, 1.1 or 1.2"
        )
    reader = _Reader(namespace)
    found = reader.alert(root)
    errors = [*reader.errors, *broken_rules(found)]
    named = {error.field for error in reader.errors}
    rest = [error for error in errors[len(reader.errors) :] if error.field not in named]
    if reader.errors or rest:
        raise BadInput(*reader.errors, *rest)
    return found


class _Node:
    """The children of one element by name; what should stand once and stands twice is an error."""

    def __init__(self, reader: _Reader, element: Element, kind: str, at: str) -> None:
        self.reader, self.at = reader, at
        self.children: dict[str, list[Element]] = {}
        known = ELEMENTS[kind].split()
        for child in element:
            namespace, name = local(child)
            if namespace != reader.namespace:
                continue
            if name not in known:
                reader.wrong(f"{at}{name}", text_of(child).strip(), "element", f"is no element of {kind}")
            self.children.setdefault(name, []).append(child)
        for name, found in self.children.items():
            if len(found) > 1 and name not in MANY:
                reader.wrong(f"{at}{name}", f"{len(found)} times", "once", "must stand once")

    def text(self, name: str) -> str:
        found = self.children.get(name)
        return nfc(text_of(found[0])).strip() if found else ""

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(text for one in self.children.get(name, []) if (text := nfc(text_of(one)).strip()))

    def read(self, name: str, how: Callable[[str, str], T | None]) -> T | None:
        text = self.text(name)
        return how(f"{self.at}{name}", text) if text else None

    def read_all(self, name: str, how: Callable[[str, str], T | None]) -> tuple[T, ...]:
        read = (how(f"{self.at}{name}[{n}]", text) for n, text in enumerate(self.texts(name)))
        return tuple(one for one in read if one is not None)

    def each(self, name: str, how: Callable[[Element, str], T]) -> tuple[T, ...]:
        return tuple(how(one, f"{self.at}{name}[{n}].") for n, one in enumerate(self.children.get(name, [])))


class _Reader:
    """Reads on after an error, so that the sender hears of all of them."""

    def __init__(self, namespace: str) -> None:
        self.namespace, self.version = namespace, NAMESPACES[namespace]
        self.errors: list[FieldError] = []

    def wrong(self, field: str, value: object, rule: str, words: str) -> None:
        self.errors.append(FieldError(field, value, rule, words))

    def alert(self, root: Element) -> Alert:
        node = _Node(self, root, "alert", "")
        sent = node.read("sent", self.when)
        if sent is None and not node.text("sent"):
            self.wrong("sent", "", "required", "must be given")
        return Alert(
            identifier=node.text("identifier"), sender=node.text("sender"), sent=sent or NEVER,
            status=node.text("status"), message_type=node.text("msgType"), scope=node.text("scope"),
            source=node.text("source"), restriction=node.text("restriction"),
            addresses=listed(node.text("addresses")), codes=node.texts("code"), note=node.text("note"),
            references=self.references(node.text("references")), incidents=listed(node.text("incidents")),
            infos=node.each("info", self.info),
        )  # fmt: skip

    def info(self, element: Element, at: str) -> Info:
        node = _Node(self, element, "info", at)
        certainty = node.text("certainty")
        return Info(
            event=node.text("event"), categories=node.texts("category"), urgency=node.text("urgency"),
            severity=node.text("severity"), certainty=OLD_CERTAINTY.get(certainty, certainty),
            language=node.text("language") or DEFAULT_LANGUAGE, responses=node.texts("responseType"),
            audience=node.text("audience"), event_codes=self.pairs(node, "eventCode"),
            effective=node.read("effective", self.when), onset=node.read("onset", self.when),
            expires=node.read("expires", self.when), sender_name=node.text("senderName"),
            headline=node.text("headline"), description=node.text("description"),
            instruction=node.text("instruction"), web=node.text("web"), contact=node.text("contact"),
            parameters=self.pairs(node, "parameter"), resources=node.each("resource", self.resource),
            areas=node.each("area", self.area),
        )  # fmt: skip

    def resource(self, element: Element, at: str) -> Resource:
        node = _Node(self, element, "resource", at)
        size = node.read("size", self.number)
        return Resource(
            description=node.text("resourceDesc"), mime_type=node.text("mimeType"),
            size=int(size) if size is not None else None, uri=node.text("uri"), content=node.text("derefUri"),
            digest=node.text("digest"),
        )  # fmt: skip

    def area(self, element: Element, at: str) -> Area:
        node = _Node(self, element, "area", at)
        return Area(
            description=node.text("areaDesc"), polygons=node.read_all("polygon", self.ring),
            circles=node.read_all("circle", self.circle), geocodes=self.pairs(node, "geocode"),
            altitude=node.read("altitude", self.number), ceiling=node.read("ceiling", self.number),
        )  # fmt: skip

    def pairs(self, node: _Node, name: str) -> tuple[Pair, ...]:
        return node.each(name, self.pair)

    def pair(self, element: Element, at: str) -> Pair:
        if self.version == "1.0":
            key, _equals, value = text_of(element).strip().partition("=")
            return key.strip(), value.strip()
        inner = _Node(self, element, "pair", at)
        return inner.text("valueName"), inner.text("value")

    def when(self, field: str, text: str) -> datetime | None:
        strict = self.version == "1.2"
        shape = (STRICT_WHEN if strict else WHEN).fullmatch(text)
        try:
            moment = datetime.fromisoformat(text) if shape else None
        except ValueError:
            moment = None
        if moment is not None and moment.tzinfo is not None:
            return moment
        loose = WHEN.fullmatch(text)
        if loose and (loose[2] in {None, "Z"}):
            self.wrong(field, text, "offset", "must carry an offset such as +07:00, not Z")
        else:
            self.wrong(field, text, "date-time", "must be a time such as 2026-07-01T14:00:00+07:00")
        return None

    def number(self, field: str, text: str) -> float | None:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if isfinite(value):
            return value
        self.wrong(field, text, "number", "must be a number")
        return None

    def place(self, field: str, text: str) -> LonLat | None:
        try:
            lat, lon = map(float, text.split(","))
        except ValueError:
            self.wrong(field, text, "coordinates", "must be latitude,longitude in degrees")
            return None
        if -90 <= lat <= 90 and -180 <= lon <= 180:
            return LonLat(lon, lat)
        self.wrong(field, text, "range", "latitude lies in ±90 and longitude in ±180 degrees")
        return None

    def ring(self, field: str, text: str) -> Ring | None:
        read = [self.place(field, part) for part in text.split()]
        points = tuple(point for point in read if point)
        return points if len(points) == len(read) else None

    def circle(self, field: str, text: str) -> Circle | None:
        centre, _blank, radius = text.rpartition(" ")
        where, km = self.place(field, centre), self.number(field, radius)
        return Circle(where, km) if where and km is not None else None

    def references(self, text: str) -> tuple[Reference, ...]:
        found = []
        for part in text.split():
            pieces = part.split(",")
            if len(pieces) != 3 or not all(pieces):
                self.wrong("references", part, "reference-form", "must be sender,identifier,sent")
                continue
            sent = self.when("references", pieces[2])
            if sent:
                found.append(Reference(pieces[0], pieces[1], sent))
        return tuple(found)


def listed(text: str) -> tuple[str, ...]:
    """Words by blanks; one that holds blanks stands in quotes."""
    return tuple(quoted or bare for quoted, bare in LISTED.findall(text))
