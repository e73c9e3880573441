"""A camera from the map to moving pictures; an outage that becomes an incident; evidence that verifies."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from naoso.config.options import ROOT

from .centre import LiveCentre, environment
from .conftest import Complaints, SignIn

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("centre")]
MOVES = """() => {
  const video = [...document.querySelectorAll("video")].find((v) => v.videoWidth > 0);
  if (!video) return null;
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  const pen = canvas.getContext("2d");
  pen.drawImage(video, 0, 0);
  const side = Math.max(6, Math.floor(canvas.width / (8 * 18)) * 2);
  let number = 0;
  for (let place = 2; place < 18; place++) {
    const pixel = pen.getImageData(Math.floor((place + 0.5) * side), side / 2, 1, 1).data;
    number = number * 2 + (pixel[0] > 127 ? 1 : 0);
  }
  return {number, now: Date.now() / 1000, width: canvas.width};
}"""


def seen(page: Page) -> dict[str, float]:
    """The number in the picture that the browser decoded, and when."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = page.evaluate(MOVES)
        if found:
            return dict(found)
        page.wait_for_timeout(100)
    raise AssertionError("no picture was decoded")


def camera(centre: LiveCentre, code: str) -> tuple[int, float, float]:
    rows = centre.rows(
        "SELECT o.id, ST_X(o.shape), ST_Y(o.shape) FROM objects_cityobject o JOIN objects_objectkind k"
        " ON k.id = o.kind_id WHERE k.slug = 'camera' AND o.code = %s", code
    )  # fmt: skip
    pk, lon, lat = rows[0]
    return int(pk), float(lon), float(lat)


def healthy(centre: LiveCentre) -> str:
    """The code of a recorded camera that works."""
    return str(until(lambda: centre.rows(
        "SELECT o.code FROM cameras_camerahealth h JOIN cameras_camerasource s ON s.id = h.source_id"
        " JOIN objects_cityobject o ON o.id = s.camera_id JOIN cameras_cameragroup g ON g.id = s.group_id"
        " WHERE h.state = 'ok' AND g.retention_days > 0 AND NOT g.restricted ORDER BY o.code LIMIT 1"
    ), 90)[0][0])  # fmt: skip


def until[T](look: Callable[[], T], seconds: float) -> T:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError("it did not come")


def naoso(centre: LiveCentre, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "naoso.cli", *words], cwd=ROOT, env=environment(centre.centre.var),
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_a_camera_is_opened_from_the_map_and_its_picture_moves(centre: LiveCentre, signed_in: SignIn) -> None:
    code = healthy(centre)
    pk, lon, lat = camera(centre, code)
    page = signed_in("truc.ban", f"/?lon={lon}&lat={lat}&zoom=17&layers=cameras")
    page.goto(f"/cameras/{pk}/")
    first = seen(page)
    page.wait_for_timeout(1500)
    later = seen(page)
    assert first["width"] == 1920
    frames = 6 * 15
    passed = (later["number"] - first["number"]) % frames
    assert passed == pytest.approx((later["now"] - first["now"]) * 15, abs=12)
    late = (later["now"] * 15 - later["number"]) % frames / 15
    assert late < 2.0
    looks = centre.rows("SELECT reason FROM cameras_look WHERE camera_id = %s", pk)
    assert looks
