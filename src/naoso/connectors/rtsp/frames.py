"""RTP packets (RFC 3550) into pictures: H.264 by RFC 6184, H.265 by RFC 7798."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from struct import unpack_from

MOST_OF_A_PICTURE = 8 * 1024 * 1024
NTP_EPOCH = 2_208_988_800  # seconds from 1900 to 1970
WRAP = 1 << 32


class Codec(StrEnum):
    """What the picture is packed in."""

    H264 = "h264"
    H265 = "h265"


@dataclass(frozen=True, slots=True)
class Track:
    """The video track as the camera describes it; `parameters` are the sets that decoders need first."""

    codec: Codec
    payload: int
    clock: int
    control: str
    parameters: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """One picture: NAL units without start codes. `ticks` count the track's clock and never wrap."""

    nals: tuple[bytes, ...]
    ticks: int
    key: bool

    def annex_b(self) -> bytes:
        """As decoders take it."""
        return b"".join(b"\x00\x00\x00\x01" + nal for nal in self.nals)


def kind_of(codec: Codec, nal: bytes) -> int:
    """The NAL unit's type."""
    return nal[0] & 31 if codec is Codec.H264 else (nal[0] >> 1) & 63


PARAMETER_KINDS = {Codec.H264: frozenset({7, 8}), Codec.H265: frozenset({32, 33, 34})}
KEY_KINDS = {Codec.H264: frozenset({5}), Codec.H265: frozenset(range(16, 24))}


class Assembler:
    """Packets in, pictures out; one with a packet missing is dropped, and all until the next key picture."""

    def __init__(self, track: Track, give: Callable[[AccessUnit], None]) -> None:
        self.track, self.give = track, give
        self.parameters = {kind_of(track.codec, nal): nal for nal in track.parameters if nal}
        self._nals: list[bytes] = []
        self._pieces: list[bytes] = []
        self._size = 0
        self._key = False
        self._broken = True  # nothing is shown before the first key picture
        self._sequence = self._stamp = -1
        self._ticks = 0
        self._h264 = track.codec is Codec.H264

    def packet(self, data: bytes, start: int, end: int) -> None:
        """One RTP packet between these places of `data`."""
        if end - start < 13 or data[start] >> 6 != 2 or data[start + 1] & 127 != self.track.payload:
            return
        first, marks, sequence, stamp = unpack_from(">BBHI", data, start)
        body = start + 12 + 4 * (first & 15)
        if first & 16 and body + 4 <= end:
            body += 4 + 4 * int.from_bytes(data[body + 2 : body + 4], "big")
        if first & 32:
            end -= data[end - 1]
        if self._sequence >= 0 and sequence != (self._sequence + 1) & 0xFFFF:
            self._gap()
        self._sequence = sequence
        if stamp != self._stamp:
            self._finish()
            self._turn(stamp)
        if body < end:
            (self._take_h264 if self._h264 else self._take_h265)(data, body, end)
        if marks & 128:
            self._finish()

    def _gap(self) -> None:
        self._broken = True
        self._nals.clear()
        self._pieces.clear()
        self._size, self._key = 0, False

    def _turn(self, stamp: int) -> None:
        """Time goes on from what it was, over the counter's end and over a small step back."""
        if self._stamp >= 0:
            step = (stamp - self._stamp) % WRAP
            self._ticks += step if step < WRAP // 2 else step - WRAP
        self._stamp = stamp

    def _take_h264(self, data: bytes, at: int, end: int) -> None:
        kind = data[at] & 31
        if kind == 28:  # FU-A
            if end - at < 3:
                return
            mark = data[at + 1]
            if mark & 128:
                self._pieces = [bytes(((data[at] & 0xE0) | (mark & 31),))]
            if self._pieces:
                self._piece(data[at + 2 : end], last=bool(mark & 64))
        elif kind == 24:  # STAP-A
            self._several(data, at + 1, end)
        elif 0 < kind < 24:
            self._add(data[at:end])

    def _take_h265(self, data: bytes, at: int, end: int) -> None:
        kind = (data[at] >> 1) & 63
        if kind == 49:  # FU
            if end - at < 4:
                return
            mark = data[at + 2]
            if mark & 128:
                head = (data[at] & 0x81) | ((mark & 63) << 1)
                self._pieces = [bytes((head, data[at + 1]))]
            if self._pieces:
                self._piece(data[at + 3 : end], last=bool(mark & 64))
        elif kind == 48:  # AP
            self._several(data, at + 2, end)
        elif kind < 48 and end - at >= 2:
            self._add(data[at:end])

    def _piece(self, piece: bytes, *, last: bool) -> None:
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size > MOST_OF_A_PICTURE:
            self._gap()
        elif last:
            self._size -= sum(map(len, self._pieces))
            nal = b"".join(self._pieces)
            self._pieces = []
            self._add(nal)

    def _several(self, data: bytes, at: int, end: int) -> None:
        while at + 2 < end:
            length = int.from_bytes(data[at : at + 2], "big")
            if not length or at + 2 + length > end:
                return
            self._add(data[at + 2 : at + 2 + length])
            at += 2 + length

    def _add(self, nal: bytes) -> None:
        kind = kind_of(self.track.codec, nal)
        if kind in PARAMETER_KINDS[self.track.codec]:
            self.parameters[kind] = nal
            return
        self._size += len(nal)
        if self._size > MOST_OF_A_PICTURE:
            self._gap()
            return
        self._nals.append(nal)
        self._key = self._key or kind in KEY_KINDS[self.track.codec]

    def _finish(self) -> None:
        if self._nals and (self._key or not self._broken):
            self._broken = False
            self.give(AccessUnit(tuple(self._nals), self._ticks, self._key))
        self._nals.clear()
        self._pieces = []
        self._size, self._key = 0, False

    def parameter_sets(self) -> tuple[bytes, ...]:
        """In the order of their kinds: VPS, SPS, PPS."""
        return tuple(self.parameters[kind] for kind in sorted(self.parameters))


def sender_time(data: bytes, start: int, end: int) -> float | None:
    """The camera's own clock in Unix seconds from an RTCP sender report; None for another packet."""
    if end - start < 20 or data[start] >> 6 != 2 or data[start + 1] != 200:
        return None
    seconds, fraction = unpack_from(">II", data, start + 8)
    return float(seconds - NTP_EPOCH + fraction / WRAP)
