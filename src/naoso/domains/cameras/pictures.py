"""A key picture of a camera → what the rules judge, and the small JPEG that pages show."""

from __future__ import annotations

import io
from typing import cast

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from PIL import Image

from naoso.connectors.rtsp.frames import Codec
from naoso.domains.cameras.rules.picture import SIZE, Shot

QUALITIES = (72, 60, 45, 30, 20)
CODECS = {Codec.H264: "h264", Codec.H265: "hevc"}


class Unreadable(Exception):
    """The bytes of a picture make no picture."""


def picture_of(codec: Codec, data: bytes) -> av.VideoFrame:
    """Decodes one key picture with its parameter sets (Annex B); raises Unreadable."""
    decoder = cast("VideoCodecContext", VideoCodecContext.create(CODECS[codec], "r"))
    decoder.thread_count = 1
    try:
        frames = [*decoder.decode(av.Packet(data)), *decoder.decode(None)]
    except av.FFmpegError as error:
        raise Unreadable(str(error)) from error
    if not frames:
        raise Unreadable("no whole picture")
    return frames[0]


def shot_of(picture: av.VideoFrame) -> Shot:
    """What the rules judge: grey levels of the whole picture made small, and how much colour there is."""
    small = picture.reformat(*SIZE, format="yuv444p", interpolation="AREA").to_ndarray()
    grey = small[0].astype(np.float32)
    colour = float(np.abs(small[1:].astype(np.int16) - 128).mean())
    return Shot(grey, colour)


def jpeg(picture: av.VideoFrame, width: int, most_bytes: int) -> bytes:
    """At most that wide and that large; without any metadata."""
    width = min(width, picture.width)
    height = max(2, round(picture.height * width / picture.width / 2) * 2)
    image = Image.fromarray(
        picture.reformat(width, height, format="rgb24", interpolation="AREA").to_ndarray()
    )
    for quality in QUALITIES:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality)
        if out.tell() <= most_bytes:
            break
    return out.getvalue()
