"""The simulated cameras as a process: of the demonstration, or as many as one likes."""

from __future__ import annotations

import asyncio
import itertools
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path

import uvloop

from naoso.cli.simulated_cameras.clips import MAIN, SUB, VIEWS, Form, drawn, recorded
from naoso.config import options
from naoso.config.options import var_dir
from naoso.connectors.onvif import Login
from naoso.connectors.onvif import serving as gates
from naoso.connectors.rtsp import Credentials, RtspError, watch
from naoso.connectors.rtsp.serving import (
    HANGING,
    OFFLINE,
    OLD_CLOCK,
    REFUSING,
    SILENT,
    Camera,
    Clip,
    Site,
    serving,
)  # fmt: skip
from naoso.kernel.errors import BadInput

log = logging.getLogger(__name__)

SCENES = 4
OF_CONNECTION = (OFFLINE, HANGING, SILENT, REFUSING, OLD_CLOCK)
OF_PICTURE = ("black", "frozen", "blurred", "covered", "turned")
FAULTS = (*OF_CONNECTION, *OF_PICTURE)
DEMO_FAULTS = (OFFLINE, REFUSING, SILENT, "black", "frozen", OLD_CLOCK)
ALL = "all"
ANSWER_S = 2.0


def clips(
    main: Form = MAIN, sub: Form = SUB, *, videos: Path | None = None, scenes: int = SCENES
) -> Iterator[tuple[str, Clip]]:
    """Every scene large and small, videos that somebody has, and what faults look like; made as asked for."""
    kept = var_dir() / "simulator"
    for seed in range(scenes):
        yield f"sub-{seed}", drawn(sub, seed, kept=kept)
        yield f"main-{seed}", drawn(main, seed, kept=kept)
    for number, video in enumerate(films(videos), start=scenes):
        yield f"sub-{number}", recorded(sub, video, kept=kept)
        yield f"main-{number}", recorded(main, video, kept=kept)
    for fault in OF_PICTURE:
        for seed in range(scenes):
            yield f"{fault}:sub-{seed}", drawn(sub, seed, fault, kept=kept)


def views() -> Iterator[tuple[str, Clip]]:
    """What cameras of the first scene that turn see to the left, to the right and near."""
    kept = var_dir() / "simulator"
    for view in VIEWS:
        yield f"sub-0@{view}", drawn(SUB, 0, view, kept=kept)
        yield f"main-0@{view}", drawn(MAIN, 0, view, kept=kept)


def films(folder: Path | None) -> list[Path]:
    """Videos of a folder, by name."""
    return sorted(folder.glob("*.mp4")) if folder else []


def site_of(codes: Iterable[str], scenes: int, who: Credentials, faults: dict[str, str]) -> Site:
    """Each camera one of the scenes, in turn; the clips come later."""
    cameras = {
        code: Camera(f"main-{n % scenes}", f"sub-{n % scenes}", faults.get(code, ""))
        for n, code in enumerate(codes)
    }
    return Site({}, cameras, who)


def demonstrate() -> None:
    """Every source of the demonstration that points to this machine's simulator. Django must be set up."""
    codes = demo_codes()
    faults = dict(zip(codes[7::19], DEMO_FAULTS, strict=False))
    site = site_of(codes, SCENES, demo_credentials(), faults)
    gate = turning_cameras(site)
    ports = options.cameras()
    run(
        site, itertools.chain(clips(), views()), ports.camera_simulator_port,
        beside=lambda: gates.serving(gate, "127.0.0.1", ports.camera_onvif_port),
    )  # fmt: skip


NEW = {"moi-01": "Cổng nhà văn hoá", "moi-02": "Bãi đỗ xe phía nam"}


def turning_cameras(site: Site) -> gates.Gate:
    """The demonstration's ONVIF devices: sources that can turn, and two that nobody has connected yet."""
    from naoso.domains.cameras.models import CameraSource

    ours = f"http://127.0.0.1:{options.cameras().camera_onvif_port}/onvif/"
    rows = CameraSource.objects.filter(onvif_url__startswith=ours).select_related("camera")
    known = {row.onvif_url.removeprefix(ours).partition("/")[0]: row for row in rows.order_by("camera__code")}
    start = f"rtsp://127.0.0.1:{options.cameras().camera_simulator_port}"
    devices = {
        code: gates.SimulatedCamera(row.name, f"{start}/{code}", row.vendor, row.device_model)
        for code, row in known.items()
    } | {
        code: gates.SimulatedCamera(name, f"{start}/{code}", turns=code == "moi-01")
        for code, name in NEW.items()
    }  # fmt: skip
    for code in devices:
        site.cameras[code] = Camera("main-0", "sub-0")
    who = demo_credentials()

    def moved(code: str, camera: gates.SimulatedCamera) -> None:
        view = view_of(camera)
        site.cameras[code].main, site.cameras[code].sub = f"main-0{view}", f"sub-0{view}"

    return gates.Gate(devices, Login(who.username, who.password), moved)


