"""Small worlds of calls for tests."""

from __future__ import annotations

import io
import itertools
import json
from typing import Any

import av
import numpy as np
from django.test import Client
from PIL import Image

from naoso.domains.sos.models import Call
from naoso.domains.sos.reading import CallTold
from naoso.domains.sos.services.receiving import Caller, receive
from naoso.kernel.geometry import LonLat

NUMBERS = itertools.count(1)
PLACE = LonLat(105.8508, 21.4744)  # the centre of the test's ward


def told(**more: Any) -> CallTold:
    """A call about an accident in the ward, with a key of its own."""
    number = next(NUMBERS)
    values = {
        "key": f"key-{number}", "kind": "accident", "place": PLACE, "accuracy_m": 15.0,
        "phone": f"09120{number:05d}", **more,
    }  # fmt: skip
    return CallTold(**values)


def call(address: str | None = None, **more: Any) -> Call:
    """Received through the service."""
    return receive(told(**more), Caller(address))


def body(**more: Any) -> dict[str, Any]:
    """As a phone or the exercise writes it."""
    number = next(NUMBERS)
    return {
        "key": f"body-{number}", "kind": "accident", "lon": PLACE.lon, "lat": PLACE.lat, "accuracy_m": 20,
        "phone": f"0912 {number:06d}", "text": "Xe bồn lật",
    } | more  # fmt: skip


def post(client: Client, address: str, what: Any, **more: Any) -> Any:
    """JSON, with the token check that browsers meet."""
    data = what if isinstance(what, str) else json.dumps(what)
    return client.post(address, data, content_type="application/json", **more)


def voice(seconds: float = 1.0) -> bytes:
    """A tone in WebM, as Chrome records it."""
    out = io.BytesIO()
    with av.open(out, "w", format="webm") as file:
        track = file.add_stream("libopus", rate=48_000, layout="mono")
        for start in range(0, int(seconds * 48_000), 960):
            wave = np.sin(np.arange(start, start + 960) / 20).astype(np.float32).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(wave * 0.4, format="flt", layout="mono")
            frame.sample_rate, frame.pts = 48_000, start
            file.mux(track.encode(frame))
        file.mux(track.encode(None))
    return out.getvalue()


def photo() -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "#a31220").save(out, "JPEG")
    return out.getvalue()
