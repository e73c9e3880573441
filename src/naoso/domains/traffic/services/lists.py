"""Lists of plates, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.domains.traffic.hitting import locked_entries
from naoso.domains.traffic.models import ListEntry, WatchList
from naoso.domains.traffic.plates import Known, known
from naoso.domains.traffic.services.hits import let_go
from naoso.domains.traffic.services.writing import Actor, may, validated
from naoso.kernel.errors import BadInput

LISTS = "traffic.lists"
ADD = """
INSERT INTO traffic_listentry (watch_list_id, plate, folded, text, note, expires_on, added_at, added_by_id)
SELECT %s, plate, folded, text, note, until, now(), %s
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::date[])
    AS given (plate, folded, text, note, until)
ON CONFLICT (watch_list_id, plate) DO UPDATE
    SET removed_at = NULL, added_at = now(), added_by_id = excluded.added_by_id, text = excluded.text,
        note = excluded.note, expires_on = excluded.expires_on
    WHERE traffic_listentry.removed_at IS NOT NULL OR traffic_listentry.expires_on < %s
RETURNING plate
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One plate as it was written; `until` is a date."""

    text: str
    plate: Known
    note: str = ""
    until: object = None


def save_list(*, actor: Actor, watch_list: WatchList) -> WatchList:
    """Make or change a list; who changes its owner must hold the right at both."""
    if watch_list.pk:
        before = WatchList.objects.get(pk=watch_list.pk)
        may(actor, LISTS, owner_id=before.owner_id, unit_id=before.unit_id)
    may(actor, LISTS, owner_id=watch_list.owner_id, unit_id=watch_list.unit_id)
    if watch_list._state.adding:  # noqa: SLF001 - Django's own word for a row not yet stored
        watch_list.made_by = actor
    validated(watch_list)
    with recorded(actor):
        watch_list.save()
    return watch_list


def end_list(*, actor: Account, watch_list: WatchList, reason: str) -> WatchList:
    """From now on it finds nothing; its entries and hits stay, and no hit of it waits any more."""
    require(actor, LISTS, watch_list)
    if not reason.strip():
        raise BadInput.of("reason", "", "required", _("Say why the list ends."))
    with recorded(actor, reason):
        row = WatchList.objects.select_for_update().get(pk=watch_list.pk)
        row.ended_at = row.ended_at or timezone.now()
        row.save(update_fields=["ended_at"])
        let_go(actor=actor, entries=row.entries.all())
    return row


def add_entry(
    *,
    actor: Actor,
    watch_list: WatchList,
    text: str,
    note: str = "",
    expires_on: object = None,
    foreign: bool = False,
) -> ListEntry:
    """One plate. One that the grammar does not know is taken only when it is said to be foreign."""
    may(actor, LISTS, owner_id=watch_list.owner_id, unit_id=watch_list.unit_id)
    found = known(text) if foreign else in_grammar(text)
    if isinstance(expires_on, dt.date) and expires_on < timezone.localdate():
        raise BadInput.of("expires_on", expires_on.isoformat(), "future", _("This day is over already."))
    if found is None:
        raise BadInput.of("text", text, "plate", _("No Vietnamese plate is written like this."))
    with recorded(actor):
        if not add_lines(actor, watch_list, [Line(text.strip(), found, note, expires_on)]):
            raise BadInput.of("text", text, "once", _("This plate is on the list already."))
    return ListEntry.objects.get(watch_list=watch_list, plate=found.plate)


def in_grammar(text: str) -> Known | None:
    """A plate of the grammar, as written; nothing is repaired where a person types."""
    found = known(text)
    return found if found and found.in_grammar else None


def add_lines(actor: Actor, watch_list: WatchList, lines: Sequence[Line]) -> set[str]:
    """In the caller's transaction, by one statement; returns the plates that were not on the list before.

    One that was taken off, or whose day is over, is added as it is told now: nothing of the old line stays.
    """
    once = {line.plate.plate: line for line in lines}
    kept = list(once.values())
    columns: list[list[object]] = [
        [line.plate.plate for line in kept], [line.plate.folded for line in kept],
        [line.text[:40] for line in kept], [line.note[:200] for line in kept], [line.until for line in kept],
    ]  # fmt: skip
    with connection.cursor() as cursor:
        by = actor.pk if actor else None
        cursor.execute(ADD, [watch_list.pk, by, *columns, timezone.localdate()])
        return {row[0] for row in cursor.fetchall()}


def remove_entry(*, actor: Account, entry: ListEntry, reason: str = "") -> ListEntry:
    """It finds nothing any more; the row stays for its hits, of which none waits any more."""
    require(actor, LISTS, entry.watch_list)
    with recorded(actor, reason):
        (row,) = locked_entries([entry.pk])
        row.removed_at = row.removed_at or timezone.now()
        row.save(update_fields=["removed_at"])
        let_go(actor=actor, entries=ListEntry.objects.filter(pk=row.pk))
    return row
