"""Files that are too large, broken, or none at all."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from naoso.connectors.plates import frames_of, pixels_of
from naoso.kernel.errors import BadInput


def encoded(size: tuple[int, int], kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("L" if kind == "PNG" else "RGB", size, 120).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "type"),
        (b"GIF89a" + bytes(40), "type"),
        (b"not a picture", "type"),
        (encoded((64, 64), "JPEG")[:200], "broken"),
        (encoded((12_000, 9_000)), "pixels"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(data: bytes, rule: str) -> None:
    with pytest.raises(BadInput) as refused:
        pixels_of(data, field="cam-3.jpg")
    (error,) = refused.value.errors
    assert (error.field, error.rule) == ("cam-3.jpg", rule)


def test_a_large_picture_is_made_smaller_and_stands_upright() -> None:
    assert pixels_of(encoded((6_000, 1_500), "JPEG")).shape == (1_024, 4_096, 3)
    out, exif = io.BytesIO(), Image.Exif()
    exif[274] = 6
    Image.new("RGB", (80, 40)).save(out, "JPEG", exif=exif)
    assert pixels_of(out.getvalue()).shape == (80, 40, 3)


def film(path: Path, *, frames: int, rate: int) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(frames):
            picture = np.full((48, 64, 3), number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


def test_of_a_film_a_few_frames_a_second_are_looked_at(tmp_path: Path) -> None:
    frames = list(frames_of(film(tmp_path / "a.mp4", frames=30, rate=10), a_second=2))
    assert [round(frame.at, 1) for frame in frames] == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]
    assert frames[0].pixels.shape == (48, 64, 3)


def test_a_film_that_is_none_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film at all")
    with pytest.raises(BadInput, match="damaged"):
        list(frames_of(broken))
