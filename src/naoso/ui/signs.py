"""States and severities as people see them: always words, a shape and a colour together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Sign:
    """`tone` is one of calm, info, warn, bad, worst, mute."""

    icon: str
    tone: str
    label: Any


SIGNS: dict[str, Sign] = {
    # what a figure or a map feature says
    "normal": Sign("circle-check", "calm", _("Normal")),
    "notice": Sign("info-circle", "info", _("Notice")),
    "warning": Sign("alert-triangle", "warn", _("Warning")),
    "danger": Sign("alert-octagon", "bad", _("Danger")),
    "stale": Sign("clock-exclamation", "mute", _("Stale")),
    "off": Sign("plug-connected-x", "mute", _("Off")),
    # CAP 1.2 severities
    "unknown": Sign("help-circle", "mute", _("Unknown")),
    "minor": Sign("info-circle", "info", _("Minor")),
    "moderate": Sign("alert-triangle", "warn", _("Moderate")),
    "severe": Sign("alert-octagon", "bad", _("Severe")),
    "extreme": Sign("urgent", "worst", _("Extreme")),
    # alerts
    "active": Sign("bell-ringing", "bad", _("Active")),
    "acknowledged": Sign("eye-check", "info", _("Acknowledged")),
    "cleared": Sign("bell-off", "calm", _("Cleared")),
    # work
    "new": Sign("sparkles", "info", _("New")),
    "open": Sign("folder-open", "info", _("Open")),
    "assigned": Sign("user-check", "info", _("Assigned")),
    "in_progress": Sign("progress", "info", _("In progress")),
    "paused": Sign("player-pause", "mute", _("Paused")),
    "waiting": Sign("hourglass", "mute", _("Waiting")),
    "late": Sign("clock-x", "bad", _("Late")),
    "due_soon": Sign("clock", "warn", _("Due soon")),
    "done": Sign("circle-check", "calm", _("Done")),
    "resolved": Sign("circle-check", "calm", _("Resolved")),
    "closed": Sign("lock", "mute", _("Closed")),
    "rejected": Sign("ban", "mute", _("Rejected")),
    "cancelled": Sign("ban", "mute", _("Cancelled")),
    "merged": Sign("git-merge", "mute", _("Merged")),
    # links and machines
    "ok": Sign("circle-check", "calm", _("OK")),
    "failed": Sign("circle-x", "bad", _("Failed")),
}
SEVERITIES = ("unknown", "minor", "moderate", "severe", "extreme")


def sign_of(value: object) -> Sign:
    """A severity 0–4 or a state's code → its sign; an unforeseen code shows itself, in grey."""
    if isinstance(value, IntEnum | int) and not isinstance(value, bool) and 0 <= value < len(SEVERITIES):
        return SIGNS[SEVERITIES[value]]
    code = str(value)
    return SIGNS.get(code.lower(), Sign("point", "mute", code))
