"""Pure arithmetic of danger: the forest-fire index, the rain of landslides, a level's next hours.

Forest fire: P = K * sum of t13 * d13 over the days, t13 in degrees Celsius and d13 the saturation deficit in
hPa, both at 13:00; K is 0 on a day of 5 mm of rain or more, else 1 (Phạm Ngọc Hưng 1988, after Nesterov).
Levels I to V begin at 0, 5 001, 10 001, 15 001 and 20 001. The deficit is by Magnus' formula, WMO No. 8.

Rain of shallow landslides: I = 14.82 * D^-0.39, mean mm an hour over D hours (Caine 1980, Geografiska Annaler
62 A), here for D from 1 to 72 hours.

Water level: the damped trend of Gardner and McKenzie (1985) over Holt's two-parameter smoothing (1957).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WET_DAY_MM = 5.0
FIRE_LEVELS = (5_000, 10_000, 15_000, 20_000)  # the last P of levels I to IV
CAINE_HOURS = 72

ALPHAS, BETAS, PHIS = (0.5, 0.8, 1.0), (0.1, 0.3, 0.6), (0.85, 0.93, 0.98)
LEARN = 0.6  # of the past chooses the parameters, the rest measures the errors
BAND = 0.9
LEAST_POINTS = 60


def saturation_deficit(temperature: float, humidity: float) -> float:
    """hPa that the air could still take up, from °C and %."""
    full = 6.112 * float(np.exp(17.62 * temperature / (243.12 + temperature)))
    return full * (1 - min(max(humidity, 0.0), 100.0) / 100)


def fire_indices(days: Iterable[tuple[float, float, float]]) -> Iterator[float]:
    """(temperature, humidity, rain of the day) at 13:00, day after day → P of each."""
    index = 0.0
    for temperature, humidity, rain in days:
        index += max(temperature, 0.0) * saturation_deficit(temperature, humidity)
        if rain >= WET_DAY_MM:
            index = 0.0
        yield index


def fire_level(index: float) -> int:
    """1 to 5."""
    return 1 + sum(index > last for last in FIRE_LEVELS)


def caine_ratio(hours: Sequence[float]) -> float:
    """The worst of the mean intensities over the last 1 to 72 hours against Caine's; 1 is his threshold.

    `hours` are millimetres of each hour, the newest last.
    """
    newest_first = np.array(hours[::-1][:CAINE_HOURS], np.float64)
    if not len(newest_first):
        return 0.0
    lasting = np.arange(1, len(newest_first) + 1)
    return float(np.max(np.cumsum(newest_first) / lasting / (14.82 * lasting**-0.39)))


@dataclass(frozen=True, slots=True)
class Trend:
    """Parameters of the model: smoothing of level and trend, damping a step."""

    alpha: float
    beta: float
    phi: float

    def standings(self, values: Floats) -> tuple[Floats, Floats]:
        """Level and trend after each value."""
        levels, trends = np.empty(len(values)), np.empty(len(values))
        level, trend = float(values[0]), 0.0
        for i, value in enumerate(values):
            before, drift = level, self.phi * trend
            level = self.alpha * float(value) + (1 - self.alpha) * (before + drift)
            trend = self.beta * (level - before) + (1 - self.beta) * drift
            levels[i], trends[i] = level, trend
        return levels, trends

    def ahead(self, level: Floats, trend: Floats, steps: int) -> Floats:
        """The next `steps` values from each standing: one row a standing."""
        reach = np.cumsum(self.phi ** np.arange(1, steps + 1))
        return level[:, None] + trend[:, None] * reach[None, :]


@dataclass(frozen=True, slots=True)
class Outlook:
    """The next steps with what past ones were wrong by: `half` is the 90 % band on either side.

    `error` and `naive` are mean absolute errors over all steps of the measured past, of the model and of
    "it stays as it is".
    """

    values: tuple[float, ...]
    half: tuple[float, ...]
    error: float
    naive: float
    trend: Trend


def outlook(values: Floats, steps: int) -> Outlook | None:
    """From evenly spaced past values; None where they are too few to say how wrong it would be."""
    learn = int(len(values) * LEARN)
    if len(values) < max(LEAST_POINTS, 4 * steps):
        return None
    best = min(
        (Trend(*chosen) for chosen in product(ALPHAS, BETAS, PHIS)),
        key=lambda trend: float(np.mean(np.abs(_misses(trend, values[:learn], steps, steps)))),
    )
    misses = np.abs(_misses(best, values, steps, learn))
    naive = np.abs(_ahead_of(values, steps, learn) - values[learn:-steps, None])
    level, trend = best.standings(values)
    return Outlook(
        values=tuple(best.ahead(level[-1:], trend[-1:], steps)[0].tolist()),
        half=tuple(np.maximum.accumulate(np.quantile(misses, BAND, axis=0)).tolist()),
        error=float(misses.mean()),
        naive=float(naive.mean()),
        trend=best,
    )


def _misses(trend: Trend, values: Floats, steps: int, begin: int) -> Floats:
    level, drift = trend.standings(values)
    return trend.ahead(level[begin:-steps], drift[begin:-steps], steps) - _ahead_of(values, steps, begin)


def _ahead_of(values: Floats, steps: int, begin: int) -> Floats:
    """What came in truth after each value from `begin` on."""
    return np.lib.stride_tricks.sliding_window_view(values[begin + 1 :], steps)
