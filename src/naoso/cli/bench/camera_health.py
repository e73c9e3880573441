"""How much a round of health checks costs: real RTSP, real decoding, a real database."""

from __future__ import annotations

import asyncio
import resource
import time
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.db import connection

from naoso.domains.cameras.rules.health import EVERY
from naoso.domains.cameras.watching.book import Book
from naoso.domains.cameras.watching.rounds import Round, go_round


@dataclass(frozen=True, slots=True)
class HealthBench:
    """`core_share`: of one core, at a round every half minute; `statements` of the last round."""

    cameras: int
    answered: int
    wall_s: float
    cpu_s: float
    core_share: float
    memory_mb: float
    statements: int


def measure(rounds: int = 3, book: Book | None = None) -> HealthBench:
    """Every source that the database has is asked so often; the first round, which learns, does not count."""
    told = asyncio.run(_rounds(book or Book(), rounds + 1))
    counted = told[1:]
    cpu = sum(one.cpu_s for one, _n in counted) / len(counted)
    last, statements = counted[-1]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return HealthBench(
        last.asked, last.answered, max(one.wall_s for one, _n in counted), cpu, cpu / EVERY.total_seconds(),
        memory, statements,
    )  # fmt: skip


async def _rounds(book: Book, times: int) -> list[tuple[Round, int]]:
    found = []
    for _number in range(times):
        before = await sync_to_async(statements)()
        went = await go_round(book)
        found.append((went, await sync_to_async(statements)() - before))
        await asyncio.sleep(0.7 + time.time() % 1)  # not always the same picture of a clip
    return found


def statements() -> int:
    """How many this connection has sent; needs DEBUG's log of them."""
    connection.force_debug_cursor = True
    return len(connection.queries_log)


def told(found: HealthBench) -> list[str]:
    """As lines for people."""
    return [
        f"{found.cameras} cameras, {found.answered} answered",
        f"a round takes {found.wall_s:.1f} s and {found.cpu_s:.2f} s of a processor",
        f"{100 * found.core_share:.1f} % of a core at a round every {EVERY.total_seconds():.0f} s",
        f"{found.statements} statements, {found.memory_mb:.0f} MB",
    ]
