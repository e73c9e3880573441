"""The officer's inbox: filters that an address carries, pages by key however deep."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import F, Prefetch, Q
from django.utils import timezone

from naoso.core.people.models import Account
from naoso.domains.citizen_reports.models import Category, Photo, Report, ReportQuerySet
from naoso.domains.citizen_reports.selectors.directory import Directory, directory
from naoso.domains.citizen_reports.selectors.lines import Row, lines
from naoso.domains.citizen_reports.selectors.reports import Reader
from naoso.domains.citizen_reports.words import Words
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.text import folded

PAGE = 50
SOON = dt.timedelta(hours=4)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the inbox is asked for; what is empty does not narrow."""

    text: str = ""
    state: str = ""
    category: Category | None = None
    unit_id: int | None = None
    owner_id: int | None = None
    who: str = ""
    queue: str = ""
    channel: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    handler_id: int | None = None
    ended_since: dt.date | None = None
    ended_until: dt.date | None = None
    older_than: int | None = None
    younger_than: int | None = None
    sort: str = "newest"


@dataclass(frozen=True, slots=True)
class KeyPage(Generic[T]):
    """Rows and the key after the last of them; no key: there are no more."""

    rows: list[T] = field(default_factory=list)
    after: str = ""


SHOWN = (
    *("code", "text", "state", "created_at", "due_at", "paused_at", "ended_at", "held", "reopened"),
    *("escalation", "version", "channel", "point", "category__title", "category__title_en", "category__icon"),
    *("category__code", "owner__name", "owner__name_en", "unit__name", "unit__kind", "unit__code"),
    *("handler__first_name", "handler__last_name", "handler__username"),
)


def lean(rows: ReportQuerySet) -> ReportQuerySet:
    """With what a line of a list shows, and no more."""
    first = Photo.objects.only("report_id", "key").order_by("id")
    return (
        rows.select_related("category", "owner", "unit", "handler")
        .only(*SHOWN)
        .prefetch_related(Prefetch("photos", first))
    )


def asked_for(user: Reader, asked: Asked) -> ReportQuerySet:
    """The rows in the reader's scope, not ordered."""
    rows = Report.objects.visible_to(user)
    if asked.queue != "held":
        rows = rows.filter(held=False)
    rows = rows.filter(**{name: value for name, value in narrowing(asked) if value})
    if asked.text:
        rows = rows.alias(words=Words("code", "text")).filter(words__contains=folded(asked.text))
    return in_queue(of_whom(in_state(rows, asked.state), user, asked.who), asked.queue)


def narrowing(asked: Asked) -> Iterator[tuple[str, Any]]:
    """Conditions with their values; an empty value does not narrow."""
    yield "category__in", below(asked.category) if asked.category else None
    yield "unit_id", asked.unit_id
    yield "owner_id", asked.owner_id
    yield "channel", asked.channel
    yield "created_at__gte", midnight(asked.since) if asked.since else None
    yield "created_at__lt", midnight(asked.until + dt.timedelta(days=1)) if asked.until else None
    yield "handler_id", asked.handler_id
    yield "ended_at__gte", midnight(asked.ended_since) if asked.ended_since else None
    yield "ended_at__lt", midnight(asked.ended_until + dt.timedelta(days=1)) if asked.ended_until else None
    yield "created_at__lte", days_ago(asked.older_than)
    yield "created_at__gt", days_ago(asked.younger_than)


def days_ago(days: int | None) -> dt.datetime | None:
    """That many days before now; none for none."""
    return timezone.now() - dt.timedelta(days=days) if days else None


def in_state(rows: ReportQuerySet, state: str) -> ReportQuerySet:
    """Open ones unless asked otherwise."""
    if state == "all":
        return rows
    return rows.filter(state=state) if state else rows.open()


def midnight(day: dt.date) -> dt.datetime:
    """When the day begins here."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def of_whom(rows: ReportQuerySet, user: Reader, who: str) -> ReportQuerySet:
    """Mine, or nobody's yet."""
    if who == "me":
        return rows.filter(handler=user) if isinstance(user, Account) else rows.none()
    return rows.filter(handler=None) if who == "nobody" else rows


