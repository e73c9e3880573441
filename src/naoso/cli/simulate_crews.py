"""Simulated crews: they drive about, or to where they are sent, and tell it over the real MQTT listener."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import cos, hypot, pi, radians, sin

from naoso.cli.engines import EngineError
from naoso.cli.simulate import LISTENER_S, _stop_on_signals
from naoso.config import options
from naoso.connectors.mqtt.device import Device, Refused
from naoso.core.registry import secrets
from naoso.core.registry.models import Source
from naoso.domains.dispatch.models import Assignment
from naoso.domains.dispatch.seed import GATEWAY, extra_crews
from naoso.domains.dispatch.workflow import AssignmentState

METRES = 111_320.0
ROAM_M = 3000.0
SPEED_KMH = 36.0
RELOAD_S = 10.0
A_MESSAGE = 200
GOING = (AssignmentState.EN_ROUTE, AssignmentState.ASSIGNED, AssignmentState.ACKNOWLEDGED)
Spot = tuple[float, float]


@dataclass(slots=True)
class Mover:
    """One resource on its way to a corner, and then to the next."""

    pk: int
    code: str
    home: Spot
    at: Spot
    dice: random.Random
    goal: Spot | None = None
    speed_kmh: float = field(default=SPEED_KMH)

    def step(self, seconds: float, sent_to: Spot | None) -> None:
        """Towards the incident while it is sent there, else about its home."""
        if sent_to is None and (self.goal is None or self._away(self.goal) < 1):
            turn, far = self.dice.uniform(0, 2 * pi), self.dice.uniform(200, ROAM_M)
            squeeze = cos(radians(self.home[1]))
            self.goal = (
                self.home[0] + far * cos(turn) / METRES / squeeze, self.home[1] + far * sin(turn) / METRES,
            )  # fmt: skip
            self.speed_kmh = self.dice.uniform(20, 50)
        goal = sent_to or self.goal or self.home
        away = self._away(goal)
        share = 1.0 if away < 1 else min(1.0, self.speed_kmh / 3.6 * seconds / away)
        if away < 1:
            self.speed_kmh = 0.0 if sent_to else self.speed_kmh
        elif sent_to:
            self.speed_kmh = SPEED_KMH * 1.5
        self.at = (
            self.at[0] + (goal[0] - self.at[0]) * share, self.at[1] + (goal[1] - self.at[1]) * share,
        )  # fmt: skip

    def told(self, now: float) -> dict[str, object]:
        """As a tracker tells it."""
        return {
            "resource": self.code, "lon": round(self.at[0], 6), "lat": round(self.at[1], 6),
            "time": round(now, 3), "speed": round(self.speed_kmh, 1), "accuracy": 8,
        }  # fmt: skip

    def _away(self, goal: Spot) -> float:
        return METRES * hypot((goal[0] - self.at[0]) * cos(radians(self.at[1])), goal[1] - self.at[1])


def run(number: int, every: float, seconds: float) -> None:
    """Until told to stop, or for so long. Raises EngineError where the gateway is not let in."""
    source = Source.objects.enabled().filter(code=GATEWAY, domain="dispatch").first()
    secret = secrets.demo_secret(GATEWAY)
    if source is None or not secrets.matches(secret, source.secret_digest):
        raise EngineError(f"the demonstration's gateway {GATEWAY} is not there, or has a secret of its own")
    movers = list(movers_of(number))
    stream = options.stream()
    device = Device(GATEWAY, secret, stream.mqtt_host, stream.mqtt_port)
    device.start()
    try:
        device.await_connected(LISTENER_S)
        _drive(device, movers, every, seconds)
    except Refused as error:
        raise EngineError(str(error)) from error
    finally:
        device.stop()


def movers_of(number: int) -> Iterator[Mover]:
    """So many resources, those of the demonstration first, each where it was last."""
    for row in extra_crews(number):
        home, at = row.home, row.position.point
        yield Mover(row.pk, row.code, (home.x, home.y), (at.x, at.y), random.Random(row.pk))  # noqa: S311


def _drive(device: Device, movers: list[Mover], every: float, seconds: float) -> None:
    stop = _stop_on_signals()
    ends = time.monotonic() + seconds if seconds else float("inf")
    sent: dict[int, Spot] = {}
    read = 0.0
    while not stop.is_set() and time.monotonic() < ends:
        if time.monotonic() - read > RELOAD_S:
            sent, read = where_sent(), time.monotonic()
        begun = time.monotonic()
        for start in range(0, len(movers), A_MESSAGE):
            part = movers[start : start + A_MESSAGE]
            for mover in part:
                mover.step(every, sent.get(mover.pk))
            told = [mover.told(time.time()) for mover in part]
            device.publish(json.dumps({"positions": told}).encode(), lane="msg")
        _rest(stop, every - (time.monotonic() - begun))


def _rest(stop: threading.Event, seconds: float) -> None:
    stop.wait(max(seconds, 0.05))


def where_sent() -> dict[int, Spot]:
    """The incident's place of each resource that is on the way."""
    rows = Assignment.objects.filter(state__in=GOING, incident__point__isnull=False).select_related(
        "incident"
    )
    return {
        row.resource_id: (row.incident.point.x, row.incident.point.y) for row in rows if row.incident.point
    }
