"""Scenes and recorded videos, encoded once into clips that the RTSP server loops."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle
from pathlib import Path

import av
import numpy as np

from naoso.cli.simulated_cameras.scenes import Picture, moving, still, turned, write_number
from naoso.connectors.rtsp.frames import PARAMETER_KINDS, Codec, kind_of
from naoso.connectors.rtsp.packets import picture, split_annex_b
from naoso.connectors.rtsp.serving import Clip

VERSION = 2
VIEWS = ("left", "right", "near")  # of a camera that was turned


@dataclass(frozen=True, slots=True)
class Form:
    """Size, pictures a second, bits a second, seconds between key pictures, seconds of the loop."""

    width: int
    height: int
    rate: int
    bits: int
    group_s: float = 1.0
    seconds: float = 10.0
    codec: Codec = Codec.H264

    @property
    def count(self) -> int:
        """Pictures of the loop."""
        return int(self.rate * self.seconds)


MAIN = Form(1920, 1080, 15, 1_500_000, seconds=6.0)
SUB = Form(640, 360, 10, 300_000)


def drawn(form: Form, seed: int, fault: str = "", *, kept: Path | None = None) -> Clip:
    """A street of this seed, or what a camera with that fault shows of it."""
    name = f"{VERSION}-{form}-{seed}-{fault}"
    return _kept(kept, name, form) or _made(kept, name, form, _scene(form, seed, fault))


def recorded(form: Form, video: Path, *, kept: Path | None = None) -> Clip:
    """A video file from its beginning, looped to the clip's length."""
    facts = video.stat()
    name = f"{VERSION}-{form}-{video.name}-{facts.st_size}"
    return _kept(kept, name, form) or _made(kept, name, form, _film(form, video))


def _scene(form: Form, seed: int, fault: str) -> Iterator[Picture]:
    if fault in VIEWS:
        draw = turned(fault, form.width, form.height, seed)
    else:
        draw = still(fault, form.width, form.height, seed) or moving(form.width, form.height, seed)
    loops = 2 if fault == "frozen" else 1  # until an encoder settles, it codes one picture variously
    for number in range(loops * form.count):
        yield _numbered(draw(number / form.count), number, frozen=fault in {"frozen", "black"})


def _film(form: Form, video: Path) -> Iterator[Picture]:
    pictures: list[Picture] = []
    with av.open(str(video)) as file:
        step = float(file.streams.video[0].average_rate or 15) / form.rate
        wanted = 0.0
        for number, frame in enumerate(file.decode(video=0)):
            if number >= wanted:
                wanted += step
                shown = frame.reformat(form.width, form.height, "rgb24").to_ndarray()
                pictures.append(shown.astype(np.uint8, copy=False))
            if len(pictures) >= form.count:
                break
    for number, again in zip(range(form.count), cycle(pictures), strict=False):
        yield _numbered(again.copy(), number)


def _numbered(shown: Picture, number: int, *, frozen: bool = False) -> Picture:
    if not frozen:
        write_number(shown, number)
    return shown


def encoded(form: Form, pictures: Iterator[Picture]) -> list[bytes]:
    """Annex B, one for each picture, parameter sets before every key picture; no pictures out of order."""
    name = "libx264" if form.codec is Codec.H264 else "libx265"
    context = av.CodecContext.create(name, "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = form.width, form.height, "yuv420p"
    context.time_base, context.bit_rate = Fraction(1, form.rate), form.bits
    keys = int(form.rate * form.group_s)
    inner = f"keyint={keys}:min-keyint={keys}:scenecut=0:bframes=0:repeat-headers=1:log-level=0"
    own = "x264-params" if form.codec is Codec.H264 else "x265-params"
    context.options = {
        "preset": "ultrafast" if form.width > 1000 else "veryfast",
        "tune": "zerolatency",
        own: inner,
        "threads": "1",
    }
    found: list[bytes] = []
    for shown in pictures:
        frame = av.VideoFrame.from_ndarray(shown, format="rgb24")
        found += [bytes(packet) for packet in context.encode(frame)]
    return found + [bytes(packet) for packet in context.encode(None)]


def clip_of(form: Form, packets: list[bytes]) -> Clip:
    """As the server sends it."""
    sets: dict[int, bytes] = {}
    shown = []
    for packet in packets:
        nals = split_annex_b(packet)
        kinds = {kind_of(form.codec, nal) for nal in nals}
        sets |= {k: nal for nal in nals if (k := kind_of(form.codec, nal)) in PARAMETER_KINDS[form.codec]}
        shown.append(picture(form.codec, nals, key=bool(kinds & PARAMETER_KINDS[form.codec])))
    return Clip(form.codec, form.rate, tuple(sets[k] for k in sorted(sets)), tuple(shown))


def _made(kept: Path | None, name: str, form: Form, pictures: Iterator[Picture]) -> Clip:
    packets = encoded(form, pictures)[-form.count :]
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        head = json.dumps([len(packet) for packet in packets]).encode() + b"\n"
        part = _file(kept, name).with_suffix(".part")
        part.write_bytes(head + b"".join(packets))
        part.replace(_file(kept, name))
    return clip_of(form, packets)


def _kept(folder: Path | None, name: str, form: Form) -> Clip | None:
    if folder is None or not _file(folder, name).exists():
        return None
    head, _end, body = _file(folder, name).read_bytes().partition(b"\n")
    packets, at = [], 0
    for length in json.loads(head):
        packets.append(body[at : at + length])
        at += length
    return clip_of(form, packets)


def _file(folder: Path, name: str) -> Path:
    return folder / f"{hashlib.sha256(name.encode()).hexdigest()[:20]}.clip"
