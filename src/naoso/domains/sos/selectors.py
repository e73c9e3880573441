"""Reads of calls, in the reader's scope."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Case, Q, When
from django.utils import timezone

from naoso.core.people.audit import note_read
from naoso.core.people.models import Account
from naoso.core.people.scope import User
from naoso.core.places.models import UNIT_SHAPES
from naoso.domains.sos.models import Call, CallQuerySet, Desk
from naoso.domains.sos.workflow import State
from naoso.kernel.ids import normalise_code

NOTED_FOR_S = 600  # a part that refreshes itself is one look, not a hundred
SHOWN_ON_TRACK = 12


def calls(user: User, permission: str = "sos.view") -> CallQuerySet:
    """With what a list shows of each."""
    rows = Call.objects.permitted_to(user, permission).select_related("owner", "unit")
    return rows.defer(*UNIT_SHAPES)


def listed(user: User, *, text: str = "", state: str = "", kind: str = "", mark: str = "") -> CallQuerySet:
    """Those that nobody has seen first, then the newest."""
    rows = calls(user)
    if state == "open":
        rows = rows.open()
    elif state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind="" if kind == "none" else kind)
    if mark:
        rows = rows.filter(**MARKS[mark])
    if text.strip():
        rows = matching(user, rows, text)
    first = Case(When(state=State.RECEIVED, then=0), When(state=State.CLOSED, then=2), default=1)
    return rows.order_by(first, "-created_at", "-id")


MARKS: dict[str, dict[str, Any]] = {
    "many": {"many": True}, "outside": {"outside": True}, "silent": {"silent": True},
    "false": {"false_before__gte": 3}, "placeless": {"point": None},
}  # fmt: skip


def matching(user: User, rows: CallQuerySet, text: str) -> CallQuerySet:
    """By code, or by a phone number; looking for a number is noted."""
    digits = "".join(c for c in text if c.isdigit())
    found = Q(code__startswith=normalise_code(text)) if normalise_code(text) else Q(pk__in=())
    if len(digits) >= 6 and len(digits) >= len(text.strip()) - 5:
        if isinstance(user, Account):
            note_read(user, "sos:phone:search", f"searched {digits[:3]}…{digits[-3:]}")
        local = "0" + digits[2:] if digits.startswith("84") else digits
        found |= Q(phone__contains=local)
    return rows.filter(found)


def search(user: User, text: str, limit: int = 8) -> list[dict[str, str]]:
    """Hits for the search over everything."""
    if len(text.strip()) < 4:
        return []
    return [
        {
            "title": f"{row} · {row.title}",
            "detail": f"{timezone.localtime(row.created_at):%H:%M %d/%m/%Y} · {row.get_state_display()}",
            "url": f"/sos/calls/{row.pk}/",
        }
        for row in matching(user, calls(user), text)[:limit]
    ]


def followed(token: object) -> Call | None:
    """The call that a token opens, for the caller."""
    return Call.objects.filter(token=token).select_related("owner", "unit").defer(*UNIT_SHAPES).first()  # type: ignore[misc]


def desk() -> Desk:
    """The one row, or what it would be."""
    return Desk.objects.filter(pk=1).first() or Desk(pk=1)


def note_phone_read(user: User, call: Call) -> None:
    """Whoever sees the number leaves a row, once in ten minutes for the same call."""
    if not isinstance(user, Account) or not call.phone:
        return
    if cache.add(f"sos:read:{user.pk}:{call.pk}", True, NOTED_FOR_S):
        note_read(user, call.subject, "phone number shown")


@dataclass(frozen=True, slots=True)
class Step:
    """One state as the caller reads it."""

    code: str
    label: str
    at: dt.datetime | None


def steps(call: Call) -> list[Step]:
    """In their order; those that have not come have no time."""
    times = {
        State.RECEIVED: call.created_at, State.SEEN: call.seen_at, State.HELPING: call.helping_at,
        State.CLOSED: call.closed_at,
    }  # fmt: skip
    return [Step(state.value, str(state.label), at) for state, at in times.items()]


def track(call: Call) -> list[Any]:
    """Newest fixes first."""
    return list(call.positions.order_by("-at")[:SHOWN_ON_TRACK])


def counts(user: User) -> dict[str, int]:
    """How many are open in each state."""
    rows = Call.objects.visible_to(user).open().order_by().values_list("state", flat=True)
    found: dict[str, int] = {}
    for state in rows:
        found[state] = found.get(state, 0) + 1
    return found
