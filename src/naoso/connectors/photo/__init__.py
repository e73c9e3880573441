"""An upload that claims to be a photo → a clean JPEG with its place and time, or a named refusal.

The type is told from the content, never from the name; the picture is drawn anew, so nothing of the
file but its pixels survives: no EXIF, no second picture behind it, no script.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from naoso.kernel.errors import BadInput

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2048
THUMB_SIDE = 320
FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Photo:
    """`jpeg` and `thumbnail` are encoded here; `lon`, `lat`, `taken_at` (local, naive) come from EXIF."""

    jpeg: bytes
    thumbnail: bytes
    width: int
    height: int
    lon: float | None = None
    lat: float | None = None
    taken_at: datetime | None = None


def read_photo(data: bytes, *, field: str = "photos") -> Photo:
    """Raises BadInput with rule `size`, `type`, `pixels` or `broken`."""
    if len(data) > MOST_BYTES:
        raise BadInput.of(field, f"{len(data)} bytes", "size", "a photo may have at most 15 MB")
    image = opened(data, field)
    if image.width * image.height > MOST_PIXELS:
        size = f"{image.width}×{image.height}"
        raise BadInput.of(field, size, "pixels", "a photo may have at most 50 megapixels")
    try:
        exif = image.getexif()
        upright = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:
        raise BadInput.of(field, "", "broken", "the picture is damaged or incomplete") from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    lon, lat = position(exif)
    small = upright.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE))
    return Photo(encoded(upright, 85), encoded(small, 75), *upright.size, lon, lat, taken(exif))


def opened(data: bytes, field: str) -> Image.Image:
    """Only the formats that phones make; a bomb is refused before it is unpacked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        kind = data[:12].decode("latin-1", "replace")
        raise BadInput.of(field, kind, "type", "only JPEG, PNG and WebP photos are taken") from error
    except Image.DecompressionBombError as error:
        raise BadInput.of(field, "", "pixels", "a photo may have at most 50 megapixels") from error


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
