"""What whoever opens the screen must see at once: what is new, what is late, what is stale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from naoso.core.alerts.models import Alert
from naoso.core.alerts.selectors import open_alerts
from naoso.core.people.models import Account
from naoso.core.registry.models import Source
from naoso.core.registry.selectors import sources
from naoso.core.response import selectors as response
from naoso.core.response.models import Incident

SHOWN = 60
ON_A_WALL = 6


@dataclass(frozen=True, slots=True)
class SourceWord:
    """A source, when it last spoke, and whether it is silent for longer than it promised."""

    source: Source
    at: datetime | None
    silent: bool


def source_words(user: Account) -> list[SourceWord]:
    """The silent ones first."""
    now = timezone.now()
    words = [word_of(source, now) for source in sources(user).filter(enabled=True)]
    return sorted(words, key=lambda word: (not word.silent, word.source.name))


def word_of(source: Source, now: datetime) -> SourceWord:
    """One never heard counts as silent from the day of its secret, as `silent_sources` does."""
    at = source.last_seen_at
    since = at or source.secret_changed_at
    limit = source.silence_after
    return SourceWord(source, at, limit is not None and now - since > limit)


@dataclass(frozen=True, slots=True)
class FeedRow:
    """An alert and the incident that it belongs to, if any."""

    alert: Alert
    incident: Incident | None


def feed(user: Account, severity: int = 0) -> dict[str, Any]:
    """Alerts and incidents of that severity or worse that want somebody, with their counts."""
    alerts = list(open_alerts(user).filter(severity__gte=severity)[:SHOWN])
    incidents = response.incident_by_alert(alerts)
    open_incidents = list(response.visible(user).open().filter(severity__gte=severity)[:SHOWN])
    return {
        "rows": [FeedRow(alert, incidents.get(alert.pk)) for alert in alerts],
        "incidents": open_incidents,
        "more_alerts": len(alerts) == SHOWN,
        "more_incidents": len(open_incidents) == SHOWN,
    }


def board(user: Account) -> dict[str, Any]:
    """The same for a wall that shows a few lines: unseen before seen, the worst first."""
    shown = feed(user)
    shown["rows"].sort(
        key=lambda row: (row.alert.acknowledged_at is not None, not row.alert.active, -row.alert.severity)
    )
    shown["incidents"].sort(key=lambda incident: (not incident.is_late, incident.due_at))
    shown["steps"] = response.next_steps(shown["incidents"][:ON_A_WALL])
    return shown


@dataclass(frozen=True, slots=True)
class Counters:
    """The figures at the top."""

    unseen: int
    new: int
    late: int
    open: int
    silent: int


def counters(user: Account, words: list[SourceWord] | None = None) -> Counters:
    """Three queries, whatever the number of rows; two where the sources are read already."""
    incidents = response.counts(user)
    return Counters(
        unseen=Alert.objects.visible_to(user).filter(Alert.UNSEEN).count(),
        new=incidents.new,
        late=incidents.late,
        open=incidents.open,
        silent=sum(word.silent for word in (source_words(user) if words is None else words)),
    )
