"""A picture → the plates in it: rows found, read twice, put together by the grammar."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from naoso.connectors.plates import second
from naoso.connectors.plates.colour import ground_colour
from naoso.connectors.plates.engine import Engine, PaddleEngine
from naoso.connectors.plates.lanes import Lane, common, lane_of, regions
from naoso.connectors.plates.pairs import HEAP, LOWEST, Found, around, halves, may_be_a_row, pairs
from naoso.connectors.plates.rows import Pixels, Points, cut, sides, slope
from naoso.connectors.plates.seen import Box, PlateSeen
from naoso.connectors.plates.verdict import Verdict, verdict
from naoso.kernel.plates import Colour, Family, clean

RowReader = Callable[[Pixels], tuple[str, float]]

MOST_ROWS = 40
EDGE = 2
SMALLEST = 32
FEWEST_FIGURES, FEWEST_SIGNS, MOST_SIGNS = 3, 6, 10
CUT_BETWEEN = (0.35, 0.65)
TALLEST_ROW = 64  # pixels; more tells a reader nothing


class PlateReader:
    """Both readers and what decides between them; one for a process, safe to share between threads."""

    def __init__(self, engine: Engine | None = None, second_reader: RowReader = second.read) -> None:
        self.engine: Engine = engine or PaddleEngine()
        self.second_reader = second_reader

    def read(self, pixels: Pixels, lanes: Sequence[Lane] = (), moved: Box | None = None) -> list[PlateSeen]:
        """Every plate in the picture (RGB), in these lanes, in the part that moved; from left to right."""
        height, width = pixels.shape[:2]
        seen: list[PlateSeen] = []
        for region in shared_with(moved, regions(lanes, width, height)):
            part = within(pixels, region)
            corner = np.array([region.left, region.top], np.float32)
            found = [corners + corner for corners in self.engine.find(part) if may_be_a_row(corners)]
            found.sort(key=lambda corners: -sides(corners)[1])
            rows = [self._row(pixels, corners) for corners in found[:MOST_ROWS]]
            seen += self._sorted_out(pixels, rows, region)
        if lanes:
            seen = [one for one in seen if lane_of(lanes, one.box, width, height)]
        return sorted(seen, key=lambda one: (one.box.left, one.box.top))

    def read_crop(self, pixels: Pixels) -> PlateSeen | None:
        """A picture of one plate and little else; nothing is looked for in it, which would find nothing."""
        height, width = pixels.shape[:2]
        whole = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
        whole[:, 1] += (whole[:, 0] - width / 2) * slope(pixels)
        if width / height >= HEAP:
            return self._seen(pixels, [self._row(pixels, whole)])
        rows = self._halves(pixels, whole)
        tries = [rows, *([row] for row in rows if row.text)] if rows else [[self._row(pixels, whole)]]
        seen = [self._seen(pixels, group) for group in tries]
        return max(seen, key=lambda one: (one.plate is not None, one.agreed, "|" in one.raw, one.confidence))

    def _row(self, pixels: Pixels, corners: Points) -> Found:
        text, score = self.engine.read(self._cut(pixels, corners))
        return Found(corners, text, score)

    def _cut(self, pixels: Pixels, corners: Points) -> Pixels:
        tall = sides(corners)[1]
        return cut(pixels, corners, high=TALLEST_ROW if tall > TALLEST_ROW else None)

    def _sorted_out(self, pixels: Pixels, rows: list[Found], region: Box) -> list[PlateSeen]:
        """Plates in one row, then in two, then boxes that hold both rows, then what only looks like one."""
        free, seen, doubtful = {id(row): row for row in rows}, list[PlateSeen](), list[PlateSeen]()
        groups = [[row] for row in rows] + [list(pair) for pair in pairs(rows)]
        for group in groups:
            if not all(id(row) in free for row in group):
                continue
            if not like_a_plate(group):
                continue
            one = self._seen(pixels, group, region)
            if one.plate is None:
                doubtful += [one] if any(sign.isalpha() for sign in one.raw) else []
                continue
            seen.append(one)
            for row in group:
                del free[id(row)]
        for row in free.values():
            across, down = sides(row.corners)
            both = self._halves(pixels, row.corners) if heap(across, down, row) else []
            seen += [one for one in [self._seen(pixels, both, region)] if one.plate] if both else []
        return seen + [one for one in doubtful if not any(inside(one, other) for other in seen)]

    def _halves(self, pixels: Pixels, corners: Points) -> list[Found]:
        """Parted where least stands, near the middle of the height; none where it is too low."""
        upright = cut(pixels, corners)
        if upright.shape[0] < 2 * LOWEST:
            return []
        return [self._row(pixels, half) for half in halves(corners, valley(upright))]

    def _seen(self, pixels: Pixels, group: list[Found], region: Box | None = None) -> PlateSeen:
        """What both readers make of the rows of one plate, which the region's edge may cut."""
        cuts = [self._cut(pixels, row.corners) for row in group]
        raw = "|".join(row.text for row in group)
        others = [self.second_reader(row) for row in cuts]
        other, sure = "|".join(text for text, _ in others), min(chance for _, chance in others)
        score = min(row.score for row in group)
        box = around([row.corners for row in group])
        colour = ground_colour(cuts)
        whole = region is None or not at_the_edge(group, region)
        said = of_its_colour(verdict(raw, score, other, sure, whole=whole), colour)
        return PlateSeen(said.plate, raw, other, said.candidates, round(score, 3), colour, box, said.agreed)