def in_queue(rows: ReportQuerySet, queue: str) -> ReportQuerySet:
    """The queues that an operator works through."""
    now = timezone.now()
    queues = {
        "late": Q(due_at__lt=now, paused_at=None),
        "soon": Q(due_at__gte=now, due_at__lt=now + SOON, paused_at=None),
        "untaken": Q(state=State.NEW),
        "escalated": Q(escalation__gt=0),
        "reopened": Q(reopened__gt=0),
        "fallback": Q(in_fallback=True),
        "held": Q(held=True),
        "ended_late": Q(ended_at__gt=F("due_at")),
        "rated": Q(rating__isnull=False),
    }
    return rows.filter(queues[queue]) if queue in queues else rows


def below(category: Category) -> list[int]:
    """The category and all parts of it."""
    parents: dict[int | None, list[int]] = {}
    for row in directory().categories.values():
        parents.setdefault(row.parent_id, []).append(row.pk)
    found, turn = [category.pk], [category.pk]
    while turn:
        turn = [child for one in turn for child in parents.get(one, []) if child not in found]
        found += turn
    return found


def page_of(
    rows: ReportQuerySet, book: Directory, *, sort: str = "newest", after: str = "", size: int = PAGE
) -> KeyPage[Row]:
    """One page by its key: the hundredth costs what the first costs."""
    column, down = ("due_at", False) if sort == "due" else ("created_at", True)
    key = read_key(after)
    if key is not None:
        at, pk = key
        edge, beyond = ("lte", "lt") if down else ("gte", "gt")
        rows = rows.filter(**{f"{column}__{edge}": at}).filter(
            Q(**{f"{column}__{beyond}": at}) | Q(**{column: at, f"id__{beyond}": pk})
        )
    order = [F(column).desc(), F("id").desc()] if down else [F(column).asc(), F("id").asc()]
    found = lines(rows.order_by(*order)[: size + 1], book)
    more, shown = len(found) > size, found[:size]
    return KeyPage(shown, write_key(getattr(shown[-1], column), shown[-1].pk) if more else "")


def write_key(at: dt.datetime, pk: int) -> str:
    """A key that fits an address."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), pk]).encode()).decode().rstrip("=")


def read_key(text: str) -> tuple[dt.datetime, int] | None:
    """None for no key, and for one that nobody here wrote."""
    try:
        at, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        moment = dt.datetime.fromisoformat(at)
        return (moment, int(pk)) if timezone.is_aware(moment) else None
    except (ValueError, TypeError, binascii.Error):
        return None


MOST_COUNTED = 1000
QUEUES = ("untaken", "late", "soon", "escalated", "reopened", "fallback", "held")


def counts(user: Reader) -> dict[str, int]:
    """How many wait in each queue and for the reader; more than a thousand is said as a thousand."""
    found = {
        queue: asked_for(user, Asked(queue=queue)).order_by()[: MOST_COUNTED + 1].count() for queue in QUEUES
    }
    return found | {"me": asked_for(user, Asked(who="me")).order_by()[: MOST_COUNTED + 1].count()}


BOARD = (State.NEW, State.ACCEPTED, State.WAITING, State.OUTSIDE, State.ANSWERED)
COLUMN = 25
ANSWERED_SINCE = dt.timedelta(days=7)


def board(user: Reader, asked: Asked) -> list[dict[str, Any]]:
    """A column for each state: what is due first stands first, answers of the last week at the end."""
    columns = []
    for state in BOARD:
        rows = asked_for(user, Asked(**{**as_dict(asked), "state": state.value}))
        if state == State.ANSWERED:
            rows = rows.filter(ended_at__gte=timezone.now() - ANSWERED_SINCE).order_by("-ended_at")
        else:
            rows = rows.order_by("due_at", "id")
        found = list(lean(rows)[: COLUMN + 1])
        columns.append({"state": state, "rows": found[:COLUMN], "more": len(found) > COLUMN})
    return columns


def as_dict(asked: Asked) -> dict[str, Any]:
    """Its fields by name."""
    return {name: getattr(asked, name) for name in Asked.__slots__}
