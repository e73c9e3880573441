"""The media process records: files that follow one another, and lose nothing to a bad disk or a crash."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import time
from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import pytest
from django.db import DataError

from naoso.cli.simulated_cameras.clips import drawn
from naoso.connectors.fmp4 import Sample, describe
from naoso.domains.cameras.media import process, recording
from naoso.domains.cameras.media.process import Media, Place, planned
from naoso.domains.cameras.media.recording import (
    GrowingFile,
    Recorded,
    Recording,
    publish,
    salvage,
    write_all,
)
from naoso.domains.cameras.media.recording import Room as RoomFor
from naoso.domains.cameras.media.upstream import Format, Piece, Upstreams
from naoso.domains.cameras.tests import factories as make
from naoso.domains.cameras.tests.media_room import FORM, RATE, Room, numbers, run

pytestmark = pytest.mark.usefixtures("loopback")


class Keeper(Media):
    """The media process with pictures of a simulator; what it would enter in the database lies in `rows`."""

    def __init__(self, root: Path, upstreams: Upstreams) -> None:
        super().__init__(Place("127.0.0.1", 0, root))
        self.upstreams = upstreams
        self.recordings[7] = Recording(root, 7, self.room)
        upstreams.of(7, "main").join(self.recordings[7])

    async def turn(self, seconds: float) -> None:
        """As its loops do, for so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await asyncio.sleep(0.1)
            await self.flush()
            await self.keep()

    async def over(self) -> None:
        """As at its end."""
        self.recordings[7].end()
        await self.flush()
        await self.keep()


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[Recorded]:
    """What was entered in the database, which is not here."""
    told: list[Recorded] = []
    monkeypatch.setattr(process, "enter", told.extend)
    return told


def recorded(clips: dict[str, Any], root: Path, todo: Callable[[Keeper, Room], Awaitable[None]]) -> None:
    async def work(made: Room) -> None:
        await todo(Keeper(root, made.upstreams), made)

    run(clips, work)


def test_files_follow_one_another_without_a_gap(
    clips: dict[str, Any], tmp_path: Path, rows: list[Recorded], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "LENGTH_S", 1.0)

    async def todo(keeper: Keeper, _made: Room) -> None:
        await keeper.turn(4.5)
        await keeper.over()

    recorded(clips, tmp_path, todo)
    assert len(rows) >= 3
    for earlier, later in pairwise(rows):
        assert abs((later.began_at - earlier.ended_at).total_seconds()) < 0.15
    shown = [number for row in rows for number in numbers((tmp_path / row.path).read_bytes())]
    assert {(b - a) % 20 for a, b in pairwise(shown)} == {1}
    with av.open(str(tmp_path / rows[1].path)) as file:
        assert file.duration == pytest.approx(1_000_000, abs=1000)
    assert rows[0].size == (tmp_path / rows[0].path).stat().st_size
    assert rows[0].codec.startswith("avc1.")


def test_pictures_that_come_while_a_slow_disk_writes_are_not_lost(
    clips: dict[str, Any], tmp_path: Path, rows: list[Recorded], monkeypatch: pytest.MonkeyPatch
) -> None:
    append = GrowingFile.append

    def slow(file: GrowingFile, data: bytes) -> None:
        time.sleep(0.25)
        append(file, data)

    monkeypatch.setattr(GrowingFile, "append", slow)

    async def todo(keeper: Keeper, _made: Room) -> None:
        await keeper.turn(3.0)
        await keeper.over()

    recorded(clips, tmp_path, todo)
    shown = [number for row in rows for number in numbers((tmp_path / row.path).read_bytes())]
    assert len(shown) >= 18
    assert {(b - a) % 20 for a, b in pairwise(shown)} == {1}


