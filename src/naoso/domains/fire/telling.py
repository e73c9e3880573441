"""What one message amounts to before it is judged: of a panel or of a mirror, in one form."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

HEARTBEAT = "heartbeat"


@dataclass(frozen=True, slots=True)
class Told:
    """One event of one premises. `transmitter_id` is empty for what is mirrored; `feed` names the mirror."""

    source_id: int
    message_id: str
    premises_id: int
    kind: str
    told_at: dt.datetime
    received_at: dt.datetime
    zone: str = ""
    detector: str = ""
    text: str = ""
    transmitter_id: int | None = None
    feed: str = ""

    @property
    def mirrored(self) -> bool:
        """Of the national database, not of a transmitter of ours."""
        return self.transmitter_id is None

    @property
    def key(self) -> str:
        """The detector within its premises, declared or not; a mirror's key alone has no stroke."""
        return f"mirror:{self.source_id}" if self.mirrored else f"{self.zone}/{self.detector}"

    @property
    def offset(self) -> dt.timedelta:
        """The device's clock minus ours."""
        return self.told_at - self.received_at


@dataclass(frozen=True, slots=True)
class Word:
    """The same, judged: is it a replay, does it call nobody, which detector is it."""

    told: Told
    late: bool = False
    held: bool = False
    detector_id: int | None = None
    detector_kind: str = ""
    undeclared: bool = False
