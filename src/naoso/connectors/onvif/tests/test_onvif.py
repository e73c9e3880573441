"""A device over real sockets: what it says, how it turns, and every way in which it does not answer."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from naoso.connectors.onvif import (
    Answer,
    Login,
    OnvifCamera,
    OnvifError,
    OnvifFault,
    Profile,
    at_device,
    chosen,
    discover,
)
from naoso.connectors.onvif import device as reading
from naoso.connectors.onvif.discovery import answers_of
from naoso.connectors.onvif.names import DEVICE, MEDIA, PTZ, SCHEMA
from naoso.connectors.onvif.serving import ACTIONS, Asked, Gate, SimulatedCamera, serving
from naoso.connectors.onvif.soap import answer_of, element, envelope, parsed

WHO = Login("demo", "mật khẩu & <x>")
WSDL = Path(os.environ.get("ONVIF_WSDL", "/nowhere"))


def gate(**more: Any) -> Gate:
    cameras = {
        "cam-1": SimulatedCamera("Ngã tư số 1", "rtsp://10.9.9.9:554/cam-1"),
        "cam-2": SimulatedCamera("Cổng chợ", "rtsp://127.0.0.1:554/cam-2", turns=False),
    }
    return Gate(cameras, WHO, **more)


def served(site: Gate, ask: Callable[[int], Coroutine[None, None, None]]) -> None:
    async def run() -> None:
        async with serving(site, "127.0.0.1", 0) as port:
            await ask(port)

    asyncio.run(run())


def address(port: int, code: str = "cam-1") -> str:
    return f"http://127.0.0.1:{port}/onvif/{code}/device_service"


def test_a_device_tells_who_it_is_and_where_its_pictures_are() -> None:
    async def ask(port: int) -> None:
        async with OnvifCamera(address(port), WHO) as camera:
            device = await camera.device()
            assert (device.maker, device.serial) == ("Sao Mai Vision", "SIM-cam-1")
            assert device.clock_offset == pytest.approx(3600, abs=2)
            large, small = chosen(await camera.profiles())
            assert (large.width, large.turns, small and small.width) == (1920, True, 640)
            # the address that it tells is another host's: name and password would go there
            assert await camera.stream(large.token) == "rtsp://127.0.0.1:554/cam-1"

    served(gate(clock_offset_s=3600), ask)


def test_it_turns_stops_and_remembers() -> None:
    moved: list[str] = []

    async def ask(port: int) -> None:
        async with OnvifCamera(address(port), WHO) as camera:
            assert await camera.presets("main") == ()
            home = await camera.remember("main", "Nhìn ra cầu")
            await camera.move("main", 1.0, 0.0, 0.5)
            await asyncio.sleep(0.3)
            await camera.stop("main")
            there = await camera.position("main")
            assert there.pan is not None
            assert there.pan > 0.1
            await asyncio.sleep(0.1)
            assert await camera.position("main") == there
            assert [(one.token, one.name) for one in await camera.presets("main")] == [(home, "Nhìn ra cầu")]
            await camera.go_to("main", home)
            assert (await camera.position("main")).pan == 0.0

    served(gate(moved=lambda code, _camera: moved.append(code)), ask)
    assert moved == ["cam-1"] * 3  # it moved, stood still, went to a view


@pytest.mark.parametrize(
    ("path", "who", "fault"),
    [
        ("/onvif/cam-1/device_service", Login("demo", "sai"), OnvifFault.REFUSED),
        ("/onvif/none/device_service", WHO, OnvifFault.UNSUPPORTED),
        ("/onvif/cam-2/device_service", WHO, OnvifFault.UNSUPPORTED),
    ],
)
def test_every_no_has_its_reason_and_no_password(path: str, who: Login, fault: OnvifFault) -> None:
    async def ask(port: int) -> None:
        async with OnvifCamera(f"http://127.0.0.1:{port}{path}", who) as camera:
            with pytest.raises(OnvifError) as refused:
                await camera.move("main", 1.0, 0.0, 0.0)
        assert refused.value.fault == fault
        assert who.password not in f"{refused.value}{camera.__dict__}"

    served(gate(), ask)


def test_nobody_there_and_somebody_who_never_answers() -> None:
    async def ask() -> None:
        mute = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0)
        for port in (9, mute.sockets[0].getsockname()[1]):
            async with OnvifCamera(address(port), WHO, timeout_s=0.2) as camera:
                with pytest.raises(OnvifError) as silent:
                    await camera.device()
            assert silent.value.fault == OnvifFault.UNREACHABLE
        mute.close()

    asyncio.run(ask())


def test_devices_of_a_network_are_found() -> None:
    async def ask(port: int) -> None:
        found = await discover(ip_network("127.0.0.0/30"), port=port, multicast=False, wait_s=0.5)  # type: ignore[arg-type]
        assert [(one.name, one.hardware, one.url) for one in found] == [
            ("Ngã tư số 1", "SM-PTZ 20", address(port)), ("Cổng chợ", "SM-PTZ 20", address(port, "cam-2")),
        ]  # fmt: skip

    served(gate(), ask)
    with pytest.raises(ValueError, match="1024"):
        asyncio.run(discover(ip_network("10.0.0.0/21")))  # type: ignore[arg-type]


def test_whoever_answers_speaks_for_itself_alone() -> None:
    lying = Answer("10.0.0.7", "urn:x", ("http://203.0.113.5:8080/onvif/device_service",))
    assert lying.url == "http://10.0.0.7:8080/onvif/device_service"
    inner = at_device("rtsp://192.168.1.9:554/live?a=1", "http://10.0.0.7", ("rtsp",))
    assert inner == "rtsp://10.0.0.7:554/live?a=1"
    assert at_device("http://192.168.1.9/media", "http://10.0.0.7:81/x") == "http://10.0.0.7:81/media"
    for bad in ("file:///etc/passwd", "rtsp://[::1", "", "rtsp://10.0.0.7/a b"):
        with pytest.raises(OnvifError):
            at_device(bad, "http://10.0.0.7", ("rtsp",))


def test_the_small_picture_is_small_but_of_use() -> None:
    sizes = {"large": 2560, "tiny": 160, "small": 704, "middle": 1280}
    profiles = [Profile(name, name, "H264", wide, wide // 2, turns=False) for name, wide in sizes.items()]
    large, small = chosen([*profiles, Profile("still", "still", "JPEG", 4000, 3000, turns=False)])
    assert (large.token, small and small.token) == ("large", "small")
    assert chosen(profiles[:2])[1] is None
    with pytest.raises(OnvifError):
        chosen([])


def test_a_document_with_entities_of_its_own_is_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><x>&c;</x>'
    for raw in (bomb, b"<x>" * 100_000, b"", b"x" * 600_000):
        with pytest.raises(OnvifError):
            parsed(raw)


words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
)
leaves = st.sampled_from(
    ["tt:Uri", "tt:Width", "tt:Year", "tt:PanTilt", "tds:XAddr", "d:XAddrs", "tt:Encoding"]
)
nodes = st.builds(lambda name, text, token: element(name, text, token=token), leaves, words, words)
parents = st.sampled_from([
    "trt:Profiles", "tptz:Preset", "tds:SystemDateAndTime", "d:ProbeMatch", "tt:VideoEncoderConfiguration",
    "tptz:PTZStatus", "tds:Capabilities", "tt:UTCDateTime", "tt:Position", "tt:Date", "s:Fault",
    "trt:MediaUri",
])  # fmt: skip
trees = st.recursive(
    nodes, lambda inner: st.builds(lambda n, parts: element(n, *parts, token="x"), parents, st.lists(inner))
)


@given(st.one_of(st.binary(max_size=300), st.builds(lambda t: envelope(element("trt:X", t)), trees)))
def test_whatever_a_device_sends_nothing_else_is_raised(raw: bytes) -> None:
    assert isinstance(answers_of(raw, "10.0.0.1"), tuple)
    try:
        answer = answer_of(raw, "trt:X")
    except OnvifError:
        return
    for part in (answer, *answer.iter(etree.Element)):
        reading.device_of(part, None)
        reading.clock_of(part)
        reading.services_of(part)
        reading.presets_of(part)
        reading.position_of(part)
        reading.profiles_of(part)


@given(st.text(max_size=60), st.sampled_from(["http://10.0.0.7:80/x", "http://[fd00::1]/x"]))
def test_any_told_address_stays_at_the_device(told: str, device: str) -> None:
    try:
        url = at_device(told, device, ("http", "rtsp"))
    except OnvifError:
        return
    assert url.partition("://")[2].startswith(("10.0.0.7", "[fd00::1]"))


@pytest.mark.skipif(not WSDL.exists(), reason="ONVIF's schemas are not on this machine")
def test_the_simulator_speaks_in_the_words_of_the_schemas() -> None:
    spaces = {one: set[str]() for one in (DEVICE, MEDIA, PTZ, SCHEMA)}
    declared = "{http://www.w3.org/2001/XMLSchema}"
    for path in (*WSDL.rglob("*.wsdl"), *WSDL.rglob("*.xsd")):
        for schema in etree.parse(str(path)).iter(f"{declared}schema"):
            known = spaces.get(schema.get("targetNamespace", ""))
            if known is not None:
                known |= {one.get("name") for one in schema.iter(f"{declared}element") if one.get("name")}
    camera = SimulatedCamera("a", "rtsp://127.0.0.1/a", presets={"1": ("Cầu", (0.0, 0.0, 0.0))})
    empty = element("tptz:GotoPreset", element("tptz:PresetToken", "1"))
    for action in ACTIONS.values():
        answer = action(Asked(Gate({"a": camera}), camera, "a", "http://127.0.0.1/onvif/a", empty))
        for part in answer.iter(etree.Element):
            name = etree.QName(part)
            assert name.localname in spaces[name.namespace]
