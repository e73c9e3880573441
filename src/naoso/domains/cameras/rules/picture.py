"""Whether a camera's picture is right, told against what its pictures usually are.

Absolute limits call a quarter of good cameras blurred or dark; so each camera's usual sharpness, flatness,
edges and restlessness are learned, apart for day and night and for colour and infrared, from rounds in
which nothing was wrong. Until enough is learned only what no camera shows by itself is told.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]
SIZE = (160, 90)  # of the grey picture, width × height
CELL = 5  # its cells are 32 × 18
LEARNT = 20  # rounds: ten minutes
SLOWEST = 100  # the usual follows the seasons, not an afternoon's fault
DARK, NO_COLOUR = 70.0, 2.0

BLACK_MEAN, BLACK_SPREAD = 32.0, 3.0  # black is 16 in most cameras' range
STILL, STILLEST = 0.1, 0.02  # grey levels: what coding one picture twice makes of it
STILL_SHARE = 0.25
SHARP_SHARE = 0.45
NEAR_LEAST, NEAR_SHARE = 1.5, 0.06
FLAT, FLAT_MORE, FLAT_ALWAYS = 0.7, 0.35, 0.985
OTHER_VIEW, DEVIATIONS = 0.35, 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One picture: its grey levels 0…255, and how much colour it has (mean distance of chroma from grey)."""

    grey: Grey
    colour: float = 20.0

    @property
    def light(self) -> str:
        """Which of the four usuals it is told against."""
        hue = "grey" if self.colour < NO_COLOUR else "colour"
        return f"{'dark' if self.grey.mean() < DARK else 'light'}-{hue}"


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """What is looked at: sharpness against contrast, share of cells of one brightness, edges by cell."""

    mean: float
    spread: float
    sharp: float
    flat: float
    edges: Grey


@dataclass(frozen=True, slots=True, eq=False)
class Usual:
    """What one camera shows at one kind of light; `alike` is how far its edges usually agree (−1…1)."""

    rounds: int
    sharp: float
    flat: float
    moves: float
    alike: float
    alike_off: float
    edges: Grey

    @property
    def learnt(self) -> bool:
        """Long enough to judge by."""
        return self.rounds >= LEARNT


@dataclass(frozen=True, slots=True)
class Baseline:
    """A camera's usuals, by the kind of light."""

    usuals: dict[str, Usual] = field(default_factory=dict)

    def packed(self) -> dict[str, Any]:
        """As it lies in the database: edges as bytes of a 255th of the strongest."""
        return {light: _packed(usual) for light, usual in self.usuals.items()}

    @classmethod
    def unpacked(cls, kept: dict[str, Any]) -> Baseline:
        """Inverse of `packed`; what cannot be read is learned anew."""
        try:
            return cls({light: _unpacked(one) for light, one in kept.items()})
        except (KeyError, TypeError, ValueError):
            return cls()


def traits_of(grey: Grey) -> Traits:
    """All of them in one go: a tenth of a millisecond."""
    spread = float(grey.std())
    curve = np.abs(4 * grey[1:-1, 1:-1] - grey[:-2, 1:-1] - grey[2:, 1:-1] - grey[1:-1, :-2] - grey[1:-1, 2:])
    steps = np.zeros_like(grey)
    steps[:, 1:] += np.abs(np.diff(grey, axis=1))
    steps[1:, :] += np.abs(np.diff(grey, axis=0))
    cells = _cells(grey)
    near = max(NEAR_LEAST, NEAR_SHARE * float(grey.mean()))
    flat = float((np.abs(cells - np.median(cells)) < near).mean())
    return Traits(float(grey.mean()), spread, float(curve.mean()) / (spread + 4.0), flat, _cells(steps))


