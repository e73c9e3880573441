"""What everybody may read: public reports in public words, under a number that is not their key."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, Value
from django.utils import timezone

from naoso.core.places.models import UNIT_SHAPES
from naoso.domains.citizen_reports.models import Category, Report, ReportQuerySet
from naoso.domains.citizen_reports.rules.words import without_personal_data
from naoso.domains.citizen_reports.selectors.inbox import below, read_key, write_key
from naoso.domains.citizen_reports.selectors.nearby import for_everybody
from naoso.domains.citizen_reports.words import Words
from naoso.domains.citizen_reports.workflow import ENDED, OPEN, State
from naoso.kernel.text import folded

PAGE = 24
STATES = {"open": OPEN, "answered": {State.ANSWERED}, "rejected": {State.REJECTED}}
PRIVATE_COLUMNS = ("text", "answers", "place_text", "held_reason", "pause_reason", "rating_text", "routed_by")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader of the public list asks for; what is empty does not narrow."""

    category: Category | None = None
    state: str = ""
    unit_id: int | None = None
    days: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class PublicReport:
    """One report as everybody reads it. It has no code: that is the sender's key."""

    number: int
    report: Report
    text: str
    answer: str
    photos: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PublicPage:
    """Some of them and the key after the last; no key: there are no more."""

    rows: list[PublicReport]
    after: str = ""


def public_rows() -> ReportQuerySet:
    """Public, not held, not joined to another; without what only officers read."""
    rows = for_everybody().filter(held=False).exclude(state=State.MERGED)
    return rows.defer(*UNIT_SHAPES, *PRIVATE_COLUMNS)


def narrowed(wanted: Wanted) -> ReportQuerySet:
    """The rows, not ordered. Words are looked for in the public text alone."""
    rows = public_rows()
    if wanted.category:
        rows = rows.filter(category__in=below(wanted.category))
    if wanted.unit_id:
        rows = rows.filter(unit_id=wanted.unit_id)
    if wanted.state in STATES:
        rows = rows.filter(state__in=sorted(STATES[wanted.state]))
    if wanted.days:
        rows = rows.filter(created_at__gte=timezone.now() - dt.timedelta(days=wanted.days))
    if wanted.text:
        rows = rows.alias(words=Words(Value(""), "public_text")).filter(words__contains=folded(wanted.text))
    return rows


def public_page(wanted: Wanted, *, after: str = "", size: int = PAGE) -> PublicPage:
    """The newest first, by key: the hundredth page costs what the first costs."""
    rows = narrowed(wanted)
    key = read_key(after)
    if key is not None:
        at, pk = key
        rows = rows.filter(created_at__lte=at).filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=pk))
    found = list(rows.order_by(F("created_at").desc(), F("id").desc())[: size + 1])
    shown = found[:size]
    more = write_key(shown[-1].created_at, shown[-1].pk) if len(found) > size else ""
    return PublicPage([told(row) for row in shown], more)


def public_report(pk: int) -> PublicReport | None:
    """One of them."""
    row = public_rows().filter(pk=pk).first()
    return told(row) if row else None


def told(row: Report) -> PublicReport:
    """The row in public words; an answer may name a telephone, which is covered too."""
    answer = without_personal_data(row.answer) if row.state in ENDED else ""
    return PublicReport(row.pk, row, row.public_text, answer, getattr(row, "public_photos", []))
