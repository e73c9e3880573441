"""What staff see: lists, one warning with its history and reach, hits of the search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from naoso.core.people.scope import User
from naoso.domains.warnings.models import ChannelName, OutgoingState, PublicWarning, WarningText
from naoso.domains.warnings.models.warnings import WarningQuerySet
from naoso.domains.warnings.workflow import WAITING, State


def warnings_of(user: User) -> WarningQuerySet:
    """In scope, with what a line shows."""
    rows = PublicWarning.objects.visible_to(user).select_related("owner", "author", "approved_by")
    return rows.prefetch_related("texts").defer("xml", "shape", "polygon")


def listed(user: User, *, state: str = "", hazard: str = "", text: str = "") -> WarningQuerySet:
    """What waits for somebody first, then the newest."""
    rows = warnings_of(user)
    if state == "waiting":
        rows = rows.filter(state__in=WAITING)
    elif state:
        rows = rows.filter(state=state)
    if hazard:
        rows = rows.filter(hazard=hazard)
    return rows.filter(pk__in=matching(text)) if text.strip() else rows


def matching(text: str) -> Any:
    """Ids of warnings whose words or identifier hold the text; tone marks do not count."""
    wanted = text.strip()
    return WarningText.objects.filter(
        Q(headline__unaccent__icontains=wanted)
        | Q(event__unaccent__icontains=wanted)
        | Q(warning__identifier__icontains=wanted)
    ).values("warning_id")


def counts(user: User) -> dict[str, int]:
    """How many in each state, for the tabs."""
    rows = PublicWarning.objects.visible_to(user).order_by().values_list("state").annotate(n=Count("pk"))
    found = dict(rows)
    return {**found, "waiting": sum(found.get(state, 0) for state in WAITING)}


@dataclass(frozen=True, slots=True)
class Line:
    """One channel's figures."""

    name: str
    sent: int
    waiting: int
    failed: int
    expired: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a warning's messages are."""

    total: int
    sent: int
    failed: int
    expired: int
    waiting: int
    lines: tuple[Line, ...]

    @property
    def done(self) -> int:
        """Sent, failed or too late."""
        return self.total - self.waiting

    @property
    def done_percent(self) -> int:
        """Of 100."""
        return round(100 * self.done / self.total) if self.total else 0


def progress(warning: PublicWarning) -> Progress:
    """Counted now."""
    rows = warning.outgoing.order_by().values_list("channel", "state").annotate(n=Count("pk"))
    by_channel: dict[str, dict[str, int]] = {}
    for channel, state, count in rows:
        by_channel.setdefault(channel, {})[state] = count
    lines = tuple(
        Line(
            str(ChannelName(channel).label),
            sent=one.get(OutgoingState.SENT, 0),
            waiting=one.get(OutgoingState.QUEUED, 0) + one.get(OutgoingState.SENDING, 0),
            failed=one.get(OutgoingState.FAILED, 0),
            expired=one.get(OutgoingState.EXPIRED, 0),
        )
        for channel, one in sorted(by_channel.items())
    )
    whole = {
        name: sum(getattr(line, name) for line in lines) for name in ("sent", "waiting", "failed", "expired")
    }
    return Progress(total=sum(whole.values()), lines=lines, **whole)


def search(user: User, text: str, limit: int = 8) -> list[dict[str, str]]:
    """Hits for the search over everything."""
    rows = listed(user, text=text).exclude(state=State.DISCARDED)[:limit]
    return [
        {
            "title": row.headline,
            "detail": f"{row.get_state_display()} · {row.identifier}",
            "url": f"/warnings/desk/{row.pk}/",
        }
        for row in rows
    ]  # fmt: skip


def of_incident(user: User, incident: int) -> list[PublicWarning]:
    """Warnings of one incident, newest first."""
    rows = warnings_of(user).filter(incident=f"response:incident:{incident}")
    return list(
        rows.exclude(state=State.DISCARDED).annotate(
            reached=Count("outgoing", filter=Q(outgoing__state="sent"))
        )
    )
