"""What the registry knows, as arrays and dictionaries that a reading is matched with in one look."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np
from django.db import connection

from naoso.core.telemetry.batches import Float64, Int32

# One spelling a unit is registered by (UCUM, or SenML's own) → others that mean exactly the same.
SPELLINGS = {
    "ug/m3": ("µg/m3", "μg/m3", "ug/m^3", "µg/m³", "μg/m³"),
    "mg/m3": ("mg/m^3", "mg/m³"),
    "Cel": ("°C", "degC"),
    "%": ("%RH",),
    "m3/s": ("m^3/s", "m³/s"),
}
UNKNOWN = -1

ROWS = """
    SELECT s.id, s.key, s.property, s.unit, s.low, s.high, s.source_id,
           t.id, t.domain, t.kind, t.code, t.owner_id, t.unit_id
    FROM telemetry_series s JOIN registry_thing t ON t.id = s.thing_id
    WHERE s.enabled ORDER BY s.id
"""
SOURCES = "SELECT id, code, owner_id, unit_id, allows_history, domain FROM registry_source WHERE enabled"


@dataclass(frozen=True, slots=True)
class KnownSeries:
    """One series with the thing that it tells of."""

    id: int
    key: str
    property: str
    unit: str
    low: float
    high: float
    source_id: int
    thing_id: int
    domain: str
    kind: str
    code: str
    owner_id: int
    unit_id: int | None


@dataclass(frozen=True, slots=True)
class KnownSource:
    """`lookup` leads from (series as told, unit as told) to a row; what it lacks is not this source's."""

    id: int
    code: str
    owner_id: int
    unit_id: int | None
    allows_history: bool
    domain: str = ""
    lookup: dict[tuple[str, str], int] = field(default_factory=dict)


class Known:
    """The registry at one revision."""

    def __init__(self, revision: int, rows: list[KnownSeries], sources: list[KnownSource]) -> None:
        self.revision = revision
        self.rows = rows
        self.sources = {source.code: source for source in sources}
        self.keys = {row.key: position for position, row in enumerate(rows)}
        self.position_of = {row.id: position for position, row in enumerate(rows)}
        self.series_ids: Int32 = np.array([row.id for row in rows], np.int32)
        self.low: Float64 = np.array([row.low for row in rows], np.float64)
        self.high: Float64 = np.array([row.high for row in rows], np.float64)
        self.with_history = any(source.allows_history for source in sources)
        self._of_subject: dict[bytes, KnownSource | None] = {}
        _fill_lookups(rows, {source.id: source for source in sources})

    def source_of(self, subject: bytes) -> KnownSource | None:
        """The source that a subject of the stream names."""
        try:
            return self._of_subject[subject]
        except KeyError:
            if len(self._of_subject) > 2 * len(self.sources) + 1000:
                self._of_subject.clear()  # names that nobody registered must not pile up
            found = self._of_subject[subject] = self.sources.get(code_of(subject))
            return found


def code_of(subject: bytes) -> str:
    """`ingest.<part>.<code>` or `message.<part>.<code>` → code."""
    return subject.rpartition(b".")[2].decode("ascii", "replace")


def _fill_lookups(rows: list[KnownSeries], sources: dict[int, KnownSource]) -> None:
    """By key; by property too, where the source tells that property of one thing only."""
    by_property: dict[tuple[int, str], list[int]] = {}
    for position, row in enumerate(rows):
        by_property.setdefault((row.source_id, row.property), []).append(position)
        if row.source_id in sources:
            _name(sources[row.source_id], row.key, row.unit, position)
    for (source_id, told), positions in by_property.items():
        if source_id in sources and len(positions) == 1:
            _name(sources[source_id], told, rows[positions[0]].unit, positions[0])


def _name(source: KnownSource, told: str, unit: str, position: int) -> None:
    for spelling in ("", unit, *SPELLINGS.get(unit, ())):
        source.lookup.setdefault((told, spelling), position)


def revision() -> int:
    """Rises in the transaction of every change of sources, things and series."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM telemetry_revision")
        return int(cursor.fetchone()[0])


def load() -> Known:
    """Reads it all; 10,000 series take some tens of milliseconds."""
    number = revision()
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        rows = [KnownSeries(*row) for row in cursor.fetchall()]
        cursor.execute(SOURCES)
        sources = [KnownSource(*row) for row in cursor.fetchall()]
    return Known(number, rows, sources)


_lock = threading.Lock()
_known: Known | None = None


def current() -> Known:
    """The registry as it stands now; read anew only when its revision has risen."""
    global _known  # noqa: PLW0603 - one cache a process
    with _lock:
        if _known is None or _known.revision != revision():
            _known = load()
        return _known
