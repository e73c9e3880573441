"""Pure judgement of fire alarms; every moment is passed in.

Severities are those of CAP 1.2. The limits below are the house's own and stand in ADR 35.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from naoso.kernel.errors import BadInput
from naoso.kernel.findings import Severity

TOGETHER = dt.timedelta(seconds=60)
"""Two detectors of one premises within this are one fire that grows."""
LATE_AFTER = dt.timedelta(minutes=10)
"""Older than this by the device's own clock: a replay of what it could not send."""
OLDEST = dt.timedelta(days=7)
"""No transmitter keeps messages longer: an older time is a clock that was reset, and the alarm counts."""
CLOCK_TOLERANCE = dt.timedelta(minutes=2)
MOST_CHANGES = 10
"""Changes of one detector in a minute beyond which it flaps."""
A_MINUTE = dt.timedelta(minutes=1)
QUIET = dt.timedelta(seconds=60)
"""An alarm that was restored counts as over once nothing more came for this."""
REARM = dt.timedelta(minutes=10)
"""A new alarm after this is a new one, and contacts are called again."""
LONGEST_TEST = dt.timedelta(hours=8)
LONGEST_ISOLATION = dt.timedelta(days=30)
FLAPS_FOR = dt.timedelta(minutes=5)
"""How long a transmitter counts as flapping after its last flap."""
CONTACTS_WANTED = 3
"""Decree 105/2025/NĐ-CP, art. 27: an alarm reaches at least three telephones."""
MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One detector told of fire. `key` names it within its premises, declared or not."""

    key: str
    kind: str
    at: dt.datetime


def severity_of(sightings: Iterable[Sighting]) -> Severity:
    """Severe for one detector; extreme for two different ones within a minute, or a manual call point."""
    seen = sorted(sightings, key=lambda one: one.at)
    if not seen:
        return Severity.UNKNOWN
    if any(one.kind == MANUAL for one in seen):
        return Severity.EXTREME
    for earlier, later in pairwise(seen):
        if earlier.key != later.key and later.at - earlier.at <= TOGETHER:
            return Severity.EXTREME
    return Severity.SEVERE


@dataclass(frozen=True, slots=True)
class Timing:
    """`offset` is the device's clock minus ours; `late`: it is a replay of something old."""

    offset: dt.timedelta
    late: bool


def timing(told: dt.datetime, received: dt.datetime, known_offset: dt.timedelta | None) -> Timing:
    """A message is late by the device's own clock, so a clock that is wrong makes nothing late.

    Without a known offset nobody can tell a wrong clock from an old message: it counts as new, since an
    old alarm that calls somebody costs less than a fire that calls nobody.
    """
    offset = told - received
    if known_offset is None:
        return Timing(offset, late=False)
    return Timing(offset, late=LATE_AFTER < known_offset - offset <= OLDEST)


def offset_of(evidence: Iterable[tuple[dt.datetime, dt.datetime]]) -> dt.timedelta | None:
    """From (told, received) of messages: the newest told one says where the clock stands."""
    return max((told - received for told, received in evidence), default=None)


def clock_is_off(offset: dt.timedelta) -> bool:
    """By more than two minutes, either way."""
    return abs(offset) > CLOCK_TOLERANCE


def flapping(changes: Mapping[str, int]) -> bool:
    """`changes` of each detector in the last minute: one that changes over and over, not many at once.

    Thirty detectors that go off in a minute are a fire; one that goes off thirty times is a bad contact.
    """
    return any(count > MOST_CHANGES for count in changes.values())


def changes_of(events: Iterable[tuple[str, str]], before: Mapping[str, str]) -> Counter[str]:
    """(detector, what it told) in order → how often each told something else than just before."""
    last = dict(before)
    found: Counter[str] = Counter()
    for key, told in events:
        if last.get(key, told) != told:
            found[key] += 1
        last[key] = told
    return found


def is_lost(heard: dt.datetime, heartbeat: dt.timedelta, now: dt.datetime) -> bool:
    """Three heartbeats missed, and never sooner than a minute."""
    return now - heard > max(heartbeat * 3, A_MINUTE)


def check_suspension(*, test: bool, reason: str, until: dt.datetime, now: dt.datetime) -> None:
    """A test lasts at most 8 hours, an isolation at most 30 days; both say why. Raises BadInput."""
    if not reason.strip():
        raise BadInput.of("reason", reason, "required", "say why")
    longest = LONGEST_TEST if test else LONGEST_ISOLATION
    if not now < until <= now + longest:
        rule = "at most 8 hours from now" if test else "at most 30 days from now"
        raise BadInput.of("until", until.isoformat(), "range", rule)


@dataclass(frozen=True, slots=True)
class Held:
    """What is in test or isolated: whole premises (both empty), a zone, or one detector of it."""

    zone: str = ""
    detector: str = ""

    def covers(self, zone: str, detector: str) -> bool:
        """An alarm outside the tested zone still counts, and one without a zone is outside every zone."""
        return (not self.zone or self.zone == zone) and (not self.detector or self.detector == detector)


def is_held(zone: str, detector: str, held: Iterable[Held]) -> bool:
    """Whether an alarm of this detector calls nobody."""
    return any(one.covers(zone, detector) for one in held)
