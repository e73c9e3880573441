"""Enough of the Mapbox vector tile format (2.1) to read a tile back in a test."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any


def fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """Number and value of each field of a protobuf message."""
    at = 0

    def varint() -> int:
        nonlocal at
        value, shift = 0, 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        number, wire = divmod(varint(), 8)
        if wire == 0:
            yield number, varint()
            continue
        size = {1: 8, 5: 4}.get(wire) or varint()
        yield number, data[at : at + size]
        at += size


def decoded(data: bytes) -> dict[str, list[dict[str, Any]]]:
    """Layer → the properties of its features."""
    found: dict[str, list[dict[str, Any]]] = {}
    for number, layer in fields(data):
        if number != 3:
            continue
        parts = list(fields(layer))
        keys = [value.decode() for n, value in parts if n == 3]
        values = [value_of(value) for n, value in parts if n == 4]
        tags = [packed(dict(fields(value)).get(2, b"")) for n, value in parts if n == 2]
        name = next(value.decode() for n, value in parts if n == 1)
        found[name] = [{keys[k]: values[v] for k, v in zip(t[::2], t[1::2], strict=True)} for t in tags]
    return found


def value_of(data: bytes) -> Any:
    """One value: words, a number or a truth."""
    number, value = next(fields(data))
    if number == 1:
        return value.decode()
    if number == 3:
        return struct.unpack("<d", value)[0]
    if number == 6:
        return (value >> 1) ^ -(value & 1)
    return value


def packed(data: bytes) -> list[int]:
    """Repeated small numbers."""
    return [value for _n, value in fields(b"".join(b"\x08" + bytes(part) for part in split(data)))]


def split(data: bytes) -> Iterator[bytes]:
    """Each varint by itself."""
    part = bytearray()
    for byte in data:
        part.append(byte)
        if byte < 0x80:
            yield bytes(part)
            part = bytearray()
