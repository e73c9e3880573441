"""Simulated fire transmitters: heartbeats of the demonstration, and alarms on demand over real MQTT."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import logging
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from naoso.config import options
from naoso.connectors.mqtt.device import Device, Refused
from naoso.core.registry import secrets
from naoso.domains.fire.models import Detector, Transmitter
from naoso.kernel.errors import BadInput

log = logging.getLogger(__name__)
CONNECT_S = 20.0
FLAPS = 40  # changes of one detector


@dataclass(frozen=True, slots=True)
class Show:
    """What is to be played; `clock_off` is the devices' clock minus ours."""

    premises: tuple[str, ...] = ()
    count: int = 1
    seconds: float = 0.0
    kind: str = "alarm"
    flapping: bool = False
    clock_off: dt.timedelta = dt.timedelta(0)
    restore: bool = False


def transmitters(codes: Sequence[str] = ()) -> list[Transmitter]:
    """Those that still have the demonstration's secret; raises BadInput where none is meant."""
    rows = Transmitter.objects.filter(source__enabled=True).select_related("source", "premises")
    if codes:
        rows = rows.filter(premises__code__in=codes)
    return [
        row for row in rows if secrets.matches(secrets.demo_secret(row.source.code), row.source.secret_digest)
    ]


def device_of(row: Transmitter, voice: str = "") -> Device:
    """Connecting in the background; a show speaks beside the heartbeats, under a name of its own."""
    stream = options.stream()
    code = row.source.code
    device = Device(code, secrets.demo_secret(code), stream.mqtt_host, stream.mqtt_port, voice=voice)
    device.start()
    return device


def event(kind: str, clock_off: dt.timedelta = dt.timedelta(0), **more: Any) -> dict[str, Any]:
    """As a panel writes it, told by its own clock."""
    at = dt.datetime.now(dt.UTC) + clock_off
    return {"id": uuid.uuid4().hex, "type": kind, "time": at.isoformat()} | more


def words(rows: Sequence[Transmitter], show: Show) -> Iterator[tuple[Transmitter, dict[str, Any]]]:
    """In order: which box tells what; a storm goes round all of them and their detectors."""
    hanging = {row.pk: detectors_of(row) for row in rows}
    if show.flapping:
        for row in rows:
            zone, address = hanging[row.pk][0]
            for turn in range(FLAPS):
                kind = "restore" if turn % 2 else show.kind
                yield row, event(kind, show.clock_off, zone=zone, detector=address)
        return
    turns = itertools.cycle(rows)
    for number in range(show.count):
        row = next(turns)
        zone, address = hanging[row.pk][number // len(rows) % len(hanging[row.pk])]
        yield row, event(show.kind, show.clock_off, zone=zone, detector=address)
    if show.restore:
        for row in rows:
            yield row, event("restore", show.clock_off)


def detectors_of(row: Transmitter) -> list[tuple[str, str]]:
    """Zone and address of what is declared; one undeclared where nothing is."""
    found = Detector.objects.filter(zone__premises=row.premises_id).exclude(kind="manual")
    return list(found.values_list("zone__number", "address")) or [("1", "1")]


def play(show: Show) -> int:
    """Publishes it; returns how many messages the broker took. Each box first tells how its clock stands."""
    rows = transmitters(show.premises)
    if not rows:
        raise BadInput.of(
            "premises", ", ".join(show.premises), "known", "no demonstration transmitter is there"
        )
    devices = {row.pk: device_of(row, "-show") for row in rows}
    try:
        for device in devices.values():
            device.await_connected(CONNECT_S)
        for row in rows:
            devices[row.pk].publish(json.dumps(event("heartbeat", show.clock_off)).encode(), lane="msg")
        pause = show.seconds / max(show.count, 1)
        waiting = []
        for row, told in words(rows, show):
            waiting.append(devices[row.pk].publish(json.dumps(told).encode(), lane="msg"))
            if pause:
                time.sleep(pause)
        return sum(taken(info) for info in waiting)
    except Refused as error:
        raise BadInput.of(
            "mqtt", str(error), "connected", "the stream does not let the devices in"
        ) from error
    finally:
        for device in devices.values():
            device.stop()


def taken(info: Any) -> bool:
    """The broker has acknowledged it."""
    if info is None:
        return False
    try:
        info.wait_for_publish(CONNECT_S)
    except RuntimeError:  # the connection went away meanwhile
        return False
    return bool(info.is_published())


class Heartbeats:
    """Every demonstration transmitter says that it lives, as long as the simulators run."""

    def __init__(self) -> None:
        self._devices: dict[str, Device] = {}

    def beat(self, stop: threading.Event) -> None:
        """Once all round; what nobody hears is lost, as with a real one."""
        wanted = {row.source.code: row for row in transmitters()}
        for code in set(self._devices) - set(wanted):
            self._devices.pop(code).stop()
        for code, row in wanted.items():
            if stop.is_set():
                return
            if code not in self._devices:
                self._devices[code] = device_of(row)
            self._devices[code].publish(json.dumps(event("heartbeat")).encode(), lane="msg")

    def stop(self) -> None:
        """Ends the connections."""
        stop_all(self._devices.values())


def stop_all(devices: Iterable[Device]) -> None:
    """Each says goodbye."""
    for device in devices:
        device.stop()
