"""Simulated calls for help: sent over the real address, as a phone sends them, and moving where asked."""

from __future__ import annotations

import itertools
import random
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from naoso.config import options
from naoso.core.places.models import LOCAL, AdminUnit
from naoso.domains.sos.rules import KINDS
from naoso.kernel.errors import BadInput

EVERY_S = 2.0
STEP = 0.0002  # degrees, some 20 m
WORDS = {
    "fire": "Cháy ở tầng hai, khói nhiều", "medical": "Có người ngất, thở yếu", "crime": "Có người phá khóa",
    "flood": "Nước vào nhà, có người già", "accident": "Va chạm xe, có người bị thương",
}  # fmt: skip


@dataclass
class Phone:
    """One caller; `follow` is what the centre answered."""

    kind: str
    lon: float
    lat: float
    follow: str = ""

    def call(self, number: int) -> dict[str, Any]:
        """What it sends first."""
        return {
            "key": str(uuid.uuid4()), "kind": self.kind, "lon": self.lon, "lat": self.lat, "accuracy_m": 18,
            "phone": f"0900{random.randint(0, 999_999):06d}", "text": WORDS[self.kind],  # noqa: S311
            "device": f"simulated-{number}-{uuid.uuid4().hex[:8]}", "at": int(time.time() * 1000),
        }  # fmt: skip

    def step(self, dice: random.Random) -> dict[str, Any]:
        """A few metres on."""
        self.lon, self.lat = self.lon + dice.uniform(-STEP, STEP), self.lat + STEP * dice.random()
        fix = {"lon": self.lon, "lat": self.lat, "accuracy_m": 9, "at": int(time.time() * 1000)}
        return {"positions": [fix]}


def phones(count: int, dice: random.Random) -> Iterator[Phone]:
    """In today's communes and wards, all kinds in turn."""
    units = list(AdminUnit.objects.filter(valid_to=None, kind__in=LOCAL).order_by("code"))
    if not units:
        raise BadInput.of("units", 0, "known", "this centre knows no communes yet")
    kinds = itertools.cycle(KINDS)
    for _number in range(count):
        centre = dice.choice(units).centre
        yield Phone(
            next(kinds), centre.x + dice.uniform(-0.004, 0.004), centre.y + dice.uniform(-0.004, 0.004)
        )


def play(count: int, *, moving: bool, seconds: float) -> int:
    """How many calls the centre has taken; raises BadInput where it answers otherwise."""
    dice = random.Random()  # noqa: S311
    callers = list(phones(count, dice))
    with httpx.Client(base_url=f"http://127.0.0.1:{options.web().port}", timeout=15) as client:
        for number, phone in enumerate(callers):
            phone.follow = sent(client, "/sos/send/", phone.call(number))["follow"]
        until = time.monotonic() + (seconds if moving else 0)
        while time.monotonic() < until:
            time.sleep(EVERY_S)
            for phone in callers:
                sent(client, f"{phone.follow}positions/", phone.step(dice))
    return len(callers)


def sent(client: httpx.Client, address: str, told: dict[str, Any]) -> dict[str, Any]:
    """The answer of the centre."""
    try:
        answer = client.post(address, json=told)
    except httpx.HTTPError as error:
        raise BadInput.of("web", str(error), "reachable", "the centre does not answer") from error
    if answer.status_code not in {200, 201}:
        raise BadInput.of("answer", answer.text[:200], "taken", f"the centre answered {answer.status_code}")
    taken: dict[str, Any] = answer.json()
    return taken
