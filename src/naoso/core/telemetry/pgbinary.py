"""PostgreSQL's binary forms made from whole arrays: a row costs nanoseconds instead of microseconds.

Formats: "COPY, Binary Format" in the PostgreSQL manual; arrays as array_send writes them.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import psycopg
from django.db import connection
from numpy.typing import NDArray
from psycopg import adapt, pq

from naoso.core.telemetry.batches import Float64, Int32, Int64

COPY_HEADER = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)
COPY_END = struct.pack(">h", -1)
EPOCH_2000_US = 946_684_800_000_000  # PostgreSQL counts microseconds from 2000-01-01 UTC
INT4, FLOAT8, TIMESTAMPTZ = 23, 701, 1184  # oids in pg_type

OBSERVATION = np.dtype(
    [
        ("fields", ">i2"),
        ("series_len", ">i4"), ("series", ">i4"),
        ("time_len", ">i4"), ("time", ">i8"),
        ("value_len", ">i4"), ("value", ">f8"),
        ("quality_len", ">i4"), ("quality", ">i2"),
    ]
)  # fmt: skip


def copy_block(series_ids: Int32, times: Int64, values: Float64, quality: int = 0) -> bytes:
    """The whole COPY BINARY stream of readings (series_id, time, value, quality)."""
    rows = np.empty(len(series_ids), OBSERVATION)
    rows["fields"] = 4
    rows["series_len"], rows["series"] = 4, series_ids
    rows["time_len"], rows["time"] = 8, times - EPOCH_2000_US
    rows["value_len"], rows["value"] = 8, values
    rows["quality_len"], rows["quality"] = 2, quality
    return COPY_HEADER + rows.tobytes() + COPY_END


class BinaryArray:
    """A one-dimensional array as a query parameter; make it by `int4s`, `float8s` or `moments`."""

    __slots__ = ("data",)

    def __init__(self, element_oid: int, numbers: NDArray[np.generic]) -> None:
        items = np.empty(len(numbers), [("len", ">i4"), ("item", numbers.dtype.newbyteorder(">"))])
        items["len"] = numbers.dtype.itemsize
        items["item"] = numbers
        self.data = struct.pack(">iiIii", 1, 0, element_oid, len(numbers), 1) + items.tobytes()


class Int4Array(BinaryArray):
    """integer[]"""


class Float8Array(BinaryArray):
    """double precision[]"""


class MomentArray(BinaryArray):
    """timestamptz[]"""


def int4s(numbers: Int32) -> Int4Array:
    """A parameter of type integer[]."""
    return Int4Array(INT4, numbers.astype(np.int32, copy=False))


def float8s(numbers: Float64) -> Float8Array:
    """A parameter of type double precision[]."""
    return Float8Array(FLOAT8, numbers)


def moments(times: Int64) -> MomentArray:
    """A parameter of type timestamptz[] from microseconds since 1970."""
    return MomentArray(TIMESTAMPTZ, times - EPOCH_2000_US)


class _Prepared(adapt.Dumper):
    """Hands the prepared bytes to libpq as they are."""

    format = pq.Format.BINARY

    def dump(self, obj: BinaryArray) -> bytes:
        return obj.data


class _Int4Dumper(_Prepared):
    oid = 1007


class _Float8Dumper(_Prepared):
    oid = 1022


class _MomentDumper(_Prepared):
    oid = 1185


def binary_cursor() -> psycopg.Cursor[tuple[Any, ...]]:
    """A cursor in Django's running transaction that binds on the server and answers in binary.

    Django's own cursors interpolate parameters as text.
    """
    connection.ensure_connection()
    cursor: psycopg.Cursor[tuple[Any, ...]] = psycopg.Cursor(connection.connection)
    cursor.adapters.register_dumper(Int4Array, _Int4Dumper)
    cursor.adapters.register_dumper(Float8Array, _Float8Dumper)
    cursor.adapters.register_dumper(MomentArray, _MomentDumper)
    return cursor
