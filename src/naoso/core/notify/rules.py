"""Pure decisions: which channels, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from naoso.kernel.findings import Severity

RETRY_AFTER = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """An account's wishes, local wall-clock times."""

    email_from: int = Severity.SEVERE
    push_from: int = Severity.MODERATE
    gateway_from: int = Severity.EXTREME
    quiet_from: time | None = None
    quiet_to: time | None = None


def wanted(wishes: Wishes, severity: int) -> tuple[str, ...]:
    """Channels beside the in-app one, in the order in which they are tried."""
    wants = {"push": wishes.push_from, "email": wishes.email_from, "gateway": wishes.gateway_from}
    return tuple(channel for channel, least in wants.items() if severity >= least)


def in_quiet_hours(wishes: Wishes, local: time) -> bool:
    """Whether the wall clock stands in the quiet hours, which may cross midnight."""
    if wishes.quiet_from is None or wishes.quiet_to is None:
        return False
    if wishes.quiet_from <= wishes.quiet_to:
        return wishes.quiet_from <= local < wishes.quiet_to
    return local >= wishes.quiet_from or local < wishes.quiet_to


def due(wishes: Wishes, severity: int, local_now: datetime) -> datetime:
    """Now; or the end of the quiet hours. An emergency (SEVERE and above) overrides them."""
    if severity >= Severity.SEVERE or not in_quiet_hours(wishes, local_now.time()):
        return local_now
    assert wishes.quiet_to is not None
    end = local_now.replace(hour=wishes.quiet_to.hour, minute=wishes.quiet_to.minute, second=0, microsecond=0)
    return end if end > local_now else end + timedelta(days=1)


def retry_at(attempts: int, now: datetime) -> datetime | None:
    """When to try again after the given number of failed attempts; None: give up."""
    return now + RETRY_AFTER[attempts - 1] if attempts <= len(RETRY_AFTER) else None
