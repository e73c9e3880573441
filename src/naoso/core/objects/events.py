"""What happens to city objects."""

from __future__ import annotations

from collections.abc import Iterable

from naoso.core.objects.models import CityObject, ObjectKind, Suggestion
from naoso.kernel.events import Audience, Event

MOST_TOLD = 200


def objects_changed(kind: ObjectKind, rows: Iterable[CityObject], spots: Iterable[int]) -> list[Event]:
    """One event for each owner and unit: open maps fetch the tiles of these spots again.

    Of more than 200 objects nothing is named: everything of the kind is fetched again.
    """
    told: dict[tuple[int, int | None], list[int]] = {}
    for row in rows:
        told.setdefault((row.owner_id, row.unit_id), []).append(row.pk)
    where = sorted(set(spots))
    small = len(where) <= MOST_TOLD and sum(map(len, told.values())) <= MOST_TOLD
    return [
        Event(
            name="objects.changed",
            data={
                "kind": kind.slug,
                "ids": ids if small else [],
                "spots": [str(spot) for spot in where] if small else [],
                "all": not small,
            },
            audience=Audience("objects.view", owner, unit),
        )
        for (owner, unit), ids in told.items()
    ]


def all_changed(kind: ObjectKind) -> Event:
    """Everything of the kind is fetched again, by whoever sees any of it."""
    data = {"kind": kind.slug, "ids": [], "spots": [], "all": True}
    return Event(name="objects.changed", data=data, audience=Audience("objects.view"))


def kind_changed(kind: ObjectKind, what: str) -> Event:
    """A kind was declared, changed, retired or revived."""
    data = {"kind": kind.slug, "version": kind.version, "what": what}
    return Event(name="objects.kind_changed", data=data, audience=Audience("objects.view"))


def suggestion_made(suggestion: Suggestion) -> Event:
    """Somebody suggests an edit."""
    return Event(
        name="objects.suggestion_made",
        data={"suggestion": suggestion.pk, "kind": suggestion.kind.slug, "object": suggestion.object_id},
        audience=Audience("objects.edit", suggestion.owner_id, suggestion.unit_id),
    )


def suggestion_decided(suggestion: Suggestion) -> Event:
    """It was approved or refused."""
    return Event(
        name="objects.suggestion_decided",
        data={"suggestion": suggestion.pk, "decision": suggestion.decision},
        audience=Audience("objects.view", suggestion.owner_id, suggestion.unit_id),
    )
