"""What ingest hands to the domains: the new rows of one transaction as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """Readings new in this transaction, ordered by series and time; duplicates are not among them.

    `times` are microseconds since 1970-01-01 UTC. Late readings are included: an intake that must not
    go back in time compares with what it knows.
    """

    series_ids: Int32
    times: Int64
    values: Float64

    def __len__(self) -> int:
        return len(self.series_ids)

    def of(self, series_ids: Int32) -> StoredBatch:
        """The rows of these series only."""
        mask = np.isin(self.series_ids, series_ids)
        return StoredBatch(self.series_ids[mask], self.times[mask], self.values[mask])

    def newest(self) -> StoredBatch:
        """The last row of every series."""
        last = np.flatnonzero(np.append(self.series_ids[1:] != self.series_ids[:-1], True))
        last = last[: len(self)]
        return StoredBatch(self.series_ids[last], self.times[last], self.values[last])


def moment(microseconds: int) -> datetime:
    """A member of `times` as an aware datetime."""
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC).replace(
        microsecond=microseconds % 1_000_000
    )
