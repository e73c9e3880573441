"""A camera over a real socket: what works, and every way in which one does not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine

import av
import pytest

from naoso.cli.simulated_cameras.clips import Form, drawn
from naoso.cli.simulated_cameras.scenes import read_number
from naoso.connectors.rtsp import AccessUnit, Credentials, Fault, RtspError, probe, watch
from naoso.connectors.rtsp.frames import Codec
from naoso.connectors.rtsp.serving import Camera, Site, serving

WHO = Credentials("demo", "mật khẩu @/:")
SMALL = Form(320, 180, 10, 200_000, group_s=0.5, seconds=2.0)
HEVC = Form(320, 180, 10, 200_000, group_s=0.5, seconds=1.0, codec=Codec.H265)


@pytest.fixture(scope="module")
def site() -> Site:
    clips = {"street": drawn(SMALL, 1), "hevc": drawn(HEVC, 1)}
    faults = {"ok": "", "off": "offline", "hangs": "hanging", "mute": "silent", "old": "1970"}
    cameras = {name: Camera("street", "street", fault) for name, fault in faults.items()}
    return Site(clips, cameras | {"hevc": Camera("hevc", "hevc")}, WHO)


def served(site: Site, ask: Callable[[int], Coroutine[None, None, None]]) -> None:
    async def run() -> None:
        async with serving(site, "127.0.0.1", 0) as port:
            await ask(port)

    asyncio.run(run())


@pytest.mark.parametrize(("path", "codec"), [("ok", "h264"), ("hevc", "hevc")])
def test_the_first_picture_can_be_decoded_and_tells_its_number(site: Site, path: str, codec: str) -> None:
    async def ask(port: int) -> None:
        found = await probe(f"rtsp://127.0.0.1:{port}/{path}", WHO, count_s=0.4)
        decoder = av.CodecContext.create(codec, "r")
        frames = decoder.decode(av.Packet(found.picture)) + decoder.decode(None)  # type: ignore[attr-defined]
        number = read_number(frames[0].to_ndarray(format="rgb24"))
        length = len(site.clips["hevc" if path == "hevc" else "street"].pictures)
        assert number is not None
        assert (int(time.time() * 10) - number) % length < 10
        assert found.rate == pytest.approx(10, abs=0.5)
        assert abs(found.clock_offset or 9) < 1.5

    served(site, ask)


@pytest.mark.parametrize(
    ("path", "who", "fault"),
    [
        ("off", WHO, Fault.UNREACHABLE),
        ("hangs", WHO, Fault.SILENT),
        ("mute", WHO, Fault.SILENT),
        ("ok", Credentials("demo", "wrong"), Fault.REFUSED),
        ("ok", Credentials(), Fault.REFUSED),
        ("nowhere", WHO, Fault.UNSUPPORTED),
    ],
)
def test_a_camera_that_fails_says_how(site: Site, path: str, who: Credentials, fault: Fault) -> None:
    async def ask(port: int) -> None:
        with pytest.raises(RtspError) as caught:
            await probe(f"rtsp://127.0.0.1:{port}/{path}", who, timeout_s=0.6)
        assert caught.value.fault is fault
        assert WHO.password not in str(caught.value)

    served(site, ask)


def test_a_clock_of_1970_is_noticed(site: Site) -> None:
    async def ask(port: int) -> None:
        found = await probe(f"rtsp://127.0.0.1:{port}/old", WHO)
        assert found.clock_offset == pytest.approx(-time.time(), abs=60)

    served(site, ask)


def test_nobody_listens_there() -> None:
    with pytest.raises(RtspError) as caught:
        asyncio.run(probe("rtsp://127.0.0.1:1/x", WHO))
    assert caught.value.fault is Fault.UNREACHABLE


def test_something_else_answers() -> None:
    async def other(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async def run() -> None:
        async with await asyncio.start_server(other, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(RtspError) as caught:
                await probe(f"rtsp://127.0.0.1:{port}/x", WHO)
            assert caught.value.fault is Fault.UNSUPPORTED

    asyncio.run(run())


@pytest.mark.parametrize(("fault", "lives"), [("unknowing", True), ("forgetful", False)])
def test_a_camera_that_knows_no_keeping_alive_is_not_cut_off(
    site: Site, monkeypatch: pytest.MonkeyPatch, fault: str, lives: bool
) -> None:
    monkeypatch.setattr("naoso.connectors.rtsp.client.KEPT_ALIVE_S", 0.2)
    monkeypatch.setattr("naoso.connectors.rtsp.client.BEAT_S", 0.1)
    site.cameras["ok"].fault = fault

    async def ask(port: int) -> None:
        async with watch(f"rtsp://127.0.0.1:{port}/ok", WHO) as stream:
            await stream.play(lambda _unit: None)
            try:
                await asyncio.wait_for(stream.run(), 1.5)
            except TimeoutError:
                assert lives
            except RtspError:
                assert not lives

    served(site, ask)
    site.cameras["ok"].fault = ""


def test_a_running_picture_that_stops_ends_the_watch(site: Site) -> None:
    async def ask(port: int) -> None:
        units: list[AccessUnit] = []
        async with watch(f"rtsp://127.0.0.1:{port}/ok", WHO) as stream:
            await stream.play(units.append)
            await asyncio.sleep(0.8)
            site.cameras["ok"].fault = "silent"
            with pytest.raises(RtspError) as caught:
                await stream.run(silence_s=0.5)
        site.cameras["ok"].fault = ""
        assert caught.value.fault is Fault.SILENT
        assert [unit.ticks for unit in units] == sorted(unit.ticks for unit in units)
        assert len(units) >= 4

    served(site, ask)
