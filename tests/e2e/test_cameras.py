"""A camera from the map to moving pictures, an outage that becomes an incident, evidence that verifies."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from naoso.config.options import ROOT
from naoso.connectors.rtsp.serving import Site

from .cameras import MAIN, simulated
from .centre import LiveCentre, environment
from .conftest import Complaints, SignIn, shown_map

pytestmark = [pytest.mark.engines]
# the number that the simulator writes into each picture, read from the decoded picture
NUMBER = """() => {
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
  return [number, Date.now() / 1000, canvas.width];
}"""
GROUPED = """SELECT o.code, o.id FROM cameras_camerasource s JOIN objects_cityobject o ON o.id = s.camera_id
JOIN cameras_cameragroup g ON g.id = s.group_id
WHERE g.id = (SELECT g.id FROM cameras_cameragroup g JOIN cameras_camerasource s ON s.group_id = g.id
              WHERE NOT g.restricted GROUP BY g.id ORDER BY count(*) DESC, g.id LIMIT 1)
ORDER BY o.code LIMIT 12"""
KEPT = """SELECT o.code, o.id FROM cameras_camerasource s JOIN objects_cityobject o ON o.id = s.camera_id
JOIN cameras_cameragroup g ON g.id = s.group_id WHERE g.retention_days > 0 ORDER BY o.code LIMIT 1"""
STATES = """SELECT count(*) FROM cameras_camerahealth h JOIN cameras_camerasource s ON s.id = h.source_id
JOIN objects_cityobject o ON o.id = s.camera_id WHERE o.code = ANY(%s) AND h.state = %s"""
PIECES = """SELECT 1 FROM cameras_footage f JOIN cameras_camerasource s ON s.id = f.source_id
WHERE s.camera_id = %s"""
OPENED = """from naoso.core.response.services import open_incident
from naoso.core.response.models import IncidentKind
from naoso.core.objects.models import CityObject
from naoso.kernel.geometry import LonLat
camera = CityObject.objects.get(pk={pk})
place = LonLat(camera.shape.x, camera.shape.y)
row = open_incident(actor=None, kind=IncidentKind.objects.get(code="accident"), title="Va chạm tại nút giao",
    severity=3, owner=camera.owner, unit_id=camera.unit_id, place=place)
