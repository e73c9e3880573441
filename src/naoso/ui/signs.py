"""States and severities as people see them: always words, a shape and a colour together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Sign:
    """`tone` is one of calm, info, warn, bad, worst, mute."""

    icon: str
    tone: str
    label: Any


SIGNS: dict[str, Sign] = {
    # what a figure or a map feature says
    "normal": Sign("circle-check", "calm", pgettext_lazy("state", "Normal")),
    "notice": Sign("info-circle", "info", pgettext_lazy("state", "Notice")),
    "warning": Sign("alert-triangle", "warn", pgettext_lazy("state", "Warning")),
    "danger": Sign("alert-octagon", "bad", pgettext_lazy("state", "Danger")),
    "stale": Sign("clock-exclamation", "mute", pgettext_lazy("state", "Stale")),
    "off": Sign("plug-connected-x", "mute", pgettext_lazy("state", "Off")),
    # CAP 1.2 severities
    "unknown": Sign("help-circle", "mute", pgettext_lazy("state", "Unknown")),
    "minor": Sign("info-circle", "info", pgettext_lazy("state", "Minor")),
    "moderate": Sign("alert-triangle", "warn", pgettext_lazy("state", "Moderate")),
    "severe": Sign("alert-octagon", "bad", pgettext_lazy("state", "Severe")),
    "extreme": Sign("urgent", "worst", pgettext_lazy("state", "Extreme")),
    # alerts
    "active": Sign("bell-ringing", "bad", pgettext_lazy("state", "Active")),
    "acknowledged": Sign("eye-check", "info", pgettext_lazy("state", "Acknowledged")),
    "cleared": Sign("bell-off", "calm", pgettext_lazy("state", "Cleared")),
    # work
    "new": Sign("sparkles", "info", pgettext_lazy("state", "New")),
    "open": Sign("folder-open", "info", pgettext_lazy("state", "Open")),
    "assigned": Sign("user-check", "info", pgettext_lazy("state", "Assigned")),
    "in_progress": Sign("progress", "info", pgettext_lazy("state", "In progress")),
    "paused": Sign("player-pause", "mute", pgettext_lazy("state", "Paused")),
    "waiting": Sign("hourglass", "mute", pgettext_lazy("state", "Waiting")),
    "late": Sign("clock-x", "bad", pgettext_lazy("state", "Late")),
    "due_soon": Sign("clock", "warn", pgettext_lazy("state", "Due soon")),
    "done": Sign("circle-check", "calm", pgettext_lazy("state", "Done")),
    "resolved": Sign("circle-check", "calm", pgettext_lazy("state", "Resolved")),
    "closed": Sign("lock", "mute", pgettext_lazy("state", "Closed")),
    "rejected": Sign("ban", "mute", pgettext_lazy("state", "Rejected")),
    "cancelled": Sign("ban", "mute", pgettext_lazy("state", "Cancelled")),
    "merged": Sign("git-merge", "mute", pgettext_lazy("state", "Merged")),
    # links and machines
    "ok": Sign("circle-check", "calm", pgettext_lazy("state", "OK")),
    "failed": Sign("circle-x", "bad", pgettext_lazy("state", "Failed")),
}
SEVERITIES = ("unknown", "minor", "moderate", "severe", "extreme")


def sign_of(value: object) -> Sign:
    """A severity 0–4 or a state's code → its sign; an unforeseen code shows itself, in grey."""
    if isinstance(value, IntEnum | int) and not isinstance(value, bool) and 0 <= value < len(SEVERITIES):
        return SIGNS[SEVERITIES[value]]
    code = str(value)
    return SIGNS.get(code.lower(), Sign("point", "mute", code))
