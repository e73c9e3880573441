"""The session description (RFC 8866) of a camera: its first video track that we can read."""

from __future__ import annotations

import base64
import binascii
import re

from naoso.connectors.rtsp.errors import Fault, RtspError
from naoso.connectors.rtsp.frames import Codec, Track

CODECS = {"H264": Codec.H264, "H265": Codec.H265, "HEVC": Codec.H265}
PARAMETERS = {
    Codec.H264: ("sprop-parameter-sets",),
    Codec.H265: ("sprop-vps", "sprop-sps", "sprop-pps"),
}


def video_track(text: str) -> Track:
    """Raises RtspError where no track is H.264 or H.265, naming what there is instead."""
    heard: list[str] = []
    for media in re.split(r"(?m)^m=", text)[1:]:
        lines = media.splitlines()
        kind, *rest = lines[0].split()
        if kind != "video" or len(rest) < 3:
            continue
        attributes = [line[2:] for line in lines[1:] if line.startswith("a=")]
        maps = [value for value in attributes if value.startswith("rtpmap:")]
        for line in maps:
            payload, _blank, encoding = line.removeprefix("rtpmap:").partition(" ")
            name, _slash, rate = encoding.partition("/")
            heard.append(name)
            codec = CODECS.get(name.upper())
            if codec and payload.isdigit():
                return _track(codec, int(payload), rate, attributes)
        if not maps:
            heard.append(f"type {rest[2]}")
    there = ", ".join(heard) or "no video"
    raise RtspError(Fault.UNSUPPORTED, f"the camera offers {there[:80]}, not H.264 or H.265")


def _track(codec: Codec, payload: int, rate: str, attributes: list[str]) -> Track:
    control = next((a.partition(":")[2].strip() for a in attributes if a.startswith("control:")), "")
    formats = next((a.partition(" ")[2] for a in attributes if a.startswith(f"fmtp:{payload} ")), "")
    pairs = (part.strip().partition("=") for part in formats.split(";"))
    values = {name.strip().lower(): value.strip() for name, _mark, value in pairs}
    texts = (text for name in PARAMETERS[codec] for text in values.get(name, "").split(",") if text)
    clock = int(rate) if rate.isdigit() and int(rate) > 0 else 90_000
    return Track(codec, payload, clock, control, tuple(_decoded(text) for text in texts))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        return b""