def _cells(picture: Grey) -> Grey:
    rows, columns = picture.shape
    blocks = picture.reshape(rows // CELL, CELL, columns // CELL, CELL)
    return np.asarray(blocks.mean(axis=(1, 3)), dtype=np.float32)


def difference(one: Grey, other: Grey) -> float:
    """Mean distance in grey levels."""
    return float(np.abs(one - other).mean())


def agreement(one: Grey, other: Grey) -> float:
    """Correlation of two maps of edges −1…1, row by row: sky over houses over road is alike in most streets.

    Roots are taken, so that strong edges do not drown the others.
    """
    a, b = np.sqrt(one), np.sqrt(other)
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / size if size > 1e-6 else 0.0


def seems_still(shot: Shot, before: Shot | None, baseline: Baseline) -> bool:
    """So like the picture before that the camera should be asked for one more."""
    if before is None:
        return False
    usual = baseline.usuals.get(shot.light)
    limit = STILL
    if usual is not None and usual.learnt:
        limit = min(STILL, max(STILLEST, STILL_SHARE * usual.moves))
    return difference(shot.grey, before.grey) < limit


def problems_of(shot: Shot, baseline: Baseline, *, still: bool = False) -> tuple[str, ...]:
    """Codes of what is wrong, the gravest alone; `still`: `seems_still`, and the next picture was so too."""
    told = traits_of(shot.grey)
    if told.mean < BLACK_MEAN and told.spread < BLACK_SPREAD:
        return ("black",)
    usual = baseline.usuals.get(shot.light)
    known = usual if usual is not None and usual.learnt else None
    if _is_covered(told, known or _any_learnt(baseline)):
        return ("covered",)
    if still:
        return ("frozen",)
    return _unlike(told, known) if known is not None else ()


def _unlike(told: Traits, usual: Usual) -> tuple[str, ...]:
    """Told against what is learned alone."""
    if told.sharp < SHARP_SHARE * usual.sharp:
        return ("blurred",)
    alike = agreement(told.edges, usual.edges)
    turned = alike < usual.alike - max(OTHER_VIEW, DEVIATIONS * usual.alike_off)
    return ("turned",) if turned else ()


def _is_covered(told: Traits, usual: Usual | None) -> bool:
    """Nearly all of it has one brightness, and usually it has not."""
    if told.flat >= FLAT_ALWAYS and told.spread < BLACK_SPREAD:
        return True
    return usual is not None and told.flat >= FLAT and told.flat - usual.flat >= FLAT_MORE


def _any_learnt(baseline: Baseline) -> Usual | None:
    """A covered lens may make a bright place dark: what it is at another light will do."""
    return next((one for one in baseline.usuals.values() if one.learnt), None)


def learned(baseline: Baseline, shot: Shot, before: Shot | None) -> Baseline:
    """With one more round in which nothing was wrong."""
    told, light = traits_of(shot.grey), shot.light
    moves = difference(shot.grey, before.grey) if before is not None else 0.0
    usual = baseline.usuals.get(light)
    if usual is None:
        first = Usual(1, told.sharp, told.flat, moves, 1.0, 0.0, told.edges)
        return Baseline(baseline.usuals | {light: first})
    alike = agreement(told.edges, usual.edges)
    part = 1 / min(usual.rounds + 1, SLOWEST)
    # pictures agree less with a mean of few: how well they usually do is reckoned once it has settled
    part_alike = 1 / min(max(usual.rounds - LEARNT // 2, 1), SLOWEST)
    return Baseline(
        baseline.usuals
        | {
            light: replace(
                usual,
                rounds=usual.rounds + 1,
                sharp=usual.sharp + part * (told.sharp - usual.sharp),
                flat=usual.flat + part * (told.flat - usual.flat),
                moves=usual.moves + part * (moves - usual.moves),
                alike=usual.alike + part_alike * (alike - usual.alike),
                alike_off=usual.alike_off + part_alike * (abs(alike - usual.alike) - usual.alike_off),
                edges=usual.edges + np.float32(part) * (told.edges - usual.edges),
            )
        }
    )


NUMBERS = ("sharp", "flat", "moves", "alike", "alike_off")


def _packed(usual: Usual) -> dict[str, Any]:
    strongest = max(1e-6, float(usual.edges.max()))
    marks = np.rint(usual.edges * (255 / strongest)).astype(np.uint8)
    rows, columns = usual.edges.shape
    return {name: round(float(getattr(usual, name)), 4) for name in NUMBERS} | {
        "rounds": min(usual.rounds, SLOWEST), "strongest": round(strongest, 3), "rows": rows,
        "columns": columns,
        "edges": base64.b64encode(marks.tobytes()).decode(),
    }  # fmt: skip


def _unpacked(kept: dict[str, Any]) -> Usual:
    marks = np.frombuffer(base64.b64decode(kept["edges"]), dtype=np.uint8).astype(np.float32)
    edges = marks.reshape(kept["rows"], kept["columns"]) * np.float32(kept["strongest"] / 255)
    return Usual(rounds=int(kept["rounds"]), edges=edges, **{name: float(kept[name]) for name in NUMBERS})
