"""Clips of every phone come out as a clean MP4; what is none, too long, too large or damaged is named."""

from __future__ import annotations

import io
import random
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from naoso.connectors.video import THUMB_SIDE, read_video
from naoso.kernel.errors import BadInput

NAME = "Tran Thi B"
PLACE = "+21.4750+105.8500/"
HIDDEN = (NAME.encode(), b"21.475", b"com.apple")


def clip(
    kind: str = "mp4",
    picture: str = "libx264",
    sound: str | None = "aac",
    *,
    seconds: float = 2,
    size: tuple[int, int] = (320, 240),
    turn: int = 0,
) -> bytes:
    """Red above, black below, signed by a phone that knows who and where."""
    out = io.BytesIO()
    options = {"movflags": "use_metadata_tags"} if kind in {"mp4", "mov"} else {}
    with av.open(out, "w", format=kind, options=options) as container:
        container.metadata.update(
            {"title": NAME, "location": PLACE, "com.apple.quicktime.location.ISO6709": PLACE}
        )
        stream = container.add_stream(picture, rate=10)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.metadata["handler_name"] = NAME
        if turn:
            stream.set_display_rotation(turn)
        tone = container.add_stream(sound, rate=48000) if sound else None
        pixels = np.zeros((size[1], size[0], 3), np.uint8)
        pixels[: size[1] // 2] = (255, 0, 0)
        for _ in range(int(seconds * 10)):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
        if tone is not None:
            quiet = np.zeros((1, int(48000 * seconds)), np.int16)
            frame = av.AudioFrame.from_ndarray(quiet, format="s16", layout="mono")
            frame.rate = 48000
            container.mux(tone.encode(frame))
            container.mux(tone.encode(None))
    return out.getvalue()


def refused(data: bytes | Path, **limits: float) -> str:
    with pytest.raises(BadInput) as error:
        read_video(data, **limits)  # type: ignore[arg-type]
    return error.value.errors[0].rule


@pytest.mark.parametrize(
    ("kind", "picture", "sound", "becomes"),
    [
        ("mp4", "libx264", "aac", "h264"),
        ("mov", "libx264", "pcm_s16le", "h264"),
        ("webm", "libvpx", "libopus", "h264"),
        ("webm", "libvpx-vp9", "libopus", "vp9"),
        ("3gp", "mpeg4", "aac", "h264"),
        ("mp4", "libx264", None, "h264"),
    ],
)
def test_each_phone_gives_a_clean_mp4(kind: str, picture: str, sound: str | None, becomes: str) -> None:
    data = clip(kind, picture, sound)
    assert NAME.encode() in data
    video = read_video(data)
    assert video.seconds == pytest.approx(2, abs=0.2)
    assert (video.width, video.height, video.has_sound) == (320, 240, sound is not None)
    assert not [word for word in HIDDEN if word in video.mp4]
    with av.open(io.BytesIO(video.mp4)) as made:
        assert made.streams.video[0].codec_context.name == becomes
        assert len(made.streams) == 1 + video.has_sound
        assert sum(1 for _ in made.decode(video=0)) >= 19
    assert video.mp4.index(b"moov") < video.mp4.index(b"mdat")


@pytest.mark.parametrize(("kind", "picture"), [("mp4", "libx264"), ("mov", "mpeg4")])
def test_a_phone_held_upright_stays_upright(kind: str, picture: str) -> None:
    video = read_video(clip(kind, picture, turn=90))
    assert (video.width, video.height) == (240, 320)
    again = read_video(video.mp4)
    assert (again.width, again.height) == (240, 320)
    for made in (video, again):
        poster = Image.open(io.BytesIO(made.poster))
        left, right = poster.getpixel((10, 160)), poster.getpixel((230, 160))
        assert left[0] > 200
        assert right[0] < 50


def test_poster_and_thumbnail_are_plain_jpegs() -> None:
    video = read_video(clip(size=(640, 480)))
    assert Image.open(io.BytesIO(video.poster)).size == (640, 480)
    assert max(Image.open(io.BytesIO(video.thumbnail)).size) == THUMB_SIDE
    assert b"Exif" not in video.poster


def test_a_file_is_read_as_bytes_are(tmp_path: Path) -> None:
    (tmp_path / "anything.txt").write_bytes(clip())
    assert read_video(tmp_path / "anything.txt").has_sound


def test_too_long_is_refused_whatever_the_header_says() -> None:
    assert refused(clip(seconds=4, sound=None), most_seconds=2) == "duration"
    assert refused(clip("webm", "libvpx", None, seconds=4), most_seconds=2) == "duration"


def test_too_large_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"\0" * 2000)
    assert refused(tmp_path / "big", most_bytes=1000) == "size"
    assert refused(b"\0" * 2000, most_bytes=1000) == "size"


def test_more_pixels_than_a_phone_makes() -> None:
    assert refused(clip("mp4", "mpeg4", None, seconds=0.2, size=(4096, 2304))) == "pixels"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/secret\n",
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
    ],
)
def test_what_is_no_clip_is_refused_and_a_play_list_never_followed(data: bytes) -> None:
    assert refused(data) == "type"


def test_sound_alone_is_no_video() -> None:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        tone = container.add_stream("aac", rate=48000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 48000), np.int16), format="s16", layout="mono")
        frame.rate = 48000
        container.mux([*tone.encode(frame), *tone.encode(None)])
    assert refused(out.getvalue()) == "type"


@pytest.mark.parametrize("keep", [20, 400, 2000])
def test_a_cut_file_is_broken(keep: int) -> None:
    assert refused(clip()[:keep]) == "broken"


def outcome(data: bytes) -> str:
    try:
        read_video(data)
    except BadInput as error:
        return error.errors[0].rule
    return "read"


def test_damaged_bytes_give_a_video_or_a_named_refusal() -> None:
    dice = random.Random(7)
    whole = [clip(seconds=1), clip("webm", "libvpx", "libopus", seconds=1), clip("3gp", "mpeg4", seconds=1)]
    for _ in range(150):
        data = bytearray(dice.choice(whole))
        for _ in range(dice.randrange(1, 30)):
            data[dice.randrange(12, len(data))] = dice.randrange(256)
        assert outcome(bytes(data)) in {"read", "type", "broken", "duration", "pixels"}
