"""What is no photo is refused by its content; what is one loses everything but its pixels."""

from __future__ import annotations

import io

import pytest
from PIL import ExifTags, Image

from naoso.connectors.photo import LONGEST_SIDE, read_photo
from naoso.kernel.errors import BadInput

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def picture(size: tuple[int, int] = (400, 300), kind: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (90, 120, 150)).save(out, kind, **more)
    return out.getvalue()


def with_gps(
    lat: tuple[float, float, float], lon: tuple[float, float, float], *, south: bool = False
) -> bytes:
    exif = Image.Exif()
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "S" if south else "N", lat
    gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", lon
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:03:02 08:30:00"
    return picture(exif=exif)


def test_place_and_time_are_read_and_then_gone() -> None:
    photo = read_photo(with_gps((21, 28, 30), (105, 51, 0)))
    assert photo.lat == pytest.approx(21.475)
    assert photo.lon == pytest.approx(105.85)
    assert photo.taken_at is not None
    assert photo.taken_at.hour == 8
    clean = Image.open(io.BytesIO(photo.jpeg))
    assert not clean.getexif()
    assert b"Exif" not in photo.jpeg
    assert b"Exif" not in photo.thumbnail


def test_a_phone_held_sideways_comes_out_upright() -> None:
    photo = read_photo(with_gps((21, 0, 0), (105, 0, 0)))
    assert (photo.width, photo.height) == (300, 400)


def test_the_southern_half_is_negative() -> None:
    assert read_photo(with_gps((10, 0, 0), (105, 0, 0), south=True)).lat == -10


def test_zero_zero_is_no_place() -> None:
    assert read_photo(with_gps((0, 0, 0), (0, 0, 0))).lon is None


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_formats_become_jpeg(kind: str) -> None:
    assert read_photo(picture(kind=kind)).jpeg[:2] == b"\xff\xd8"


def test_a_large_one_is_made_smaller() -> None:
    photo = read_photo(picture((4000, 1000)))
    assert (photo.width, photo.height) == (LONGEST_SIDE, LONGEST_SIDE // 4)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (SVG, "type"),
        (HTML, "type"),
        (b"", "type"),
        (b"%PDF-1.7", "type"),
        (picture(kind="GIF"), "type"),
        (picture((400, 300))[:2000], "broken"),
        (b"\xff" * (15 * 1024 * 1024 + 1), "size"),
    ],
)
def test_refused_by_rule(data: bytes, rule: str) -> None:
    with pytest.raises(BadInput) as error:
        read_photo(data)
    assert error.value.errors[0].rule == rule


def test_a_hundred_megapixels_are_refused_unread() -> None:
    with pytest.raises(BadInput) as error:
        read_photo(picture((10_000, 10_000), "PNG"))
    assert error.value.errors[0].rule == "pixels"
