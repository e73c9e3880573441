"""An upload that claims to be a short video → an MP4 that every browser plays, or a named refusal.

The container is told from the content, never from the name, and only the two families that phones make are
opened: a play list that makes the reader fetch other files is never followed. Picture and sound are carried
over into a new file; place, phone, time and further tracks stay behind. What browsers do not play (HEVC,
VP8, MPEG-4, H.263) is encoded anew, which takes about as long as the clip lasts: work for a background job.
"""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

import av
from PIL import Image

from naoso.connectors.video.rewriting import DECODED, TooLong, rewrite
from naoso.kernel.errors import BadInput

MOST_BYTES = 60 * 1024 * 1024
MOST_SECONDS = 30
SPARE_SECONDS = 1  # a phone that stops at 30 s writes 30.1
MOST_PIXELS = 3840 * 2160
POSTER_AT = 1.0
POSTER_FRAMES = 60
LONGEST_SIDE = 2048
THUMB_SIDE = 320
ISO_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}
EBML = b"\x1a\x45\xdf\xa3"

__all__ = ["MOST_BYTES", "MOST_SECONDS", "Video", "read_video"]


@dataclass(frozen=True, slots=True)
class Video:
    """`mp4`, `poster` and `thumbnail` (JPEG) carry no metadata; the size is as it is seen."""

    mp4: bytes
    poster: bytes
    thumbnail: bytes
    seconds: float
    width: int
    height: int
    has_sound: bool


def read_video(
    data: bytes | Path,
    *,
    field: str = "video",
    most_seconds: float = MOST_SECONDS,
    most_bytes: int = MOST_BYTES,
) -> Video:
    """Raises BadInput with rule `size`, `type`, `duration`, `pixels` or `broken`."""
    size = len(data) if isinstance(data, bytes) else data.stat().st_size
    if size > most_bytes:
        most = most_bytes // (1024 * 1024)
        raise BadInput.of(field, f"{size} bytes", "size", f"a video may have at most {most} MB")
    source = io.BytesIO(data if isinstance(data, bytes) else data.read_bytes())
    demuxer = demuxer_for(source.getvalue()[:12], field)
    try:
        return made(source, demuxer, field, most_seconds + SPARE_SECONDS)
    except TooLong as error:
        told = f"a video may last at most {most_seconds:g} seconds"
        raise BadInput.of(field, f"{error.seconds:.1f} s", "duration", told) from error
    except (av.FFmpegError, ArithmeticError, LookupError, OSError, TypeError, ValueError) as error:
        raise BadInput.of(field, "", "broken", "the video is damaged or incomplete") from error


def demuxer_for(head: bytes, field: str) -> str:
    """MP4, MOV and 3GP are one family, WebM the other."""
    if head[4:8] in ISO_BOXES:
        return "mov"
    if head[:4] == EBML:
        return "matroska"
    raise BadInput.of(
        field, head.decode("latin-1", "replace"), "type", "only MP4, MOV, 3GP and WebM videos are taken"
    )


def made(source: io.BytesIO, demuxer: str, field: str, most_seconds: float) -> Video:
    """Look first, at little cost; rewrite what passed."""
    with av.open(source, "r", format=demuxer, metadata_errors="replace") as clip:
        check(clip, field)
        frame = frame_to_show(clip)
    source.seek(0)
    with tempfile.TemporaryDirectory(prefix="naoso-video-") as folder:
        target = Path(folder) / "clean.mp4"
        written = rewrite(source, demuxer, target, most_seconds, frame.rotation)
        mp4 = target.read_bytes()
    poster = Image.fromarray(frame.to_ndarray(format="rgb24")).rotate(frame.rotation, expand=True)
    width, height = poster.size
    poster.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    small = poster.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE))
    return Video(mp4, jpeg(poster, 85), jpeg(small, 75), written.seconds, width, height, written.has_sound)


def check(clip: av.container.InputContainer, field: str) -> None:
    """A picture track of a known kind and of a size that a phone makes."""
    if not clip.streams.video:
        raise BadInput.of(field, "", "type", "there is no picture in this file")
    # the stubs do not tell that a track nobody can decode has no context
    picture: av.VideoCodecContext | None = clip.streams.video[0].codec_context
    if picture is None or picture.name not in DECODED:
        raise BadInput.of(field, "", "type", "this kind of video cannot be read")
    if picture.width * picture.height > MOST_PIXELS:
        size = f"{picture.width}×{picture.height}"
        raise BadInput.of(field, size, "pixels", "a video may have at most 3840×2160 pixels")


def frame_to_show(clip: av.container.InputContainer) -> av.VideoFrame:
    """The frame one second in, when the hand is steady, or the last of a shorter clip."""
    shown: av.VideoFrame | None = None
    for number, frame in enumerate(clip.decode(video=0)):
        shown = frame
        if (frame.time or 0) >= POSTER_AT or number >= POSTER_FRAMES:
            break
    if shown is None:
        raise ValueError("no frame")
    return shown


def jpeg(image: Image.Image, quality: int) -> bytes:
    """Without any metadata."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
