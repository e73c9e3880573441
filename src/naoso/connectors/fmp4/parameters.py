"""What parameter sets say of a picture: its size, and the name that browsers know its codec by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HIGH_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})


class NoParameters(ValueError):
    """The parameter sets are missing or cannot be read."""


@dataclass(frozen=True, slots=True)
class Picture:
    """`mime` is what MediaSource is asked for; `configuration` the content of avcC or hvcC."""

    codec: str
    width: int
    height: int
    configuration: bytes
    hevc: bool

    @property
    def mime(self) -> str:
        """RFC 6381."""
        return f'video/mp4; codecs="{self.codec}"'


class Bits:
    """Reads numbers from a NAL unit without its emulation prevention (ITU-T H.264, 7.3.1)."""

    def __init__(self, nal: bytes) -> None:
        data = nal.replace(b"\x00\x00\x03", b"\x00\x00")
        self._value, self._left = int.from_bytes(data, "big"), len(data) * 8

    def take(self, count: int) -> int:
        """So many bits."""
        if count > self._left:
            raise NoParameters("a parameter set ends too early")
        self._left -= count
        return self._value >> self._left & ((1 << count) - 1)

    def golomb(self) -> int:
        """Unsigned Exp-Golomb (9.1)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 32:
                raise NoParameters("a parameter set cannot be read")
        return (1 << zeros) - 1 + (self.take(zeros) if zeros else 0)

    def signed(self) -> int:
        """Signed Exp-Golomb."""
        value = self.golomb()
        return (value + 1) // 2 if value & 1 else -(value // 2)


def describe(sets: Sequence[bytes], *, hevc: bool) -> Picture:
    """Of SPS and PPS (before them VPS), in the order of their kinds. Raises NoParameters."""
    if hevc:
        return _hevc(sets)
    sps = [nal for nal in sets if nal and nal[0] & 31 == 7]
    pps = [nal for nal in sets if nal and nal[0] & 31 == 8]
    if not sps or not pps or len(sps[0]) < 5:
        raise NoParameters("the camera has told no parameter sets")
    profile, flags, level = sps[0][1:4]
    width, height = _size(sps[0])
    configuration = bytes((1, profile, flags, level, 0xFF, 0xE1))
    configuration += len(sps[0]).to_bytes(2, "big") + sps[0] + b"\x01"
    configuration += len(pps[0]).to_bytes(2, "big") + pps[0]
    return Picture(f"avc1.{profile:02x}{flags:02x}{level:02x}", width, height, configuration, hevc=False)


def _size(sps: bytes) -> tuple[int, int]:
    """Seq_parameter_set_data (7.3.2.1.1)."""
    bits = Bits(sps[1:])
    profile = bits.take(8)
    bits.take(16)
    bits.golomb()
    chroma = _chroma(bits) if profile in HIGH_PROFILES else 1
    bits.golomb()
    order = bits.golomb()
    if order == 0:
        bits.golomb()
    elif order == 1:
        bits.take(1)
        bits.signed()
        bits.signed()
        for _count in range(bits.golomb()):
            bits.signed()
    bits.golomb()
    bits.take(1)
    width, rows = (bits.golomb() + 1) * 16, bits.golomb() + 1
    frames_only = bits.take(1)
    height = (2 - frames_only) * rows * 16
    if not frames_only:
        bits.take(1)
    bits.take(1)
    if bits.take(1):
        left, right, top, bottom = (bits.golomb() for _edge in range(4))
        across = 2 if chroma in {1, 2} else 1
        along = (2 if chroma == 1 else 1) * (2 - frames_only)
        width -= (left + right) * across
        height -= (top + bottom) * along
    if not (0 < width <= 16_384 and 0 < height <= 16_384):
        raise NoParameters("the picture's size cannot be read")
    return width, height


def _chroma(bits: Bits) -> int:
    chroma = bits.golomb()
    if chroma == 3:
        bits.take(1)
    bits.golomb()
    bits.golomb()
    bits.take(1)
    if bits.take(1):
        for number in range(8 if chroma != 3 else 12):
            if bits.take(1):
                _skip_list(bits, 16 if number < 6 else 64)
    return chroma


def _skip_list(bits: Bits, size: int) -> None:
    last = following = 8
    for _entry in range(size):
        if following:
            following = (last + bits.signed() + 256) % 256
        last = following or last


def _hevc(sets: Sequence[bytes]) -> Picture:
    """HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3) with what the SPS says."""
    kinds = {(nal[0] >> 1) & 63: nal for nal in sets if nal}
    if not {32, 33, 34} <= set(kinds) or len(kinds[33]) < 16:
        raise NoParameters("the camera has told no parameter sets")
    sps = kinds[33]
    plain = sps.replace(b"\x00\x00\x03", b"\x00\x00")
    profile = plain[3:15]  # profile, compatibility, constraints, level: 12 bytes (H.265, 7.3.3)
    bits = Bits(sps[2:])
    bits.take(4)
    layers = bits.take(3)
    bits.take(1 + 96)
    if layers:
        present = [(bits.take(1), bits.take(1)) for _layer in range(layers)]
        bits.take(2 * (8 - layers))
        for with_profile, with_level in present:
            bits.take(88 * with_profile + 8 * with_level)
    bits.golomb()
    chroma = bits.golomb()
    if chroma == 3:
        bits.take(1)
    width, height = bits.golomb(), bits.golomb()
    if bits.take(1):
        left, right, top, bottom = (bits.golomb() for _edge in range(4))
        width -= (left + right) * (2 if chroma in {1, 2} else 1)
        height -= (top + bottom) * (2 if chroma == 1 else 1)
    record = b"\x01" + profile + b"\xf0\x00\xfc" + bytes((0xFC | chroma,)) + b"\xf8\xf8\x00\x00"
    record += bytes(((layers + 1) << 3 | 3, 3))
    for kind in (32, 33, 34):
        nal = kinds[kind]
        record += bytes((0x80 | kind, 0, 1)) + len(nal).to_bytes(2, "big") + nal
    compatible = int(f"{int.from_bytes(profile[1:5], 'big'):032b}"[::-1], 2)
    codec = f"hvc1.{profile[0] & 31}.{compatible:x}.{'H' if profile[0] & 32 else 'L'}{profile[11]}"
    constraints = profile[5:11].rstrip(b"\x00")
    codec += "".join(f".{byte:x}" for byte in constraints)
    return Picture(codec, width, height, record, hevc=True)
