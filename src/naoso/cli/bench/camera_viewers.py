"""Pages that watch, in a process of their own: a wish as JSON on stdin, what they saw on stdout."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import av
import numpy as np
import uvloop
from websockets.asyncio.client import connect

from naoso.cli.simulated_cameras.clips import MAIN
from naoso.cli.simulated_cameras.scenes import read_number

Seen = list[tuple[float, bytes]]


async def view(wish: dict[str, Any], ticket: str, keep: bool) -> tuple[float | None, int, Seen]:
    """Seconds until the first picture, how many came, and the pictures with their times where kept."""
    began = time.monotonic()
    first, count, seen = None, 0, []
    async with connect(wish["url"], compression=None, max_size=None, ping_interval=None) as socket:
        await socket.send(ticket)
        head = True
        while (left := began + wish["seconds"] - time.monotonic()) > 0:
            try:
                message = await asyncio.wait_for(socket.recv(), left)
            except TimeoutError:
                break
            if isinstance(message, str):
                head = True
                continue
            if keep:
                seen.append((time.time(), message))
            if not head:
                first = first or time.monotonic() - began
                count += 1
            head = False
    return first, count, seen


def delays(seen: Seen) -> Iterator[float]:
    """By the number in each picture: when it was shown to the camera, and when it came here."""
    length = MAIN.count
    with av.open(BytesIO(b"".join(data for _at, data in seen)), "r") as file:
        times = [at for at, _data in seen[1:]]
        for at, frame in zip(times, file.decode(video=0), strict=False):
            number = read_number(frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False))
            if number is not None:
                yield (at * MAIN.rate - number) % length / MAIN.rate


async def main(wish: dict[str, Any]) -> dict[str, Any]:
    """All of them at once."""
    found = await asyncio.gather(
        *(view(wish, ticket, n < wish["decoded"]) for n, ticket in enumerate(wish["tickets"]))
    )
    late = sorted(delay for _first, _count, seen in found if seen for delay in list(delays(seen))[30:])
    return {
        "first_s": [first if first is not None else 99.0 for first, _count, _seen in found],
        "alive": sum(count > MAIN.rate for _first, count, _seen in found),
        "delay_p50": statistics.median(late) if late else None,
        "delay_p95": late[int(0.95 * len(late))] if late else None,
    }


if __name__ == "__main__":
    print(json.dumps(uvloop.run(main(json.load(sys.stdin)))))
