"""The boxes: one head for a picture format, then a fragment for one or several pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct, pack

from naoso.connectors.fmp4.parameters import Picture

KEY, PLAIN = 0x02000000, 0x01010000  # sample_flags (8.8.3.1): depends on others or not
MATRIX = pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
MOOF = Struct(">I4sI4sIII4sI4sIII4sIQI4sIII")
MOOF_SAMPLE = Struct(">III")
PREFIX = Struct(">I")


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture: NAL units without start codes, how long it is shown in ticks."""

    nals: Sequence[bytes]
    duration: int
    key: bool


def box(name: bytes, *parts: bytes) -> bytes:
    """Size, name, content."""
    body = b"".join(parts)
    return pack(">I4s", len(body) + 8, name) + body


def full(name: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    """A box with version and flags."""
    return box(name, pack(">I", version << 24 | flags), *parts)


FILE_TYPE = box(b"ftyp", b"iso5", pack(">I", 512), b"iso5iso6mp41")
MVHD = full(b"mvhd", pack(">IIII", 0, 0, 1000, 0), pack(">IHHII", 0x10000, 0x100, 0, 0, 0), MATRIX,
            bytes(24), pack(">I", 2))  # fmt: skip
# version 0 of mehd: where in the head its 32-bit duration (in milliseconds, as mvhd counts) is written
DURATION_AT = len(FILE_TYPE) + 8 + len(MVHD) + 8 + 12


def header(picture: Picture, clock: int, duration_ms: int = 0) -> bytes:
    """ftyp and moov of one video track that counts `clock` ticks a second."""
    width, height = picture.width, picture.height
    entry = pack(">6xH16xHHIIIH32xHh", 1, width, height, 0x480000, 0x480000, 0, 1, 24, -1)
    kind, record = (b"hvc1", b"hvcC") if picture.hevc else (b"avc1", b"avcC")
    stsd = full(b"stsd", pack(">I", 1), box(kind, entry, box(record, picture.configuration)))
    nothing = pack(">I", 0)
    stbl = box(
        b"stbl", stsd, full(b"stts", nothing), full(b"stsc", nothing), full(b"stsz", nothing, nothing),
        full(b"stco", nothing),
    )  # fmt: skip
    dinf = box(b"dinf", full(b"dref", pack(">I", 1), full(b"url ", flags=1)))
    minf = box(b"minf", full(b"vmhd", bytes(8), flags=1), dinf, stbl)
    mdia = box(
        b"mdia", full(b"mdhd", pack(">IIIIHH", 0, 0, clock, 0, 0x55C4, 0)),
        full(b"hdlr", pack(">I4s12x", 0, b"vide"), b"naoso\x00"), minf,
    )  # fmt: skip
    tkhd = full(
        b"tkhd", pack(">IIIII", 0, 0, 1, 0, 0), bytes(8), pack(">HHHH", 0, 0, 0, 0), MATRIX,
        pack(">II", width << 16, height << 16), flags=3,
    )  # fmt: skip
    mvex = box(b"mvex", full(b"mehd", pack(">I", duration_ms)), full(b"trex", pack(">IIIII", 1, 1, 0, 0, 0)))
    return FILE_TYPE + box(b"moov", MVHD, mvex, box(b"trak", tkhd, mdia))


def fragment(sequence: int, time: int, samples: Sequence[Sample]) -> bytes:
    """moof and mdat; `time` in ticks since the beginning of the track."""
    sizes = [sum(map(len, sample.nals)) + 4 * len(sample.nals) for sample in samples]
    count = len(samples)
    trun = 20 + 12 * count
    traf = 8 + 16 + 20 + trun
    moof = 8 + 16 + traf
    parts = [
        MOOF.pack(
            moof, b"moof", 16, b"mfhd", 0, sequence, traf, b"traf", 16, b"tfhd", 0x020000, 1,
            20, b"tfdt", 1 << 24, time, trun, b"trun", 0x000701, count, moof + 8,
        )
    ]  # fmt: skip
    for sample, size in zip(samples, sizes, strict=True):
        parts.append(MOOF_SAMPLE.pack(sample.duration, size, KEY if sample.key else PLAIN))
    parts.append(pack(">I4s", 8 + sum(sizes), b"mdat"))
    for sample in samples:
        for nal in sample.nals:
            parts.append(PREFIX.pack(len(nal)))
            parts.append(nal)
    return b"".join(parts)