print(row.pk)"""


@pytest.fixture(scope="module")
def cameras(centre: LiveCentre) -> Iterator[tuple[Site, list[tuple[str, int]]]]:
    """A dozen cameras of one group, and a recorded one, that answer; the first check of each has been."""
    rows = [(str(code), int(pk)) for code, pk in centre.rows(GROUPED)]
    codes = [code for code, _pk in rows] + [str(code) for code, _pk in centre.rows(KEPT)]
    with simulated(centre, codes) as site:
        centre.until(lambda: centre.rows(STATES, codes, "ok")[0][0] == len(codes), "healthy cameras", 90)
        yield site, rows


def moving(page: Page) -> tuple[int, float, int]:
    """What the browser decoded last."""
    for _turn in range(150):
        found = page.evaluate(NUMBER)
        if found:
            return int(found[0]), float(found[1]), int(found[2])
        page.wait_for_timeout(100)
    raise AssertionError("no picture was decoded")


def at_its_pace(page: Page) -> bool:
    """In two seconds as many pictures as the camera sent; while a player catches up it takes another look."""
    first, then, width = moving(page)
    page.wait_for_timeout(2000)
    later, now, last_width = moving(page)
    assert {width, last_width} <= {640, 320}
    rate, count = (15, MAIN.count) if width == 640 else (10, 40)
    passed, sent = (later - first) % count, ((now - then) * rate) % count
    return (
        width == last_width and abs(passed - sent) < 0.6 * rate and (now * rate - later) % count / rate < 2.5
    )


def test_a_camera_is_opened_from_the_map_and_its_picture_moves(
    centre: LiveCentre, signed_in: SignIn, cameras: tuple[Site, list[tuple[str, int]]]
) -> None:
    _code, pk = cameras[1][0]
    lon, lat = centre.rows("SELECT ST_X(shape), ST_Y(shape) FROM objects_cityobject WHERE id = %s", pk)[0]
    page = signed_in("truc.ban", f"/?lon={lon}&lat={lat}")
    shown_map(page)
    page.locator("[data-map-slot=layers]").get_by_label("Camera", exact=True).check()
    box = page.locator(".ops-map canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _turn in range(8):  # near enough that no other camera lies over it
        page.mouse.wheel(0, -300)
        page.wait_for_timeout(150)
    panel = page.locator(f"[data-url='/cameras/{pk}/live/']")
    for _turn in range(40):  # the layer comes a moment after the map
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(500)
        if panel.count():
            break
    expect(panel).to_be_visible()
    assert any(at_its_pace(page) for _look in range(4)), "the picture lags or stands still"
    assert centre.rows("SELECT reason FROM cameras_look WHERE camera_id = %s", pk)


def test_lost_cameras_become_one_incident_with_their_owner(
    centre: LiveCentre, signed_in: SignIn, cameras: tuple[Site, list[tuple[str, int]]]
) -> None:
    site, rows = cameras
    for code, _pk in rows:
        site.cameras[code].fault = "offline"
    found = centre.until(
        lambda: centre.rows(
            "SELECT i.id, i.title FROM response_incident i JOIN response_incidentkind k ON k.id = i.kind_id"
            " WHERE k.code = 'equipment' AND i.subject LIKE 'cameras:%%' AND i.state <> 'closed'"
        ),
        "an incident of lost cameras", 150,
    )  # fmt: skip
    assert len(found) == 1
    page = signed_in("truc.ban", f"/incidents/{found[0][0]}/")
    expect(page.get_by_role("heading", name=str(found[0][1])).first).to_be_visible()
    for code, _pk in rows:
        site.cameras[code].fault = ""
    page.goto(f"/cameras/?q={rows[0][0]}")
    expect(page.locator("main")).to_contain_text(rows[0][0])
    codes = [code for code, _pk in rows]
    centre.until(lambda: centre.rows(STATES, codes, "ok")[0][0] == len(codes), "cameras that came back", 120)


def test_evidence_is_exported_and_verifies_until_a_byte_is_changed(
    centre: LiveCentre, signed_in: SignIn, tmp_path: Path, complaints: Complaints,
    cameras: tuple[Site, list[tuple[str, int]]],
) -> None:  # fmt: skip
    assert cameras[1]
    _code, pk = centre.rows(KEPT)[0]
    number = int(centre.python(OPENED.format(pk=pk).replace("\n    ", " ").replace("\n", "; ")))
    centre.until(
        lambda: centre.rows("SELECT 1 FROM cameras_hold WHERE incident_id = %s", number), "a hold", 90
    )
    centre.until(lambda: centre.rows(PIECES, pk), "a recording", 120)
    page = signed_in("truc.ban", f"/cameras/evidence/new/{number}/")
    page.fill("input[name=reason]", "Hồ sơ va chạm giao thông")
    page.fill("input[name=minutes]", "60")
    page.get_by_role("button", name="Tạo gói").click()
    ready = page.locator("a[download]")
    ready.wait_for(timeout=60_000)
    with page.expect_download() as waiting:
        ready.first.click()
    package = tmp_path / "evidence.zip"
    waiting.value.save_as(package)
    complaints.forgive("net::ERR_ABORTED")
    assert verified(centre, package) == 0
    data = package.read_bytes()
    at = data.index(b"mdat") + 100
    package.write_bytes(data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :])
    assert verified(centre, package) == 1


def verified(centre: LiveCentre, package: Path) -> int:
    command = [sys.executable, "-m", "naoso.cli", "verify-evidence", str(package)]
    env = environment(centre.centre.var)
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False).returncode
