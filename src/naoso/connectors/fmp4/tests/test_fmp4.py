"""What we mux can be demuxed and decoded by FFmpeg, picture by picture."""

from __future__ import annotations

from io import BytesIO
from struct import pack_into

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from naoso.cli.simulated_cameras.clips import Form, drawn, encoded
from naoso.cli.simulated_cameras.scenes import moving, read_number
from naoso.connectors.fmp4 import DURATION_AT, Sample, describe, fragment, header
from naoso.connectors.fmp4.parameters import NoParameters
from naoso.connectors.rtsp.frames import PARAMETER_KINDS, Codec, kind_of
from naoso.connectors.rtsp.packets import split_annex_b


def muxed(form: Form) -> bytes:
    draw = moving(form.width, form.height, 1)
    sets: dict[int, bytes] = {}
    parts: list[bytes] = []
    for number, packet in enumerate(encoded(form, (draw(n / form.count) for n in range(form.count)))):
        nals = split_annex_b(packet)
        found = {k: n for n in nals if (k := kind_of(form.codec, n)) in PARAMETER_KINDS[form.codec]}
        sets |= found
        sample = Sample([n for n in nals if n not in found.values()], 9000, key=bool(found))
        parts.append(fragment(number + 1, number * 9000, [sample]))
    picture = describe([sets[k] for k in sorted(sets)], hevc=form.codec is Codec.H265)
    assert (picture.width, picture.height) == (form.width, form.height)
    head = bytearray(header(picture, 90_000))
    pack_into(">I", head, DURATION_AT, form.count * 100)
    return bytes(head) + b"".join(parts)


@pytest.mark.parametrize("codec", list(Codec))
@pytest.mark.parametrize("size", [(320, 180), (322, 242)])
def test_every_picture_is_there(codec: Codec, size: tuple[int, int]) -> None:
    data = muxed(Form(*size, 10, 200_000, group_s=0.5, seconds=1.0, codec=codec))
    with av.open(BytesIO(data)) as file:
        stream = file.streams.video[0]
        assert (stream.width, stream.height) == size
        assert file.duration == pytest.approx(1_000_000, abs=1)
        frames = list(file.decode(stream))
    assert [frame.pts for frame in frames] == [number * 9000 for number in range(10)]


def test_the_name_of_the_codec_is_what_browsers_ask_for() -> None:
    clip = drawn(Form(320, 180, 10, 200_000, seconds=0.5), 1)
    picture = describe(clip.parameters, hevc=False)
    assert picture.mime.startswith('video/mp4; codecs="avc1.')
    assert len(picture.codec) == len("avc1.640028")


@given(st.lists(st.binary(max_size=60), max_size=4), st.booleans())
def test_nonsense_is_refused(sets: list[bytes], hevc: bool) -> None:
    heads = [b"\x67", b"\x68", b"\x40\x01", b"\x42\x01", b"\x44\x01"]
    try:
        found = describe([*sets, *(head for head in heads if len(head) < 2)], hevc=hevc)
    except NoParameters:
        return
    assert 0 < found.width <= 16_384  # by chance it can be read


def test_a_number_survives_coding() -> None:
    clip = Form(640, 360, 10, 300_000, seconds=0.5)
    frames = drawn(clip, 2)
    decoder = av.CodecContext.create("h264", "r")
    nals = b"".join(b"\x00\x00\x00\x01" + nal for nal in frames.parameters)
    body = encoded(clip, (moving(640, 360, 2)(0.0) for _ in range(1)))[0]
    shown = decoder.decode(av.Packet(nals + body)) + decoder.decode(None)  # type: ignore[attr-defined]
    assert read_number(shown[0].to_ndarray(format="rgb24")) is None  # nothing was written there
