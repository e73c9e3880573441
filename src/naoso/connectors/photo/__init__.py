"""An upload that claims to be a photo → a clean JPEG with its place and time, or a named refusal.

The type is told from the content, never from the name; the picture is drawn anew, so nothing of the
file but its pixels survives: no EXIF, no comment, no second picture behind it, no script.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image, UnidentifiedImageError

from naoso.kernel.errors import BadInput

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2048
THUMB_SIDE = 320
FORMATS = ("JPEG", "PNG", "WEBP")
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"}
FINGERPRINT_SIDE = 8
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# what Pillow raises, by format, on bytes that are not what they promise to be
UNREADABLE = (ArithmeticError, LookupError, OSError, SyntaxError, TypeError, ValueError, struct.error)


@dataclass(frozen=True, slots=True)
class Photo:
    """`jpeg` and `thumbnail` are encoded here; `lon`, `lat`, `taken_at` (local, naive) come from EXIF.

    `fingerprint` stays nearly the same through another size, another quality and another format.
    """

    jpeg: bytes
    thumbnail: bytes
    width: int
    height: int
    fingerprint: int
    lon: float | None = None
    lat: float | None = None
    taken_at: datetime | None = None


def read_photo(data: bytes, *, field: str = "photos") -> Photo:
    """Raises BadInput with rule `size`, `type`, `heic`, `pixels` or `broken`."""
    if len(data) > MOST_BYTES:
        raise BadInput.of(field, f"{len(data)} bytes", "size", "a photo may have at most 15 MB")
    image = opened(data, field)
    if image.width * image.height > MOST_PIXELS:
        size = f"{image.width}×{image.height}"
        raise BadInput.of(field, size, "pixels", "a photo may have at most 50 megapixels")
    exif = exif_of(image)
    try:
        with quiet():
            upright = turned(image, exif).convert("RGB")
    except UNREADABLE as error:
        raise BadInput.of(field, "", "broken", "the picture is damaged or incomplete") from error
    upright.info.clear()
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    lon, lat = position(exif)
    small = upright.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE))
    clean, thumbnail = encoded(upright, 85), encoded(small, 75)
    return Photo(clean, thumbnail, *upright.size, fingerprint(small), lon, lat, taken(exif))


def fingerprint(image: Image.Image) -> int:
    """64 bits: does the light grow from one cell to the next (dHash)? Fits a signed bigint."""
    side = FINGERPRINT_SIDE
    light = image.convert("L").resize((side + 1, side), Image.Resampling.LANCZOS).tobytes()
    bits = 0
    for place in range(side * (side + 1)):
        if place % (side + 1) < side:
            bits = bits << 1 | (light[place] < light[place + 1])
    return bits - (1 << 64) if bits >> 63 else bits


def distance(one: int, other: int) -> int:
    """How many of the 64 bits differ: up to about 6 the same photo, from about 20 another one."""
    return ((one ^ other) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()


def opened(data: bytes, field: str) -> Image.Image:
    """Only the formats that phones make; a bomb is refused before it is unpacked."""
    try:
        with quiet():
            return Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
            raise BadInput.of(field, "HEIC", "heic", "send the photo as JPEG, not as HEIC") from error
        kind = data[:12].decode("latin-1", "replace")
        raise BadInput.of(field, kind, "type", "only JPEG, PNG and WebP photos are taken") from error
    except Image.DecompressionBombError as error:
        raise BadInput.of(field, "", "pixels", "a photo may have at most 50 megapixels") from error
    except UNREADABLE as error:
        raise BadInput.of(field, "", "broken", "the picture is damaged or incomplete") from error


@contextmanager
def quiet() -> Iterator[None]:
    """Pillow warns of bombs, which are refused by size here, and of broken EXIF, which is left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def exif_of(image: Image.Image) -> Image.Exif:
    """What the camera wrote; empty where it is damaged, as the picture may be whole all the same."""
    try:
        with quiet():
            exif = image.getexif()
            for part in (ExifTags.IFD.GPSInfo, ExifTags.IFD.Exif):
                exif.get_ifd(part)
    except UNREADABLE:
        return Image.Exif()
    return exif


def turned(image: Image.Image, exif: Image.Exif) -> Image.Image:
    """As it was seen, not as the phone was held."""
    how = TURNS.get(exif.get(ExifTags.Base.Orientation, 1))
    return image if how is None else image.transpose(how)


def encoded(image: Image.Image, quality: int) -> bytes:
    """A JPEG without any metadata."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def position(exif: Image.Exif) -> tuple[float | None, float | None]:
    """Longitude and latitude in degrees, or none where they are absent or nonsense."""
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    lon = degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef))
    lat = degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef))
    if lon is None or lat is None or abs(lon) > 180 or abs(lat) > 90 or (lon == 0 and lat == 0):
        return None, None
    return lon, lat


def degrees(parts: Any, side: Any) -> float | None:
    """Degrees, minutes, seconds with N, E, S or W."""
    try:
        d, m, s = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = d + m / 60 + s / 3600
    return -value if str(side).strip("\0 ").upper() in {"S", "W"} else value


def taken(exif: Image.Exif) -> datetime | None:
    """When the shutter was pressed, on the phone's own clock."""
    text = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    try:
        return datetime.strptime(str(text), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the phone gives no zone
    except ValueError:
        return None
