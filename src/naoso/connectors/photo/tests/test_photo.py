"""What is no photo is refused by its content; what is one loses everything but its pixels."""

from __future__ import annotations

import io
import random

import pytest
from PIL import ExifTags, Image, ImageDraw

from naoso.connectors.photo import LONGEST_SIDE, distance, read_photo
from naoso.kernel.errors import BadInput

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 64
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
        (HEIC, "heic"),
        (picture(kind="WEBP")[:40], "broken"),
        (picture((400, 300), "PNG")[:200], "broken"),
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


def test_a_comment_and_a_colour_profile_do_not_survive() -> None:
    photo = read_photo(picture(comment=b"Tran Thi B, 0912 000 000", icc_profile=b"made by B" * 30))
    for made in (photo.jpeg, photo.thumbnail):
        assert set(Image.open(io.BytesIO(made)).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert b"0912" not in made
        assert b"made by B" not in made


def outcome(data: bytes) -> str:
    try:
        read_photo(data)
    except BadInput as error:
        return error.errors[0].rule
    return "read"


def test_damaged_bytes_give_a_photo_or_a_named_refusal() -> None:
    dice = random.Random(20)
    whole = [with_gps((21, 28, 30), (105, 51, 0)), picture(kind="PNG"), picture(kind="WEBP")]
    for _ in range(600):
        data = bytearray(dice.choice(whole))
        del data[dice.randrange(60, 4 * len(data)) :]
        for _ in range(dice.randrange(1, 6)):
            data[dice.randrange(min(len(data), 400))] = dice.randrange(256)
        assert outcome(bytes(data)) in {"read", "type", "broken", "pixels"}


def scene(seed: int) -> Image.Image:
    dice = random.Random(seed)
    image = Image.new("RGB", (1200, 900), (150, 170, 190))
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y = dice.randrange(1200), dice.randrange(900)
        shade = tuple(dice.randrange(256) for _ in range(3))
        draw.rectangle((x, y, x + dice.randrange(40, 500), y + dice.randrange(40, 400)), fill=shade)
    return image


def saved(image: Image.Image, kind: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize("seed", range(5))
def test_the_same_scene_keeps_its_fingerprint_and_another_does_not(seed: int) -> None:
    first = read_photo(saved(scene(seed))).fingerprint
    smaller = read_photo(saved(scene(seed).resize((500, 375)), quality=40)).fingerprint
    other_format = read_photo(saved(scene(seed), "WEBP")).fingerprint
    assert -(2**63) <= first < 2**63
    assert distance(first, smaller) <= 6
    assert distance(first, other_format) <= 6
    assert distance(first, read_photo(saved(scene(seed + 100))).fingerprint) >= 16


def test_distance_counts_bits_across_the_sign() -> None:
    assert distance(-1, 0) == 64
    assert distance(-(2**63), 0) == 1
    assert distance(5, 5) == 0
