"""One camera's pictures as they come → passages: plate, votes, lane, the way it went, two pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from naoso.connectors.plates.drawn.glyphs import engine
from naoso.connectors.plates.lanes import Lane, lane_of
from naoso.connectors.plates.motion import MotionGate
from naoso.connectors.plates.reading import PlateReader
from naoso.connectors.plates.rows import Pixels
from naoso.connectors.plates.seen import Box, PlateSeen
from naoso.connectors.plates.tracks import Direction, Track, apart, text_of

GONE_AFTER = 2.0  # seconds without it: the passage is over
LONGEST = 60.0  # of a vehicle that does not leave, the passage ends here
PARKED, STILL = 600.0, 0.5  # seconds in which, and widths of a plate within which, it is not told of again
FEWEST_UNREAD = 2
CROP_MARGIN, CROP_QUALITY = 0.25, 88
SCENE_SIDE, SCENE_QUALITY = 1280, 78


@dataclass(frozen=True, slots=True)
class Frame:
    """A decoded picture (RGB) and its moment in seconds, of whichever clock the caller keeps."""

    pixels: Pixels
    at: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A vehicle that went by. `at` is the moment of the picture that shows the plate best.

    `seen.agreed` tells whether it may count without a person's look: both readers, three pictures. Of a
    vehicle in a single picture it is never true; `both_once` tells that both readers agreed all the same.
    """

    at: float
    first_at: float
    last_at: float
    seen: PlateSeen
    votes: int
    both_once: bool
    direction: Direction
    lane: str
    crop: bytes = field(repr=False)
    scene: bytes = field(repr=False)

    @property
    def accepted(self) -> bool:
        """May it count without a person's look?"""
        return self.seen.plate is not None and self.seen.agreed


@dataclass(slots=True)
class Followed:
    """A track with the picture in which its plate is largest among those read best."""

    track: Track
    rank: tuple[bool, bool, int]
    frame: Frame
    clearest: PlateSeen


class LiveReader:
    """Takes frames in the order of time; 2 to 4 a second are enough. Not to be shared between threads."""

    def __init__(self, reader: PlateReader, lanes: tuple[Lane, ...] = (), *, gated: bool = True) -> None:
        self.reader, self.lanes = reader, lanes
        self.gate = MotionGate(lanes) if gated else None
        self.followed: list[Followed] = []
        self.read_frames = 0
        self.told_of: dict[str, tuple[float, Box]] = {}

    def take(self, frame: Frame) -> list[Passage]:
        """Passages that are over by the time of this frame."""
        over = [one for one in self.followed if self._is_over(one, frame.at)]
        gone = {id(one) for one in over}
        self.followed = [one for one in self.followed if id(one) not in gone]
        if self.gate is None or self.gate.open(frame.pixels, frame.at):
            self.read_frames += 1
            height, width = frame.pixels.shape[:2]
            moved = self.gate.moved(width, height) if self.gate is not None else None
            for seen in self.reader.read(frame.pixels, self.lanes, moved):
                self._follow(seen, frame)
        return [passage for one in over for passage in self._told(one)]

    def close(self) -> list[Passage]:
        """What was still in sight when the pictures ended."""
        over, self.followed = self.followed, []
        return [passage for one in over for passage in self._told(one)]

    def _is_over(self, one: Followed, at: float) -> bool:
        return at - one.track.last_at > GONE_AFTER or at - one.track.sightings[0][0] > LONGEST

    def _follow(self, seen: PlateSeen, frame: Frame) -> None:
        rank = (seen.plate is not None, seen.agreed, seen.box.height)
        for one in self.followed:
            if one.track.last_at < frame.at and one.track.takes(seen):
                one.track.sightings.append((frame.at, seen))
                if rank > one.rank:
                    one.rank, one.frame, one.clearest = rank, frame, seen
                return
        self.followed.append(Followed(Track([(frame.at, seen)]), rank, frame, seen))

    def _stands_still(self, text: str, track: Track) -> bool:
        """Was it told of already, and is it still where it was then?"""
        now, place = track.last_at, track.sightings[-1][1].box
        self.told_of = {key: entry for key, entry in self.told_of.items() if now - entry[0] <= PARKED}
        before = self.told_of.get(text)
        self.told_of[text] = (now, place)
        return before is not None and all(apart(before[1], seen.box) <= STILL for _, seen in track.sightings)

    def _told(self, one: Followed) -> Iterator[Passage]:
        """Nothing of what was seen but once and is no plate: a sign, a shadow."""
        track = one.track
        _, best = track.best()
        if best.plate is None and len(track.sightings) < FEWEST_UNREAD:
            return
        if self._stands_still(text_of(best), track):
            return
        height, width = one.frame.pixels.shape[:2]
        single = len(track.sightings) == 1
        yield Passage(
            one.frame.at, track.sightings[0][0], track.last_at, best, best.votes if best.plate else 0,
            track.sightings[0][1].agreed if single else False, track.direction(),
            lane_of(self.lanes, one.clearest.box, width, height),
            plate_picture(one.frame.pixels, one.clearest),
            scene_picture(one.frame.pixels),
        )  # fmt: skip


def passages_of(
    frames: Iterable[Frame], reader: PlateReader, lanes: tuple[Lane, ...] = (), *, gated: bool = True
) -> Iterator[Passage]:
    """All passages of a film, each as soon as it is over."""
    live = LiveReader(reader, lanes, gated=gated)
    for frame in frames:
        yield from live.take(frame)
    yield from live.close()


def plate_picture(pixels: Pixels, seen: PlateSeen) -> bytes:
    """The plate with a margin, as JPEG."""
    box = seen.box.grown(CROP_MARGIN, pixels.shape[1], pixels.shape[0])
    part = pixels[box.top : box.top + box.height, box.left : box.left + box.width]
    return jpeg(part, CROP_QUALITY)


def scene_picture(pixels: Pixels) -> bytes:
    """The whole picture, at most 1280 pixels long, as JPEG."""
    height, width = pixels.shape[:2]
    scale = min(1.0, SCENE_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return jpeg(engine().resize(pixels, size, interpolation=engine().INTER_AREA), SCENE_QUALITY)


def jpeg(pixels: Pixels, quality: int) -> bytes:
    """RGB → JPEG."""
    if not pixels.size:
        return b""
    _, encoded = engine().imencode(".jpg", pixels[:, :, ::-1], [engine().IMWRITE_JPEG_QUALITY, quality])
    return bytes(encoded)
