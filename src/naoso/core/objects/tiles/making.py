"""Makes a tile on an asynchronous connection, or takes a kept one that nothing has changed since."""

from __future__ import annotations

import gzip
import time
from dataclasses import dataclass
from typing import Any

import psycopg
from cachetools import LRUCache

from naoso.core.objects.tiles import sql
from naoso.core.objects.tiles.grid import Tile
from naoso.core.objects.tiles.sql import Layer

KEPT_BYTES = 48 * 1024 * 1024
KEPT_S = 1800.0
"""The log of changes is kept for an hour, so a tile may be believed for less."""


@dataclass(frozen=True, slots=True)
class Made:
    """A tile with what is needed to believe it later."""

    body: bytes
    horizon: int
    at: float


class Keeper:
    """Tiles of one process, within a fixed memory."""

    def __init__(self, size: int = KEPT_BYTES) -> None:
        self.tiles: LRUCache[tuple[object, ...], Made] = LRUCache(
            size, getsizeof=lambda made: len(made.body) + 200
        )

    async def get(
        self, connection: psycopg.AsyncConnection[Any], layer: Layer, tile: Tile, key: tuple[object, ...]
    ) -> bytes:
        """The tile as it is now; `key` tells apart what equal layers share."""
        kept = self.tiles.get((*key, tile))
        if (
            kept
            and time.monotonic() - kept.at < KEPT_S
            and not await stale(connection, layer, tile, kept.horizon)
        ):
            return kept.body
        body, horizon = await made(connection, layer, tile)
        self.tiles[(*key, tile)] = Made(body, horizon, time.monotonic())
        return body


async def stale(connection: psycopg.AsyncConnection[Any], layer: Layer, tile: Tile, horizon: int) -> bool:
    """Whether something in it changed since."""
    lo, hi = tile.spots
    cursor = await connection.execute(sql.STALE, [layer.kind_id, horizon, hi, lo])
    row = await cursor.fetchone()
    return bool(row and row[0])


async def made(connection: psycopg.AsyncConnection[Any], layer: Layer, tile: Tile) -> tuple[bytes, int]:
    """The gzipped tile, and the horizon behind which changes are in it."""
    statement, values = sql.statement(layer, tile)
    row = await (await connection.execute(statement, values)).fetchone()
    assert row is not None
    if len(row) == 3 and row[2]:  # too many to draw
        statement, values = sql.cells(tile, *sql.counting(layer, tile))
        row = await (await connection.execute(statement, values)).fetchone()
        assert row is not None
    return gzip.compress(bytes(row[0]), 1, mtime=0), row[1]  # more than level 1 costs more than it saves
