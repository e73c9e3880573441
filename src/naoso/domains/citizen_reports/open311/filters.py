"""What a GET asks for: read strictly, so that a misspelt filter never gives everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from naoso.domains.citizen_reports.open311.speaking import Refused
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat

WINDOW = timedelta(days=90)
MOST = 1000
DEEPEST = 10_000
FARTHEST_M = 50_000
NEAR_M = 1000
STATUSES = frozenset({"open", "closed"})


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of the standard and of its usual extensions (place, page, changes)."""

    ids: tuple[int, ...] = ()
    service_codes: tuple[str, ...] = ()
    statuses: frozenset[str] = STATUSES
    start: datetime | None = None
    end: datetime | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    place: LonLat | None = None
    radius_m: int = NEAR_M
    page: int = 1
    page_size: int = MOST

    @property
    def rows(self) -> slice:
        """The page."""
        return slice((self.page - 1) * self.page_size, self.page * self.page_size)


def asked(given: Mapping[str, str], now: datetime) -> Asked:
    """Raises Refused naming the parameter and what it should be."""
    ids = several(given, "service_request_id")
    if ids:  # the standard: an id overrides every other filter
        return Asked(ids=tuple(number_of_report(one) for one in ids[:MOST]))
    place = place_of(given)
    changed = moment(given, "updated_after"), moment(given, "updated_before")
    start, end = window(given, now, bounded=changed == (None, None))
    page, size = pages(given)
    return Asked(
        service_codes=tuple(several(given, "service_code")),
        statuses=statuses(given),
        start=start,
        end=end,
        updated_after=changed[0],
        updated_before=changed[1],
        place=place,
        radius_m=int(decimal(given, "radius", NEAR_M, least=1, most=FARTHEST_M)),
        page=page,
        page_size=size,
    )


def several(given: Mapping[str, str], name: str) -> list[str]:
    """`a,b` → both."""
    return [part.strip() for part in given.get(name, "").split(",") if part.strip()]


def number_of_report(text: str) -> int:
    """Our ids are numbers; another text is simply not found."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refused(404, "service_request_id was not found")
    return int(text)


def statuses(given: Mapping[str, str]) -> frozenset[str]:
    """open, closed or both."""
    wanted = frozenset(part.lower() for part in several(given, "status"))
    if not wanted <= STATUSES:
        raise Refused(400, "status must be open or closed")
    return wanted or STATUSES


def moment(given: Mapping[str, str], name: str) -> datetime | None:
    """ISO 8601; without a zone it is UTC, as the standard's examples are."""
    text = given.get(name, "").strip().replace(" ", "+")  # an unquoted + arrives as a blank
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(400, f"{name} must be a date and time such as 2026-01-01T00:00:00Z") from None


def window(
    given: Mapping[str, str], now: datetime, *, bounded: bool
) -> tuple[datetime | None, datetime | None]:
    """At most 90 days; without both ends the last 90, with one the 90 beside it."""
    start, end = moment(given, "start_date"), moment(given, "end_date")
    if start is None and end is None:
        return (now - WINDOW, None) if bounded else (None, None)
    try:
        start, end = start or (end or now) - WINDOW, end or (start or now) + WINDOW
    except OverflowError:
        raise Refused(400, "start_date and end_date must be dates of this age") from None
    if end < start:
        raise Refused(400, "end_date must not lie before start_date")
    if end - start > WINDOW:
        raise Refused(400, "start_date and end_date may span at most 90 days")
    return start, end


def place_of(given: Mapping[str, str]) -> LonLat | None:
    """Both lat and long, or neither."""
    if not given.get("lat", "").strip() and not given.get("long", "").strip():
        return None
    return lon_lat(given)


def lon_lat(given: Mapping[str, str]) -> LonLat:
    """Raises Refused for what is no place on the earth."""
    try:
        return LonLat.checked(float(given.get("long", "")), float(given.get("lat", "")))
    except ValueError:
        raise Refused(400, "lat and long must both be given, as decimal degrees (WGS 84)") from None
    except BadInput as error:
        raise Refused(400, error.errors[0].message) from error


def decimal(given: Mapping[str, str], name: str, default: float, *, least: float, most: float) -> float:
    """Between the bounds, or refused."""
    text = given.get(name, "").strip()
    try:
        value = float(text) if text else default
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise Refused(400, f"{name} must be a number from {least:g} to {most:g}")
    return value


def pages(given: Mapping[str, str]) -> tuple[int, int]:
    """Deep pages are refused: a narrower time finds the same."""
    page = int(decimal(given, "page", 1, least=1, most=DEEPEST))
    size = int(decimal(given, "page_size", MOST, least=1, most=MOST))
    if page * size > DEEPEST:
        raise Refused(
            400, f"only the first {DEEPEST} requests can be paged through; narrow start_date, end_date"
        )
    return page, size
