"""What an object was: its versions in words, and how it stood on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.objects.models import CityObject, PastObject, State
from naoso.core.objects.pages.showing import NOTHING, in_words
from naoso.core.objects.selectors import seen_fields, titles_of_units, versions
from naoso.core.people.models import Account, Organisation
from naoso.kernel.kinds import Field

Standing = CityObject | PastObject
METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Change:
    """One thing before and after, in words."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Version:
    """What a change made of the object: who, when, why. `number` is the version that it began."""

    number: int
    at: dt.datetime
    who: str
    why: str
    changes: list[Change]
    first: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """Ids of people, bodies and units as words."""

    people: dict[int, str]
    bodies: dict[int, str]
    units: dict[int, str]


def history(row: CityObject, user: Account) -> list[Version]:
    """The newest first; the first version is the adding."""
    past = versions(row)
    steps: list[Standing] = [row, *past]
    names = names_of(steps, past)
    fields = seen_fields(row.kind, user)
    told = [
        Version(
            number=now.version,
            at=before.until,
            who=names.people.get(before.ended_by_id or 0, _("the system")),
            why=before.reason,
            changes=differences(before, now, fields, names),
        )
        for now, before in zip(steps, past, strict=False)
    ]
    first = steps[-1]
    began = first.since if isinstance(first, PastObject) else first.changed_at
    who = names.people.get(first.changed_by_id or 0, _("the system"))
    return [*told, Version(first.version, began, who, "", [], first=True)]


def names_of(steps: Iterable[Standing], past: Iterable[PastObject]) -> Names:
    """Three queries, however many versions."""
    listed = list(steps)
    people = {one.changed_by_id for one in listed} | {one.ended_by_id for one in past}
    accounts = Account.objects.filter(pk__in=[pk for pk in people if pk])
    bodies = Organisation.objects.filter(pk__in={one.owner_id for one in listed})
    return Names(
        people={account.pk: str(account) for account in accounts},
        bodies={body.pk: str(body) for body in bodies},
        units=titles_of_units({one.unit_id for one in listed if one.unit_id}),
    )


def differences(before: Standing, now: Standing, fields: list[Field], names: Names) -> list[Change]:
    """What the change changed."""
    found = [
        Change(str(field.title), with_unit(field, before.data), with_unit(field, now.data))
        for field in fields
        if before.data.get(field.name) != now.data.get(field.name)
    ]
    for title, old, new in facts(before, now, names):
        if old != new:
            found.append(Change(title, old, new))
    if before.shape != now.shape:
        found.append(Change(_("Place"), *moved(before, now)))
    return found


def with_unit(field: Field, data: dict[str, Any]) -> str:
    """A value with its unit."""
    words = in_words(field, data.get(field.name))
    return f"{words} {field.unit}" if field.unit and words != NOTHING else words


def facts(before: Standing, now: Standing, names: Names) -> list[tuple[str, str, str]]:
    """What every object has."""
    return [
        (_("Code"), before.code, now.code),
        (_("State"), str(State(before.state).label), str(State(now.state).label)),
        (_("Owner"), names.bodies.get(before.owner_id, NOTHING), names.bodies.get(now.owner_id, NOTHING)),
        (
            _("Administrative unit"),
            names.units.get(before.unit_id or 0, NOTHING),
            names.units.get(now.unit_id or 0, NOTHING),
        ),
        (_("Since"), day(before.valid_from), day(now.valid_from)),
        (_("Until"), day(before.valid_to), day(now.valid_to)),
    ]


def day(value: dt.date | None) -> str:
    """A day or a dash."""
    return value.strftime("%d/%m/%Y") if value else NOTHING


def moved(before: Standing, now: Standing) -> tuple[str, str]:
    """Where it was, and how far it went."""
    old, new = before.shape.centroid, now.shape.centroid
    metres = old.distance(new) * METRES_A_DEGREE
    after = place(new)
    if metres >= 0.1:
        after += " " + _("(moved %(metres)s m)") % {"metres": f"{metres:.1f}".replace(".", ",")}
    else:
        after = _("reshaped")
    return place(old), after


def place(point: Any) -> str:
    """Latitude and longitude."""
    return f"{point.y:.6f}, {point.x:.6f}"


def standing_on(row: CityObject, on: dt.date) -> Standing | None:
    """The object as it was at the end of a day; None where it was not there yet."""
    end = timezone.make_aware(dt.datetime.combine(on + dt.timedelta(days=1), dt.time.min))
    if row.changed_at < end:
        return row
    return PastObject.objects.filter(object_id=row.pk, since__lt=end, until__gte=end).first()
