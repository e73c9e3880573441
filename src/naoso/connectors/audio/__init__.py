"""An upload that claims to be a voice note → AAC in MP4 that every browser plays, or a named refusal.

The container is told from the content, never from the name. The sound is decoded and encoded anew, so nothing
of the file but what is heard survives: no place, no phone's name, no picture, no second track.
"""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av

from naoso.kernel.errors import BadInput

MOST_BYTES = 5 * 1024 * 1024
MOST_SECONDS = 60
SPARE_SECONDS = 1  # a phone that stops at 60 s writes 60.1
RATE = 24_000  # speech
EBML, OGG = b"\x1a\x45\xdf\xa3", b"OggS"
SOUNDS = frozenset({"opus", "libopus", "vorbis", "aac", "mp3", "mp3float", "pcm_s16le"})

__all__ = ["MOST_BYTES", "MOST_SECONDS", "Voice", "read_voice"]


@dataclass(frozen=True, slots=True)
class Voice:
    """`mp4` carries sound alone; its type is `audio/mp4`."""

    mp4: bytes
    seconds: float


class _TooLong(Exception):
    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def read_voice(data: bytes, *, field: str = "voice", most_seconds: float = MOST_SECONDS) -> Voice:
    """Raises BadInput with rule `size`, `type`, `duration` or `broken`."""
    if len(data) > MOST_BYTES:
        told = f"a voice note may have at most {MOST_BYTES // (1024 * 1024)} MB"
        raise BadInput.of(field, f"{len(data)} bytes", "size", told)
    demuxer = demuxer_for(data[:12], field)
    try:
        return made(data, demuxer, field, most_seconds + SPARE_SECONDS)
    except _TooLong as error:
        told = f"a voice note may last at most {most_seconds:g} seconds"
        raise BadInput.of(field, f"{error.seconds:.1f} s", "duration", told) from error
    except (av.FFmpegError, ArithmeticError, LookupError, OSError, TypeError, ValueError) as error:
        raise BadInput.of(field, "", "broken", "the voice note is damaged or incomplete") from error


def demuxer_for(head: bytes, field: str) -> str:
    """What MediaRecorder writes: WebM in Chrome, Ogg in Firefox, MP4 in Safari."""
    if head[:4] == EBML:
        return "matroska"
    if head[:4] == OGG:
        return "ogg"
    if head[4:8] == b"ftyp":
        return "mov"
    shown = head.decode("latin-1", "replace")
    raise BadInput.of(field, shown, "type", "only WebM, Ogg and MP4 voice notes are taken")


def made(data: bytes, demuxer: str, field: str, most_seconds: float) -> Voice:
    """Decoded, mixed to one channel, encoded anew."""
    with tempfile.TemporaryDirectory(prefix="naoso-voice-") as folder:
        target = Path(folder) / "voice.m4a"
        with (
            av.open(io.BytesIO(data), "r", format=demuxer, metadata_errors="replace") as clip,
            av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as out,
        ):
            seconds = carry(clip, out, field, most_seconds)
        return Voice(target.read_bytes(), round(seconds, 2))


def carry(
    clip: av.container.InputContainer, out: av.container.OutputContainer, field: str, most_seconds: float
) -> float:
    """How many seconds are heard."""
    if not clip.streams.audio:
        raise BadInput.of(field, "", "type", "there is no sound in this file")
    track = clip.streams.audio[0]
    # the stubs do not tell that a track nobody can decode has no context
    sound: av.AudioCodecContext | None = track.codec_context
    if sound is None or sound.name not in SOUNDS:
        raise BadInput.of(field, "", "type", "this kind of sound cannot be read")
    new = out.add_stream("aac", rate=RATE, layout="mono")
    mixer = av.AudioResampler(format="fltp", layout="mono", rate=RATE)
    heard = 0
    for frame in chain(clip.decode(track), [None]):
        if frame is not None:
            frame.pts = None  # a damaged note's clock may jump back
        for mixed in mixer.resample(frame):
            mixed.pts, mixed.time_base = heard, Fraction(1, RATE)
            heard += mixed.samples
            if heard > most_seconds * RATE:
                raise _TooLong(heard / RATE)
            out.mux(new.encode(mixed))
    if not heard:
        raise ValueError("no sound")
    out.mux(new.encode(None))
    return heard / RATE
