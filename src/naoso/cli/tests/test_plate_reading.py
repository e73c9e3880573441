"""The process that reads plates goes on, or ends loudly: it is never blind in silence."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from django.db import OperationalError

from naoso.cli.plate_reading import eye as eyes
from naoso.cli.plate_reading import process
from naoso.cli.plate_reading.eye import Eye
from naoso.cli.plate_reading.process import Reading, Wanted, Watched
from naoso.cli.simulated_cameras.clips import Form, drawn
from naoso.connectors.nats.wire import StreamError
from naoso.connectors.plates import Frame, Passage, PlateSeen
from naoso.connectors.plates.seen import Box
from naoso.connectors.plates.tracks import Direction
from naoso.connectors.rtsp import AccessUnit, Credentials
from naoso.connectors.rtsp.packets import Picture
from naoso.connectors.rtsp.serving import Camera, Clip, Site, serving
from naoso.domains.cameras.reaching import Endpoint
from naoso.kernel.plates import Colour, parse

FORM = Form(320, 180, 10, 200_000, group_s=0.5, seconds=1.0)
SEEN = PlateSeen(parse("20A-123.45"), "20A-123.45", "", (), 0.9, Colour.WHITE, Box(1, 2, 3, 4), agreed=True)
PASSAGE = Passage(1.0, 0.5, 2.0, SEEN, 4, True, Direction.AWAY, "²", b"crop", b"scene")


class Once(Eye):
    """An eye with one picture."""

    def latest(self) -> Frame | None:
        """Once."""
        frame, self._frame = self._frame or Frame(np.zeros((9, 9, 3), np.uint8), 1.0), None
        return frame


class Reader:
    """In the place of the networks."""

    def __init__(self, *passages: Passage, fault: Exception | None = None) -> None:
        self.passages, self.fault = passages, fault

    def take(self, _frame: Frame) -> list[Passage]:
        """What was given."""
        if self.fault:
            raise self.fault
        return list(self.passages)

    def close(self) -> list[Passage]:
        """Nothing more."""
        return []


def watched(code: str, reader: Reader) -> Watched:
    async def where() -> Endpoint:
        raise AssertionError

    wanted = Wanted(1, 1, code, "plates", (), 2.0)
    return Watched(wanted, Once(code, where, 2.0), None, reader)  # type: ignore[arg-type]


def reading_of(monkeypatch: pytest.MonkeyPatch, **cameras: Reader) -> tuple[Reading, list[dict[str, Any]]]:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(process, "publish_message", lambda _code, body: sent.append(json.loads(body)))
    monkeypatch.setattr(process, "kept", lambda data, _at: f"{len(data)}.jpg")
    reading = Reading()
    reading.watched = {n: watched(code, reader) for n, (code, reader) in enumerate(cameras.items())}
    return reading, sent


def turn(reading: Reading, times: int = 1) -> None:
    for _turn in range(times):
        for pk, one in reading.watched.items():
            reading.look(pk, one)
    reading.send()


def test_a_fault_of_one_camera_leaves_the_others_read_and_is_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reading, sent = reading_of(monkeypatch, one=Reader(fault=ValueError("odd")), two=Reader(PASSAGE))
    monkeypatch.setattr(process, "LiveReader", lambda *_args: Reader(fault=ValueError("odd")))
    monkeypatch.setattr(reading, "plates", lambda: None)
    turn(reading, 3)
    assert [(told["camera"], told["lane"]) for told in sent] == [("two", None)] * 3
    assert sum("camera one: ValueError" in line for line in caplog.messages) == 1
    assert reading.looked == {0, 1}


def test_a_full_disk_costs_the_picture_and_not_the_passage(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, sent = reading_of(monkeypatch, one=Reader(PASSAGE))

    def full(_data: bytes, _at: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(process, "kept", full)
    turn(reading)
    assert [(told["plate"], told["crop"], told["scene"]) for told in sent] == [("20A12345", "", "")]


def test_what_the_stream_does_not_take_waits_and_losses_are_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reading, sent = reading_of(monkeypatch, one=Reader(PASSAGE))
    told = vars(process)["publish_message"]

    def gone(*_args: object) -> None:
        raise StreamError("no stream")

    monkeypatch.setattr(process, "KEPT_MESSAGES", 2)
    monkeypatch.setattr(process, "publish_message", gone)
    turn(reading, 4)
    assert len(reading.waiting) == 2
    assert sum("the oldest are lost" in line for line in caplog.messages) == 1
    monkeypatch.setattr(process, "publish_message", told)
    reading.send()
    assert len(sent) == 2
    assert any("2 were lost" in line for line in caplog.messages)


def test_the_process_ends_where_its_thread_does(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, _sent = reading_of(monkeypatch)

    def broken() -> None:
        raise MemoryError

    async def plan() -> None:
        """Nothing to do."""

    monkeypatch.setattr(reading, "send", broken)
    monkeypatch.setattr(reading, "plan", plan)
    with pytest.raises(MemoryError):
        asyncio.run(asyncio.wait_for(reading.run(asyncio.Event()), 5))


async def frames_of(site: Site, seconds: float, first: Exception | None = None) -> list[Frame]:
    """What an eye sees of the camera `one` in that time."""
    faults = [first] if first else []
    async with serving(site, "127.0.0.1", 0) as port:

        async def where() -> Endpoint:
            if faults:
                raise faults.pop()
            return Endpoint(1, "main", f"rtsp://127.0.0.1:{port}/one", Credentials())

        eye = Eye("one", where, 10.0)
        task = asyncio.create_task(eye.run())
        frames = []
        for _turn in range(int(seconds / 0.05)):
            await asyncio.sleep(0.05)
            if (frame := eye.latest()) is not None:
                frames.append(frame)
        task.cancel()
        return frames


def damaged(clip: Clip) -> Clip:
    """The first picture after each key picture is noise."""
    pictures = list(clip.pictures)
    for n, picture in enumerate(pictures[:-1]):
        if picture.key:
            noise = tuple(one[:1] + b"\xff" * (len(one) - 1) for one in pictures[n + 1].payloads)
            pictures[n + 1] = Picture(noise, pictures[n + 1].key)
    return replace(clip, pictures=tuple(pictures))


@pytest.mark.parametrize("fault", ["database", "packets"])
def test_an_eye_opens_again(
    fault: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(eyes, "PAUSE_S", 0.05)
    clip = drawn(FORM, 1)
    site = Site(
        {"street": damaged(clip) if fault == "packets" else clip}, {"one": Camera("street", "street")}
    )
    first = OperationalError("the server was restarted") if fault == "database" else None
    frames = asyncio.run(frames_of(site, 2.5, first))
    assert len(frames) >= 3
    assert frames[-1].at - frames[0].at > 1
    assert sum("no picture" in line for line in caplog.messages) == 1


def test_after_a_gap_nothing_is_decoded_before_the_next_key_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[str] = []
    monkeypatch.setattr(eyes, "MOST_UNITS", 3)
    monkeypatch.setattr(eyes, "_decoder", lambda _codec: object())
    monkeypatch.setattr(Eye, "_decode", lambda _eye, _decoder, data: decoded.append(data[-1:].decode()))

    async def run() -> None:
        units: eyes.Units = asyncio.Queue(eyes.MOST_UNITS + 1)
        for name in "Kabcd":
            eyes._put(units, AccessUnit((name.encode(),), 0, name.isupper()))
        stream = Streamed()
        task = asyncio.create_task(Eye("one", None, 1.0)._decode_all(stream, units))  # type: ignore[arg-type]
        for name in "eLf":
            await asyncio.sleep(0.05)
            eyes._put(units, AccessUnit((name.encode(),), 0, name.isupper()))
        await asyncio.sleep(0.1)
        task.cancel()

    asyncio.run(run())
    assert decoded == ["L", "f"]


class Streamed:
    """As far as decoding asks."""

    class track:  # noqa: N801
        """Its codec."""

        codec = "h264"

    parameter_sets: Callable[[], tuple[bytes, ...]] = staticmethod(lambda: ())
