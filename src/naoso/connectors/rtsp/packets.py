"""Pictures into RTP packets (RFC 6184 and RFC 7798), made once and sent many times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from struct import Struct

from naoso.connectors.rtsp.frames import Codec

PAYLOAD = 96
PIECE = 1380
HEADER = Struct(">BBHBBHII")  # interleaved head (RFC 2326, 10.12) and RTP header in one


@dataclass(frozen=True, slots=True)
class Picture:
    """RTP payloads of one picture."""

    payloads: tuple[bytes, ...]
    key: bool


def picture(codec: Codec, nals: Sequence[bytes], *, key: bool) -> Picture:
    """NAL units without start codes."""
    return Picture(tuple(piece for nal in nals for piece in _pieces(codec, nal)), key)


def _pieces(codec: Codec, nal: bytes) -> Iterator[bytes]:
    if len(nal) <= PIECE:
        yield nal
        return
    if codec is Codec.H264:
        head, kind, body = bytes(((nal[0] & 0xE0) | 28,)), nal[0] & 31, nal[1:]
    else:
        head, kind, body = bytes(((nal[0] & 0x81) | 49 << 1, nal[1])), (nal[0] >> 1) & 63, nal[2:]
    last = (len(body) - 1) // PIECE
    for number in range(last + 1):
        mark = kind | (128 if number == 0 else 0) | (64 if number == last else 0)
        yield head + bytes((mark,)) + body[number * PIECE : (number + 1) * PIECE]


def packed(what: Picture, sequence: int, stamp: int, ssrc: int) -> bytes:
    """All packets of a picture, interleaved on channel 0, the last one marked."""
    parts: list[bytes] = []
    last = len(what.payloads) - 1
    for number, payload in enumerate(what.payloads):
        kind = PAYLOAD | (128 if number == last else 0)
        length = len(payload) + 12
        count = (sequence + number) & 0xFFFF
        parts.append(HEADER.pack(0x24, 0, length, 0x80, kind, count, stamp & 0xFFFFFFFF, ssrc))
        parts.append(payload)
    return b"".join(parts)


def split_annex_b(data: bytes) -> list[bytes]:
    """NAL units between start codes."""
    return [
        nal.rstrip(b"\x00")
        for nal in data.replace(b"\x00\x00\x00\x01", b"\x00\x00\x01").split(b"\x00\x00\x01")
        if nal
    ]
