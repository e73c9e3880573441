"""What follows when cameras go out or come back: outages, events, alerts, incidents; of many at once, one."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q

from naoso.core.alerts.services import receive
from naoso.core.outbox.services import emit_all
from naoso.core.people.rows import update_rows
from naoso.core.response.occurrences import respond
from naoso.domains.cameras.events import health_changed
from naoso.domains.cameras.models import Outage
from naoso.domains.cameras.rules.health import NEW, Known, is_ripe
from naoso.domains.cameras.watching import masses, telling
from naoso.domains.cameras.watching.book import Book, Page
from naoso.kernel.events import Event

Moved = Sequence[tuple[Page, Known]]
PATIENCE = dt.timedelta(minutes=30)
LITTLE_PATIENCE = dt.timedelta(minutes=5)


def draw(book: Book, moved: Moved, now: dt.datetime) -> None:
    """In the round's own transaction."""
    if moved:
        close([page for page, before in moved if before.is_out and not page.known.is_out], now)
        alter([page for page, before in moved if before.is_out and page.known.is_out])
        open_([(page, before) for page, before in moved if not before.is_out and page.known.is_out], now)
        emit_all(events_of(page for page, _before in moved))
        receive(telling.clock_findings(moved, now))
    waiting = list(Outage.objects.filter(ended_at=None, told_at=None, source_id__in=book.pages))
    grouped = masses.gather(book, waiting, now)
    tell([one for one in waiting if one.pk not in grouped], book, now)
    masses.end(now)
    open_incidents(book, now)


def open_(moved: Moved, now: dt.datetime) -> None:
    """From the first of the rounds that are believed. One that never worked alarms nobody."""
    Outage.objects.bulk_create(
        [
            Outage(
                source_id=page.pk, began_at=page.since or now, state=page.known.state,
                problems=picture_problems(page), told_at=now if before.state == NEW else None,
                responded_at=now if before.state == NEW else None,
            )
            for page, before in moved
        ],
        ignore_conflicts=True,  # another process opened it
    )  # fmt: skip


def picture_problems(page: Page) -> list[str]:
    """A wrong clock is no outage."""
    return [code for code in page.known.problems if code != "clock"]


def alter(pages: Iterable[Page]) -> None:
    """It is out for another reason now: the same outage goes on."""
    alike: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
    for page in pages:
        alike[page.known.state, tuple(picture_problems(page))].append(page.pk)
    for (state, problems), ids in alike.items():
        rows = Outage.objects.filter(ended_at=None, source_id__in=ids)
        rows.update(state=state, problems=list(problems))


def close(pages: Iterable[Page], now: dt.datetime) -> None:
    """Back again; whoever was told of it alone is told so."""
    by_source = {page.pk: page for page in pages}
    rows = list(Outage.objects.filter(ended_at=None, source_id__in=by_source))
    for row in rows:
        row.ended_at = max(row.began_at, by_source[row.source_id].since or now)
    update_rows(rows, ["ended_at"])
    alone = [row for row in rows if row.told_at and row.mass_id is None]
    receive([telling.out_finding(by_source[row.source_id], row, now, active=False) for row in alone])


def tell(waiting: Iterable[Outage], book: Book, now: dt.datetime) -> None:
    """An alert for each that no mass outage explains, a round after it was noticed."""
    due = [one for one in waiting if is_ripe(one.began_at, now)]
    for row in due:
        row.told_at = now
    update_rows(due, ["told_at"])
    receive([telling.out_finding(book.pages[row.source_id], row, now, active=True) for row in due])


def open_incidents(book: Book, now: dt.datetime) -> None:
    """For each that stays out; once an outage, so that one that people closed stays closed."""
    staying = Outage.objects.filter(
        ended_at=None, mass=None, responded_at=None, told_at__isnull=False, source_id__in=book.pages
    ).exclude(Q(began_at__gt=now - LITTLE_PATIENCE))
    due = [row for row in staying if now - row.began_at >= patience_with(book.pages[row.source_id])]
    for row in due:
        row.responded_at = now
    update_rows(due, ["responded_at"])
    respond([telling.out_occurrence(book.pages[row.source_id], row, now) for row in due])


def patience_with(page: Page) -> dt.timedelta:
    """Eyes of rescue wait less."""
    return LITTLE_PATIENCE if page.purpose in telling.GRAVE else PATIENCE


def events_of(pages: Iterable[Page]) -> list[Event]:
    """One for each body and unit: two hundred cameras are not two hundred events."""
    by_scope: dict[tuple[int, int | None], list[tuple[int, str]]] = defaultdict(list)
    for page in pages:
        by_scope[page.owner_id, page.unit_id].append((page.camera_id, page.known.state))
    return [health_changed(owner, unit, states) for (owner, unit), states in by_scope.items()]