def within(pixels: Pixels, box: Box) -> Pixels:
    """The part of the picture that the box takes in."""
    return pixels[box.top : box.top + box.height, box.left : box.left + box.width]


def like_a_plate(group: list[Found]) -> bool:
    """Of about the right length, mostly figures: shop signs and most telephone numbers are not."""
    signs = clean("".join(row.text for row in group))
    figures = sum(sign.isdigit() for sign in signs)
    return FEWEST_SIGNS <= len(signs) <= MOST_SIGNS and figures >= FEWEST_FIGURES


def of_its_colour(said: Verdict, colour: Colour) -> Verdict:
    """Two letters and four figures stand on many a sign: the army's plates are red, or they are none."""
    military = said.plate is not None and said.plate.family is Family.MILITARY
    return said if not military or colour is Colour.RED else Verdict(None, said.candidates, False)


def heap(across: float, down: float, row: Found) -> bool:
    """May both rows of a plate stand in this one box?"""
    return across / down < HEAP and down >= 2 * LOWEST and any(sign.isdigit() for sign in row.text)


def inside(one: PlateSeen, other: PlateSeen) -> bool:
    """Does the middle of the one lie in the other?"""
    x, y = one.box.centre
    box = other.box
    return box.left <= x <= box.left + box.width and box.top <= y <= box.top + box.height


def at_the_edge(group: list[Found], region: Box) -> bool:
    """Is a part of it likely outside what was looked at?"""
    points = np.concatenate([row.corners for row in group]) - np.array([region.left, region.top])
    low, high = points.min(axis=0), points.max(axis=0)
    return bool((low <= EDGE).any() or (high >= np.array([region.width, region.height]) - EDGE).any())


def shared_with(moved: Box | None, boxes: list[Box]) -> list[Box]:
    """What of each box moved; all of it where nothing is said of movement."""
    if moved is None:
        return boxes
    parts = [common(moved, box) for box in boxes]
    return [part for part in parts if part.width >= SMALLEST and part.height >= SMALLEST]


def valley(upright: Pixels) -> float:
    """The share of the height at which the picture changes least from left to right."""
    grey = upright.mean(axis=2, dtype=np.float32)
    change = np.abs(np.diff(grey, axis=1)).mean(axis=1)
    height = len(change)
    smooth = np.convolve(change, np.ones(3) / 3, "same")
    first, last = round(height * CUT_BETWEEN[0]), max(round(height * CUT_BETWEEN[1]), 1)
    return (first + int(smooth[first:last].argmin()) + 0.5) / height
