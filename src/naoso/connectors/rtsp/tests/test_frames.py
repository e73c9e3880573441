"""Packets that are lost, out of order, wrapped or plain nonsense."""

from __future__ import annotations

from struct import unpack_from

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naoso.connectors.rtsp.errors import RtspError
from naoso.connectors.rtsp.frames import AccessUnit, Assembler, Codec, Track, sender_time
from naoso.connectors.rtsp.messages import take_response
from naoso.connectors.rtsp.packets import packed, picture
from naoso.connectors.rtsp.sdp import video_track

H264, H265 = Track(Codec.H264, 96, 90_000, ""), Track(Codec.H265, 96, 90_000, "")
KEY, PLAIN = b"\x65" + bytes(range(256)) * 20, b"\x41" + b"x" * 3000
KEY5, PLAIN5 = b"\x26\x01" + b"k" * 4000, b"\x02\x01" + b"p" * 3000


def packets(track: Track, nal: bytes, sequence: int, stamp: int) -> list[bytes]:
    data = packed(picture(track.codec, [nal], key=True), sequence, stamp, 7)
    found = []
    while data:
        length = unpack_from(">H", data, 2)[0]
        found.append(data[4 : 4 + length])
        data = data[4 + length :]
    return found


def heard(track: Track, sent: list[bytes]) -> list[AccessUnit]:
    units: list[AccessUnit] = []
    assembler = Assembler(track, units.append)
    for packet in sent:
        assembler.packet(packet, 0, len(packet))
    return units


@pytest.mark.parametrize(("track", "key", "plain"), [(H264, KEY, PLAIN), (H265, KEY5, PLAIN5)])
def test_pictures_come_back_whole(track: Track, key: bytes, plain: bytes) -> None:
    first = packets(track, key, 65_534, 2**32 - 3000)  # both counters wrap
    units = heard(track, first + packets(track, plain, (65_534 + len(first)) & 0xFFFF, 0))
    assert [(u.nals, u.key, u.ticks) for u in units] == [((key,), True, 0), ((plain,), False, 3000)]


def test_a_gap_drops_pictures_until_the_next_key_one() -> None:
    one, two = packets(H264, KEY, 0, 0), packets(H264, PLAIN, 10, 3000)
    three, four = packets(H264, PLAIN, 20, 6000), packets(H264, KEY, 23, 9000)
    assert [u.ticks for u in heard(H264, one + two[:1] + two[2:] + three + four)] == [0, 9000]


@given(st.lists(st.binary(max_size=60), max_size=20), st.sampled_from([H264, H265]))
def test_nonsense_never_raises(sent: list[bytes], track: Track) -> None:
    heads = [b"\x80\x60" + bytes((0, number)) + data for number, data in enumerate(sent)]
    assert all(unit.nals for unit in heard(track, sent + heads))


@given(st.binary(max_size=80))
def test_answers_are_taken_or_refused(data: bytes) -> None:
    try:
        found = take_response(data)
    except RtspError:
        return
    assert found is None or found[1] <= len(data)


@given(st.text(max_size=200))
def test_a_description_without_video_is_refused(text: str) -> None:
    with pytest.raises(RtspError):
        video_track(text.replace("m=video", ""))


def test_another_codec_is_named() -> None:
    with pytest.raises(RtspError, match="JPEG"):
        video_track("v=0\r\nm=video 0 RTP/AVP 26\r\na=rtpmap:26 JPEG/90000\r\n")


def test_a_report_that_is_none_tells_no_time() -> None:
    assert sender_time(b"\x80\xc9" + bytes(26), 0, 28) is None
