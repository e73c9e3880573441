"""Carry picture and sound of a clip over into a new MP4, and nothing else of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import av

COPIED = frozenset({"h264", "vp9", "av1", "libdav1d"})
DECODED = COPIED | {"hevc", "vp8", "mpeg4", "h263"}
COPIED_SOUND = frozenset({"aac", "mp3", "opus"})
LONGEST_SIDE = 1280
MOST_FRAMES_A_SECOND = 31
ENCODER_OPTIONS = {"preset": "veryfast", "crf": "26"}
AnyPacket: TypeAlias = "av.Packet[Any]"
Feed = Callable[[AnyPacket], Iterator[AnyPacket]]


class TooLong(Exception):
    """The clip lasts longer than allowed; found while reading, whatever its header says."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Written:
    """What the new file holds."""

    seconds: float
    has_sound: bool


def rewrite(source: io.BytesIO, demuxer: str, target: Path, most_seconds: float, turn: int) -> Written:
    """`turn` is how the phone was held, in degrees; raises TooLong as soon as that much was read."""
    with (
        av.open(source, "r", format=demuxer, metadata_errors="replace") as clip,
        av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as out,
    ):
        feeds: dict[int, Feed] = {clip.streams.video[0].index: picture_feed(clip.streams.video[0], out, turn)}
        for sound in [track for track in clip.streams.audio if track.codec_context is not None][:1]:
            feeds[sound.index] = sound_feed(sound, out)
        begin: float | None = None
        end = 0.0
        for packet in clip.demux([clip.streams[index] for index in feeds]):
            if packet.dts is not None and packet.pts is not None and packet.time_base is not None:
                at = float(packet.pts * packet.time_base)
                begin = at if begin is None else min(begin, at)
                end = max(end, at + float((packet.duration or 0) * packet.time_base))
                if end - begin > most_seconds:
                    raise TooLong(max(end - begin, float(clip.duration or 0) / av.time_base))
            out.mux(list(feeds[packet.stream.index](packet)))
        return Written(round(end - (begin or 0.0), 2), len(feeds) > 1)


def picture_feed(stream: av.VideoStream, out: av.container.OutputContainer, turn: int) -> Feed:
    """As it is where browsers play it, else as H.264; the turn of the phone stays with it."""
    if stream.codec_context.name in COPIED:
        return copied(stream, out)
    return encoded_picture(stream, out, turn)


def sound_feed(stream: av.AudioStream, out: av.container.OutputContainer) -> Feed:
    """As it is where browsers play it, else as AAC."""
    return copied(stream, out) if stream.codec_context.name in COPIED_SOUND else encoded_sound(stream, out)


def copied(stream: av.VideoStream | av.AudioStream, out: av.container.OutputContainer) -> Feed:
    """Packets as they are; the language and handler that the phone wrote are left behind."""
    new = out.add_stream_from_template(stream)
    new.metadata.clear()

    def feed(packet: AnyPacket) -> Iterator[AnyPacket]:
        if packet.dts is not None:
            packet.stream = new
            yield packet

    return feed


def encoded_picture(stream: av.VideoStream, out: av.container.OutputContainer, turn: int) -> Feed:
    """H.264 with at most 1280 pixels on the longer side and 30 pictures a second."""
    old = stream.codec_context
    old.thread_count = 1
    scale = min(1.0, LONGEST_SIDE / max(old.width, old.height))
    new = out.add_stream("libx264", rate=30, options=ENCODER_OPTIONS)
    new.width, new.height = (max(2, round(side * scale / 2) * 2) for side in (old.width, old.height))
    new.pix_fmt = "yuv420p"
    new.codec_context.thread_count = 1
    if stream.time_base is not None:
        new.codec_context.time_base = stream.time_base
    if turn:
        new.set_display_rotation(turn)
    last = -1.0

    def feed(packet: AnyPacket) -> Iterator[AnyPacket]:
        nonlocal last
        for frame in stream.decode(packet):
            if frame.time is None or frame.time - last < 1 / MOST_FRAMES_A_SECOND:
                continue
            last = frame.time
            plain = frame.reformat(new.width, new.height, "yuv420p")
            plain.pict_type = 0
            yield from new.encode(plain)
        if packet.dts is None:
            yield from new.encode(None)

    return feed


def encoded_sound(stream: av.AudioStream, out: av.container.OutputContainer) -> Feed:
    """AAC at the rate it was recorded with."""
    new = out.add_stream("aac", rate=max(8000, stream.rate or 0))

    def feed(packet: AnyPacket) -> Iterator[AnyPacket]:
        for frame in stream.decode(packet):
            yield from new.encode(frame)
        if packet.dts is None:
            yield from new.encode(None)

    return feed
