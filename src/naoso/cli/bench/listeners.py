"""Many open pages in one process of its own: each reads `/live/stream` and notes when it heard what.

It imports nothing of the house, so that what it costs is only what a browser's socket costs. The plan
comes as one JSON line; `open` is printed when every page is open; the next line that comes ends it, and
what was heard is written to the plan's file.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

AT_A_TIME = 25
END = b"\n\n"


@dataclass
class Heard:
    """Equal messages are kept once: five hundred pages hear the same."""

    known: dict[bytes, int] = field(default_factory=dict)
    rows: list[tuple[int, float, int]] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)

    def note(self, page: int, at: float, message: bytes) -> None:
        """One whole message at one page."""
        self.rows.append((page, at, self.known.setdefault(message, len(self.known))))

    def write(self, file: Path) -> None:
        """Rows are (page, time, index of the message)."""
        messages = [message.decode() for message in self.known]
        file.write_text(json.dumps({"messages": messages, "rows": self.rows, "ended": self.ended}))


def split(buffer: bytes) -> tuple[list[bytes], bytes]:
    """Whole messages, and the beginning of the next."""
    *whole, rest = buffer.split(END)
    return whole, rest


async def chunk_of(reader: asyncio.StreamReader) -> bytes:
    """One chunk of the transfer coding (RFC 9112, 7.1); empty at the end."""
    size = int((await reader.readline()).partition(b";")[0], 16)
    return (await reader.readexactly(size + 2))[:size]


async def page(number: int, plan: dict[str, Any], heard: Heard, opened: asyncio.Future[None]) -> None:
    """Opens, reads until the server or the bench ends it."""
    try:
        reader, writer = await asyncio.open_connection(plan["host"], plan["port"], limit=2**20)
        cookie = plan["cookies"][number % len(plan["cookies"])]
        writer.write(
            f"GET /live/stream HTTP/1.1\r\nHost: {plan['host']}:{plan['port']}\r\nCookie: {cookie}\r\n"
            "Accept: text/event-stream\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise ConnectionError(head.partition(b"\r\n")[0].decode())
        rest = b""
        while chunk := await chunk_of(reader):
            at = time.time()
            whole, rest = split(rest + chunk)
            for message in whole:
                heard.note(number, at, message)
            if not opened.done():
                opened.set_result(None)
    except (OSError, ValueError, EOFError) as error:
        if not opened.done():
            opened.set_exception(error)
    heard.ended.append(number)


async def main() -> None:
    """See above."""
    plan = json.loads(sys.stdin.readline())
    heard = Heard()
    tasks: list[asyncio.Task[None]] = []
    for first in range(0, plan["pages"], AT_A_TIME):
        opening = []
        for number in range(first, min(first + AT_A_TIME, plan["pages"])):
            opening.append(asyncio.get_running_loop().create_future())
            tasks.append(asyncio.create_task(page(number, plan, heard, opening[-1])))
        await asyncio.gather(*opening)
    gc.freeze()
    print("open", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    heard.write(Path(plan["file"]))


if __name__ == "__main__":
    asyncio.run(main())
