"""What staff see: lists, one warning with its history and reach, hits of the search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from naoso.core.people.scope import User
from naoso.core.places.models import AdminUnit
from naoso.domains.warnings.models import OutgoingState, PublicWarning, WarningText
from naoso.domains.warnings.models.warnings import WarningQuerySet
from naoso.domains.warnings.workflow import WAITING, State

UNITS = AdminUnit.objects.defer("outline", "centre")
DONE = (OutgoingState.SENT, OutgoingState.FAILED, OutgoingState.EXPIRED)


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
class Progress:
    """How far a warning's messages are; `figures` by channel and state."""

    total: int
    sent: int
    failed: int
    expired: int
    waiting: int
    channels: tuple[tuple[str, dict[str, int]], ...]

    @property
    def done_percent(self) -> int:
        """Of 100: sent, failed or too late."""
        return round(100 * (self.total - self.waiting) / self.total) if self.total else 0

    @property
    def sent_percent(self) -> int:
        """Of 100."""
        return round(100 * self.sent / self.total) if self.total else 0

    @property
    def failed_percent(self) -> int:
        """Of 100, failed and too late."""
        return round(100 * (self.failed + self.expired) / self.total) if self.total else 0


def progress(warning: PublicWarning) -> Progress:
    """Counted now."""
    rows = warning.outgoing.order_by().values_list("channel", "state").annotate(n=Count("pk"))
    by_channel: dict[str, dict[str, int]] = {}
    for channel, state, count in rows:
        by_channel.setdefault(channel, {})[state] = count
    whole = {state: sum(one.get(state, 0) for one in by_channel.values()) for state in OutgoingState.values}
    return Progress(
        total=sum(whole.values()), sent=whole["sent"], failed=whole["failed"], expired=whole["expired"],
        waiting=whole["queued"] + whole["sending"], channels=tuple(sorted(by_channel.items())),
    )  # fmt: skip


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
