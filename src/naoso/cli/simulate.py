"""Simulated devices: they publish over the real MQTT listener and the real HTTP interface.

Every source of the demonstration whose secret is still the derived one is spoken for; rotate or disable
one on its screen, and its simulator falls silent as the real device would.
"""

from __future__ import annotations

import json
import logging
import signal
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx

from naoso.cli.air import air
from naoso.cli.fire_alarms import Heartbeats
from naoso.cli.simulate_hazards import hazard_stations
from naoso.config import options
from naoso.connectors.mqtt.device import Device, Refused
from naoso.core.registry import secrets
from naoso.core.registry.models import Source
from naoso.core.telemetry.models import LatestValue, Series

log = logging.getLogger(__name__)

EVERY_S = 30.0
PAST_S, PAST_STEP_S = 7 * 86_400.0, 600.0
PAST_READINGS = 240  # a message
HTTP_EVERY = 5  # each fifth station speaks HTTP
SHOW_STATION, SHOW_AFTER_S, SHOW_S = 3, 60.0, 1800.0  # smoke that a newcomer sees soon after the start
RELOAD_S = 60.0
LISTENER_S = 60.0


@dataclass(frozen=True)
class Station:
    """One demonstration source and the properties that it tells."""

    number: int
    code: str
    series: dict[str, str]
    past_s: float = PAST_S
    past_step_s: float = PAST_STEP_S

    def readings(self, at: float, started: float) -> list[dict[str, Any]]:
        """What it would say at that time."""
        since = at - started - SHOW_AFTER_S
        shown = 1.0 if self.number == SHOW_STATION and 0 <= since <= SHOW_S else 0.0
        told = air(self.number, at, episode=shown)
        return [
            {"series": f"{self.code}/{name}", "time": round(at, 3), "value": told[name], "unit": unit}
            for name, unit in self.series.items()
            if name in told
        ]


class Speaking(Protocol):
    """A simulated source: its name, and what it would say."""

    @property
    def number(self) -> int:
        """Each fifth speaks HTTP."""

    @property
    def code(self) -> str:
        """Of its source."""

    @property
    def past_s(self) -> float:
        """Seconds of the past that it tells when it is first heard."""

    @property
    def past_step_s(self) -> float:
        """Seconds between those readings."""

    def readings(self, at: float, started: float, /) -> list[dict[str, Any]]:
        """At a time in seconds since 1970."""


class Speaker:
    """How a station's messages leave."""

    def __init__(self, station: Speaking) -> None:
        self.station = station
        secret = secrets.demo_secret(station.code)
        self._device: Device | None = None
        if station.number % HTTP_EVERY:
            stream = options.stream()
            self._device = Device(station.code, secret, stream.mqtt_host, stream.mqtt_port)
            self._device.start()
        self._token = f"Bearer {station.code}.{secret}"

    def say(self, readings: list[dict[str, Any]], client: httpx.Client) -> None:
        """Lost when nobody listens, as with a real device."""
        body = json.dumps({"readings": readings}).encode()
        if self._device:
            self._device.publish(body)
            return
        headers = {"Authorization": self._token, "Content-Type": "application/json"}
        try:
            client.post("/api/v1/observations", content=body, headers=headers)
        except httpx.HTTPError as error:
            log.info("%s is not heard over HTTP: %s", self.station.code, error)

    def await_listener(self, client: httpx.Client, seconds: float) -> None:
        """Raises Refused when nobody listens by then."""
        if self._device:
            self._device.await_connected(seconds)
            return
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                client.get("/api/v1/openapi.json")
            except httpx.HTTPError:
                time.sleep(1)
            else:
                return
        raise Refused(f"nobody listens at {client.base_url}")

    def stop(self) -> None:
        """Ends the connection."""
        if self._device:
            self._device.stop()


def stations() -> list[Station]:
    """Sources `kk-NN` that are enabled and still have the demonstration's secret."""
    found = Source.objects.enabled().filter(domain="environment", code__regex=r"^kk-\d+$").order_by("code")
    mine = [
        source for source in found if secrets.matches(secrets.demo_secret(source.code), source.secret_digest)
    ]
    told: dict[int, dict[str, str]] = {}
    rows = Series.objects.filter(source__in=mine, enabled=True).values_list("source_id", "property", "unit")
    for source_id, name, unit in rows:
        told.setdefault(source_id, {})[name] = unit
    return [Station(int(s.code.removeprefix("kk-")), s.code, told.get(s.pk, {})) for s in mine]


def run_simulators(stop: threading.Event | None = None) -> None:
    """Until told to stop: each station speaks every half minute, one after another."""
    stop = stop or _stop_on_signals()
    started = time.time()
    speakers: dict[str, Speaker] = {}
    panels = Heartbeats()
    address = f"http://127.0.0.1:{options.web().port}"
    with httpx.Client(base_url=address, timeout=10) as client:
        while not stop.is_set():
            spoken_for: list[Speaking] = [*stations(), *hazard_stations()]
            wanted = {station.code: station for station in spoken_for}
            for code in set(speakers) - set(wanted):
                speakers.pop(code).stop()
            fresh = [code for code in wanted if code not in speakers]
            speakers |= {code: Speaker(wanted[code]) for code in fresh}
            tell_past([speakers[code] for code in fresh], client, stop)
            until = time.monotonic() + RELOAD_S
            while time.monotonic() < until and not stop.is_set():
                panels.beat(stop)
                _round(list(speakers.values()), started, client, stop)
    panels.stop()
    for speaker in speakers.values():
        speaker.stop()


def _round(speakers: list[Speaker], started: float, client: httpx.Client, stop: threading.Event) -> None:
    if not speakers:
        stop.wait(EVERY_S)
    for speaker in speakers:
        if readings := speaker.station.readings(time.time(), started):
            speaker.say(readings, client)
        stop.wait(EVERY_S / len(speakers))


def tell_past(speakers: Iterable[Speaker], client: httpx.Client, stop: threading.Event) -> None:
    """What a station would have said while nobody listened."""
    now = time.time()
    newest = dict(LatestValue.objects.values_list("series__source__code", "time"))
    for speaker in speakers:
        station = speaker.station
        step = station.past_step_s
        last = newest[station.code].timestamp() if station.code in newest else now - station.past_s
        begin = max(last, now - station.past_s) // step * step + step
        readings: list[dict[str, Any]] = []
        try:
            speaker.await_listener(client, LISTENER_S)
        except Refused as error:
            log.warning("%s keeps its past to itself: %s", station.code, error)
            continue
        while begin < now - EVERY_S and not stop.is_set():
            readings += station.readings(begin, now)
            begin += step
            if len(readings) >= PAST_READINGS:
                speaker.say(readings, client)
                readings = []
        if readings:
            speaker.say(readings, client)


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def replay(file: Path, speed: float) -> None:
    """A recorded CSV through the real path; see `naoso.cli.replay`."""
    from naoso.cli.replay import replay as start

    start(file, speed)
