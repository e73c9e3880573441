"""A photo → the same photo without the faces and the number plates that anyone could know.

What is found is found generously: a wall that was blurred needlessly can be asked for, a face that was
published cannot be taken back. The networks and their libraries are loaded at the first photo, once for a
process, so a web process that only imports this room pays nothing; a photo costs up to two seconds of
one core, which is work for a background job.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageFilter

from naoso.connectors.anonymise.box import Box
from naoso.connectors.anonymise.faces import find_faces
from naoso.connectors.anonymise.plates import find_plates

CELLS = 5
QUALITY = 85

__all__ = ["Box", "blurred", "find_private"]


def find_private(jpeg: bytes) -> list[Box]:
    """Faces and number plates, in pixels of the photo as it is stored, left to right."""
    with Image.open(io.BytesIO(jpeg)) as image:
        pixels = np.asarray(image.convert("RGB"))
    return sorted([*find_faces(pixels), *find_plates(pixels)], key=lambda box: (box.left, box.top))


def blurred(jpeg: bytes, boxes: Iterable[Box]) -> bytes:
    """A JPEG without metadata in which no detail of the boxes is left.

    Each box keeps the mean colours of at most 5×5 cells, so there is nothing to sharpen back.
    """
    with Image.open(io.BytesIO(jpeg)) as opened:
        image = opened.convert("RGB")
    for box in boxes:
        cover(image, box.within(image.width, image.height))
    clean = Image.frombytes("RGB", image.size, image.tobytes())
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def cover(image: Image.Image, box: Box) -> None:
    """Replace the box by its coarse cells, softened so that the cover does not draw the eye."""
    if box.width < 1 or box.height < 1:
        return
    corners = (box.left, box.top, box.left + box.width, box.top + box.height)
    size = (box.width, box.height)
    cells = (min(CELLS, box.width), min(CELLS, box.height))
    coarse = image.crop(corners).resize(cells, Image.Resampling.BOX).resize(size, Image.Resampling.NEAREST)
    image.paste(coarse.filter(ImageFilter.GaussianBlur(max(size) / (2 * CELLS))), corners)