def test_a_short_write_is_gone_on_with(
    clips: dict[str, Any], tmp_path: Path, rows: list[Recorded], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(recording.os, "write", lambda handle, data: write(handle, bytes(data[:1000])))

    async def todo(keeper: Keeper, _made: Room) -> None:
        await keeper.turn(2.0)
        await keeper.over()

    recorded(clips, tmp_path, todo)
    (row,) = rows
    assert len(numbers((tmp_path / row.path).read_bytes())) >= RATE
    assert row.size == (tmp_path / row.path).stat().st_size


def test_a_full_disk_leaves_pictures_out_and_recording_goes_on(
    clips: dict[str, Any], tmp_path: Path, rows: list[Recorded]
) -> None:
    async def todo(keeper: Keeper, _made: Room) -> None:
        keeper.room.most = 40_000
        await keeper.turn(1.5)
        (tmp_path / "7").rename(tmp_path / "gone")
        (tmp_path / "7").touch()  # no folder can be made there
        await keeper.turn(3.0)
        assert keeper.fault
        assert keeper.room.held < 80_000
        (tmp_path / "7").unlink()
        (tmp_path / "gone").rename(tmp_path / "7")
        await keeper.turn(2.0)
        await keeper.over()
        assert not keeper.fault
        assert keeper.room.held == 0

    recorded(clips, tmp_path, todo)
    assert len(rows) >= 2
    shown = [numbers((tmp_path / row.path).read_bytes()) for row in rows]
    assert all({(b - a) % 20 for a, b in pairwise(one)} <= {1} for one in shown)


@pytest.mark.django_db
def test_what_is_recorded_follows_group_and_use(cast: SimpleNamespace) -> None:
    kept, brief = make.group(cast), make.group(cast, "Không ghi", retention_days=0)
    recorded, watched = make.source(cast, kept), make.source(cast, brief)
    make.source(cast, kept, enabled=False)
    assert planned() == ({recorded.pk}, {recorded.pk: recorded.version, watched.pk: watched.version})


def test_a_camera_that_leaves_its_group_ends_its_file_and_one_that_moved_is_asked_anew(
    clips: dict[str, Any], tmp_path: Path, rows: list[Recorded], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [({7}, {7: 1}), ({7}, {7: 2}), (set(), {7: 2})]
    monkeypatch.setattr(process, "planned", lambda: said.pop(0))

    async def todo(keeper: Keeper, made: Room) -> None:
        await keeper.plan()
        await keeper.turn(2)
        await keeper.plan()
        await keeper.turn(2)
        assert len(made.asked) == 2
        await keeper.plan()
        await keeper.turn(0.5)
        assert not keeper.recordings
        assert not keeper.leaving

    recorded(clips, tmp_path, todo)
    assert rows
    assert all((tmp_path / row.path).exists() for row in rows)


def test_one_files_trouble_does_not_hold_up_the_others(tmp_path: Path) -> None:
    form = Format(describe(drawn(FORM, 1).parameters, hevc=False), 90_000)
    piece = Piece(Sample([b"\x65"], 9000, key=True), 0, 1_760_000_000.0)
    blocked, fine = (GrowingFile(tmp_path, pk, form, piece, RoomFor(10**6)) for pk in (1, 2))
    (tmp_path / "1").touch()
    refused, fault = write_all([(blocked, b"a"), (fine, b"b")])
    assert [file for file, _data in refused] == [blocked]
    assert fault is not None
    assert fine.written == 1


def test_what_was_left_behind_is_saved_up_to_its_last_whole_picture(
    clips: dict[str, Any], tmp_path: Path, rows: list[Recorded]
) -> None:
    async def todo(keeper: Keeper, _made: Room) -> None:
        await keeper.turn(2.8)

    recorded(clips, tmp_path, todo)
    assert rows == []
    (part,) = tmp_path.glob("*/*/*.part")
    whole = len(numbers(part.read_bytes()))
    os.truncate(part, part.stat().st_size - 100)  # the machine died in the midst of a picture
    (empty := part.with_name("000000.000.part")).write_bytes(b"\x00\x00\x00\x18ftyp")
    (strange := part.with_name("notes.part")).write_bytes(b"no recording")
    (saved,) = salvage(tmp_path)
    publish(tmp_path, [saved])
    publish(tmp_path, [saved])
    assert not empty.exists()
    assert strange.with_suffix(".odd").exists()
    assert saved.source_id == 7
    assert len(numbers((tmp_path / saved.path).read_bytes())) == whole - 1
    assert (saved.ended_at - saved.began_at).total_seconds() == pytest.approx((whole - 1) / RATE, abs=0.01)
    assert saved.codec.startswith("avc1.")


def test_a_file_that_the_database_refuses_does_not_hold_up_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = dt.datetime.now(dt.UTC)
    batch = [Recorded(7, now, now, f"7/20260101/{n}.mp4", 1, "avc1" * n) for n in (1, 30, 2)]
    for one in batch:
        path = (tmp_path / one.path).with_suffix(".done")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    def enter(some: list[Recorded]) -> None:
        if any(len(one.codec) > 64 for one in some):
            raise DataError("too long")

    monkeypatch.setattr(process, "enter", enter)

    async def work() -> None:
        media = Media(Place("127.0.0.1", 0, tmp_path))
        media.finished = list(batch)
        await media.keep()
        assert media.finished == []

    asyncio.run(work())
    assert sorted(path.name for path in tmp_path.glob("*/*/*")) == ["1.mp4", "2.mp4", "30.odd"]
