"""Bytes or a path → pixels, or a named refusal; a film → frames, a few a second."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from struct import error as StructError  # noqa: N812 - an exception's name

import av
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from naoso.connectors.plates.live import Frame
from naoso.connectors.plates.rows import Pixels
from naoso.kernel.errors import BadInput

MOST_PIXELS = 100_000_000
LONGEST_SIDE = 4096
FORMATS = ("JPEG", "PNG", "WEBP")
PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp"})
FRAMES_A_SECOND = 3.0
UNREADABLE = (ArithmeticError, LookupError, OSError, SyntaxError, TypeError, ValueError, StructError)


def pixels_of(data: bytes, *, field: str = "picture") -> Pixels:
    """RGB, upright, at most 4096 pixels long. Raises BadInput with rule `type`, `pixels` or `broken`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of bombs and of broken EXIF: both are dealt with here
        image = opened(data, field)
        if image.width * image.height > MOST_PIXELS:
            size = f"{image.width}×{image.height}"
            raise BadInput.of(field, size, "pixels", "a picture may have at most 100 megapixels")
        try:
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(image).convert("RGB")
        except UNREADABLE as error:
            raise BadInput.of(field, "", "broken", "the picture is damaged or incomplete") from error
    return np.asarray(upright)


def opened(data: bytes, field: str) -> Image.Image:
    """By content, never by name; nothing is unpacked yet."""
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        kind = data[:12].decode("latin-1", "replace")
        raise BadInput.of(field, kind, "type", "only JPEG, PNG and WebP pictures are read") from error
    except Image.DecompressionBombError as error:
        raise BadInput.of(field, "", "pixels", "a picture may have at most 100 megapixels") from error
    except UNREADABLE as error:
        raise BadInput.of(field, "", "broken", "the picture is damaged or incomplete") from error


def frames_of(film: Path, *, a_second: float = FRAMES_A_SECOND) -> Iterator[Frame]:
    """A few frames of each second of a film, with their moments from its start."""
    try:
        with av.open(str(film)) as container:
            if not container.streams.video:
                raise BadInput.of("film", film.name, "type", "the file holds no moving picture")
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            due = 0.0
            for number, frame in enumerate(container.decode(stream)):
                at = frame.time if frame.time is not None else number / float(stream.average_rate or 25)
                if at + 1e-6 < due:
                    continue
                due = at + 1 / a_second
                yield Frame(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8), at)
    except (av.error.FFmpegError, UnicodeDecodeError) as error:
        raise BadInput.of("film", film.name, "broken", "the film cannot be opened or is damaged") from error