def view_of(camera: gates.SimulatedCamera) -> str:
    """The clip that shows what a camera looks at; of its whole way there are four."""
    pan, _tilt, zoom = camera.place
    if zoom > 0.3:
        return "@near"
    return "" if abs(pan) < 0.2 else "@left" if pan < 0 else "@right"


def demo_codes() -> list[str]:
    """Codes of cameras whose pictures the simulator gives."""
    from naoso.domains.cameras.models import CameraSource

    ours = f"rtsp://127.0.0.1:{options.cameras().camera_simulator_port}/"
    rows = CameraSource.objects.filter(main_url__startswith=ours).order_by("camera__code")
    return [url.removeprefix(ours).partition("/")[0] for url in rows.values_list("main_url", flat=True)]


def demo_credentials() -> Credentials:
    """As the seed enters them."""
    from naoso.core.registry.secrets import demo_secret

    return Credentials("demo", demo_secret("cameras"))


def simulate(number: int, port: int, faulty: int, videos: Path | None, say: Callable[[str], None]) -> None:
    """Cameras of nobody: for trying out, and for load."""
    codes = [f"camera-{n + 1:03d}" for n in range(number)]
    wrong = codes[:: max(1, round(100 / faulty))] if faulty else []
    faults = {code: FAULTS[n % len(FAULTS)] for n, code in enumerate(wrong)}
    site = site_of(codes, SCENES + len(films(videos)), Credentials("demo", "demo"), faults)
    for code, fault in faults.items():
        say(f"{code}: {fault}")
    say("drawing and encoding the scenes …")
    ready = f"{number} cameras at rtsp://127.0.0.1:{{}}/camera-001 (demo, demo)"
    run(site, clips(videos=videos), port, lambda at: say(ready.format(at)))


def run(
    site: Site,
    found: Iterator[tuple[str, Clip]],
    port: int,
    ready: Callable[[int], None] = lambda _port: None,
    beside: Callable[[], AbstractAsyncContextManager[object]] = nullcontext,
) -> None:
    """Until a signal to end comes. The first scene is made before the door opens, the others behind it.

    `beside` stands while the cameras do.
    """
    site.clips |= itertools.islice(found, 2)

    async def main() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with serving(site, "127.0.0.1", port) as at, beside():
            ready(at)
            threading.Thread(target=lambda: site.clips.update(found), daemon=True).start()
            await stop.wait()

    uvloop.run(main())


def set_fault(code: str, fault: str) -> int:
    """Tells the demonstration's simulator; returns how many cameras. Raises BadInput for unknown words."""
    known = {"ok", *FAULTS}
    if fault not in known:
        raise BadInput.of("fault", fault, "known", ", ".join(sorted(known)))
    codes = demo_codes()
    wanted = codes if code == ALL else [code]
    if not set(wanted) <= set(codes):
        raise BadInput.of("code", code, "known", "no camera of the demonstration has this code")
    who, port = demo_credentials(), options.cameras().camera_simulator_port
    asyncio.run(_tell(wanted, "" if fault == "ok" else fault, who, port))
    return len(wanted)


async def _tell(codes: list[str], fault: str, who: Credentials, port: int) -> None:
    for code in codes:
        await tell(f"rtsp://127.0.0.1:{port}/{code}", fault, who)


async def tell(url: str, fault: str, who: Credentials) -> None:
    """One camera of a simulator: a SET_PARAMETER that no real camera knows."""
    deadline = time.monotonic() + ANSWER_S
    while True:
        try:
            async with watch(url, who, timeout_s=ANSWER_S, described=False) as stream:
                await stream.ask("SET_PARAMETER", url, {"X-Fault": fault})
                return
        except RtspError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.2)
