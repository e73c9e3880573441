"""One round: ask, judge, write, tell; a handful of statements whatever the number of cameras."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from asgiref.sync import sync_to_async
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from naoso.core.people.audit import recorded
from naoso.core.people.rows import update_rows
from naoso.domains.cameras.models import CameraHealth
from naoso.domains.cameras.rules import health as rules
from naoso.domains.cameras.rules import picture
from naoso.domains.cameras.rules.health import Known, Verdict
from naoso.domains.cameras.watching import consequences
from naoso.domains.cameras.watching.asking import Answer, ask_all
from naoso.domains.cameras.watching.book import Book, Page
from naoso.domains.cameras.watching.writing import Line, write

log = logging.getLogger(__name__)

SAVE_LEARNED_EVERY = 20  # rounds
CENTURY_S = 100 * 365 * 86_400.0
OF_VIEW = frozenset({"turned", "blurred"})  # no fault of a camera that people turn


@dataclass(frozen=True, slots=True)
class Round:
    """What it came to."""

    asked: int
    answered: int
    changed: int
    wall_s: float
    cpu_s: float


async def go_round(book: Book) -> Round:
    """All of it."""
    started, cpu = asyncio.get_running_loop().time(), os.times()
    await sync_to_async(book.refresh)()
    answers = await ask_all([page.wanted for page in book.pages.values() if page.is_due()])
    changed = await sync_to_async(take)(book, answers, timezone.now())
    spent = os.times()
    return Round(
        len(answers), sum(answer.fault is None for answer in answers), changed,
        asyncio.get_running_loop().time() - started,
        spent.user + spent.system - cpu.user - cpu.system,
    )  # fmt: skip


def take(book: Book, answers: Sequence[Answer], now: dt.datetime) -> int:
    """Judges and writes what cameras gave; returns how many states changed."""
    moved: list[tuple[Page, Known]] = []
    lines: list[Line] = []
    for answer in answers:
        page = book.pages.get(answer.source_id)
        if page is None:
            continue
        before = page.known
        page.known = rules.settled(before, judged(page, answer))
        if (before.state, before.problems) != (page.known.state, page.known.problems):
            moved.append((page, before))
            if before.state != page.known.state:
                page.since = now if before.state == rules.NEW else rules.began(now)
        lines.append(line_of(page, answer))
    with recorded(None, "health of cameras"):
        write(lines, now)
        save_learned(book)
        consequences.draw(book, moved, now)
    keep_thumbnails(answers)
    return len(moved)


def judged(page: Page, answer: Answer) -> Verdict:
    """What this round says; a picture in which nothing is wrong is learned from."""
    offset = None if answer.clock_offset_s is None else clamped(answer.clock_offset_s)
    page.clock_wrong = rules.clock_is_wrong(offset, was=page.clock_wrong)
    clock = (rules.CLOCK,) if page.clock_wrong else ()
    if answer.fault is not None or answer.shot is None:
        page.before = None
        return Verdict(str(answer.fault), ())
    told = picture.problems_of(answer.shot, page.baseline, still=answer.still)
    problems = tuple(one for one in told if not (page.turns and one in OF_VIEW))
    if not problems:
        page.baseline = picture.learned(page.baseline, answer.shot, page.before)
        page.unsaved += 1
    page.before = answer.shot
    return Verdict(rules.PICTURE if problems else rules.OK, problems + clock)


def clamped(seconds: float) -> dt.timedelta:
    """A clock of 1970 is off by half a century; one of the year 9999 by no more than is reckoned with."""
    return dt.timedelta(seconds=max(-CENTURY_S, min(CENTURY_S, seconds)))


def line_of(page: Page, answer: Answer) -> Line:
    """As it is written."""
    known, offset = page.known, answer.clock_offset_s
    return Line(
        page.pk, known.state, known.problems, page.since, known.suspected, known.streak, answer.latency_ms,
        None if offset is None else clamped(offset).total_seconds(), answer.codec,
        answer.size if answer.shot is not None else None,
    )  # fmt: skip


def save_learned(book: Book) -> None:
    """Every ten minutes, and so spread that no round writes all of them."""
    due = [page for page in book.pages.values() if page.unsaved >= SAVE_LEARNED_EVERY]
    for page in due:
        page.unsaved = page.pk % 3
    update_rows(
        [CameraHealth(source_id=page.pk, baseline=page.baseline.packed()) for page in due], ["baseline"]
    )


def keep_thumbnails(answers: Iterable[Answer]) -> None:
    """Each replaces the one before at once, so that nobody is sent half of one."""
    for answer in answers:
        if answer.thumbnail:
            keep(CameraHealth(source_id=answer.source_id).thumbnail, answer.thumbnail)


def keep(name: str, body: bytes) -> None:
    """On this machine's disk by renaming; in a storage elsewhere as it can."""
    try:
        place = Path(default_storage.path(name))
    except NotImplementedError:
        default_storage.delete(name)
        default_storage.save(name, ContentFile(body))
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_suffix(".part")
    part.write_bytes(body)
    part.replace(place)
