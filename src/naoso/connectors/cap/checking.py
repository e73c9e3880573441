"""The rules of CAP 1.2 that a schema cannot say, and those that we add before anything is published."""

from __future__ import annotations

import re
from collections.abc import Iterator

from naoso.connectors.cap import alert as cap
from naoso.connectors.cap.alert import Alert, Area, Info
from naoso.kernel.errors import FieldError

TOKEN = re.compile(r"[^\s,<&]+")
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
UNWRITABLE = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LEAST_POINTS = 4


def broken_rules(alert: Alert) -> tuple[FieldError, ...]:
    """Every rule of the standard that the alert breaks."""
    return (*_head(alert), *_infos(alert))


def doubts(alert: Alert) -> tuple[FieldError, ...]:
    """What the standard allows and we do not publish: named on import, refused on publishing."""
    return tuple(_doubts(alert))


def one_of(field: str, value: str, allowed: tuple[str, ...]) -> Iterator[FieldError]:
    """A closed list of words."""
    if value not in allowed:
        yield FieldError(field, value, "enum", f"must be one of {', '.join(allowed)}")


def _head(alert: Alert) -> Iterator[FieldError]:
    for field, value in (("identifier", alert.identifier), ("sender", alert.sender)):
        if not TOKEN.fullmatch(value):
            yield FieldError(field, value, "token", "must be given, without blanks, commas, < and &")
    yield from one_of("status", alert.status, cap.STATUS)
    yield from one_of("msgType", alert.message_type, cap.MESSAGE_TYPE)
    yield from one_of("scope", alert.scope, cap.SCOPE)
    if alert.message_type in cap.REFERRING and not alert.references:
        yield FieldError("references", "", "references", f"{alert.message_type} must refer to a message")
    if alert.scope == "Restricted" and not alert.restriction:
        yield FieldError("restriction", "", "required", "must be given where the scope is Restricted")
    if alert.scope == "Private" and not alert.addresses:
        yield FieldError("addresses", "", "required", "must be given where the scope is Private")
    if alert.sent.tzinfo is None:
        yield FieldError("sent", alert.sent, "offset", "must carry an offset")


def _infos(alert: Alert) -> Iterator[FieldError]:
    for number, info in enumerate(alert.infos):
        yield from _info(f"info[{number}]", info, alert)


def _info(at: str, info: Info, alert: Alert) -> Iterator[FieldError]:
    if not info.event:
        yield FieldError(f"{at}.event", "", "required", "must be given")
    if not info.categories:
        yield FieldError(f"{at}.category", "", "required", "must be given")
    yield from _words(at, info)
    if not LANGUAGE.fullmatch(info.language):
        yield FieldError(
            f"{at}.language", info.language, "language", "must be a tag of RFC 3066, such as vi-VN"
        )
    yield from _times(at, info, alert)
    for number, area in enumerate(info.areas):
        yield from _area(f"{at}.area[{number}]", area)
    for number, resource in enumerate(info.resources):
        if not resource.description or not resource.mime_type:
            yield FieldError(
                f"{at}.resource[{number}]", resource.description, "required", "must be described"
            )


def _words(at: str, info: Info) -> Iterator[FieldError]:
    for name, words, allowed in (
        ("category", info.categories, cap.CATEGORY),
        ("responseType", info.responses, cap.RESPONSE),
        ("urgency", (info.urgency,), cap.URGENCY),
        ("severity", (info.severity,), cap.SEVERITY),
        ("certainty", (info.certainty,), cap.CERTAINTY),
    ):
        for word in words:
            yield from one_of(f"{at}.{name}", word, allowed)


def _times(at: str, info: Info, alert: Alert) -> Iterator[FieldError]:
    for name, value in (("effective", info.effective), ("onset", info.onset), ("expires", info.expires)):
        if value is not None and value.tzinfo is None:
            yield FieldError(f"{at}.{name}", value, "offset", "must carry an offset")
            return
    if info.expires and alert.sent.tzinfo and info.expires <= alert.sent:
        yield FieldError(f"{at}.expires", info.expires.isoformat(), "expires-order", "must lie after sent")


def _area(at: str, area: Area) -> Iterator[FieldError]:
    if not area.description:
        yield FieldError(f"{at}.areaDesc", "", "required", "must be given")
    for number, ring in enumerate(area.polygons):
        field = f"{at}.polygon[{number}]"
        if len(ring) < LEAST_POINTS:
            yield FieldError(field, f"{len(ring)} points", "points", "must have at least 4 points")
        elif ring[0] != ring[-1]:
            yield FieldError(field, f"{ring[-1]}", "closed", "must end where it begins")
    for number, circle in enumerate(area.circles):
        if circle.radius_km < 0:
            yield FieldError(f"{at}.circle[{number}]", circle.radius_km, "radius", "must not be negative")
    if area.ceiling is not None and area.altitude is None:
        yield FieldError(f"{at}.ceiling", area.ceiling, "altitude", "needs an altitude")


def _doubts(alert: Alert) -> Iterator[FieldError]:
    if not alert.infos:
        yield FieldError("info", "", "required", "says nothing: there is no info")
    for at, info in ((f"info[{number}]", info) for number, info in enumerate(alert.infos)):
        if info.expires is None:
            yield FieldError(f"{at}.expires", "", "required", "names no end")
        if not info.headline:
            yield FieldError(f"{at}.headline", "", "required", "has no headline")
        if not info.areas:
            yield FieldError(f"{at}.area", "", "required", "names no area")
        yield from _points(at, info)


def _points(at: str, info: Info) -> Iterator[FieldError]:
    for number, area in enumerate(info.areas):
        for order, circle in enumerate(area.circles):
            if circle.radius_km == 0:
                field = f"{at}.area[{number}].circle[{order}]"
                yield FieldError(field, 0, "circle-zero", "is a point: nobody lives in it")
