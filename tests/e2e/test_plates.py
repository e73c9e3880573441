"""A wanted plate in a picture becomes a hit that an officer confirms on a phone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from naoso.config.options import ROOT

from .centre import LiveCentre, environment
from .conftest import PHONE, SignIn

pytestmark = [pytest.mark.engines]
REAL = ROOT.parent / "shared" / "data" / "plates" / "20.jpg"
PLATE, SHOWN, JUNCTION = "51G68882", "51G-688.82", "cam-05518-01"
HIT = "SELECT id, incident_id FROM traffic_hit WHERE plate = %s ORDER BY id DESC LIMIT 1"


def test_a_wanted_plate_in_a_real_picture_is_confirmed_on_a_phone(
    centre: LiveCentre, signed_in: SignIn
) -> None:
    if not REAL.exists():
        pytest.skip(f"the photographs are not here: {REAL.parent}")
    desk = signed_in("giao.thong", "/traffic/lists/")
    desk.get_by_role("link", name="Xe liên quan vụ trộm cắp tài sản").click()
    desk.locator("input[name=text]").fill(SHOWN)
    desk.locator("input[name=text]").press("Enter")
    expect(desk.locator("main")).to_contain_text(SHOWN)
    read(centre, REAL)
    hit = centre.until(lambda: centre.rows(HIT, PLATE), "a hit", 60)[0][0]
    phone = signed_in("giao.thong", "/traffic/hits/", **PHONE)
    expect(phone.locator("main")).to_contain_text(SHOWN)
    phone.goto(f"/traffic/hits/{hit}/")
    shown = phone.locator("img.traffic-scene")
    expect(shown).to_be_visible()
    assert shown.evaluate("(image) => image.naturalWidth") > 300
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.locator("button[value=confirmed]").click()
    number = centre.until(lambda: centre.rows(HIT, PLATE)[0][1] or None, "an incident", 30)
    phone.goto(f"/incidents/{number}/")
    expect(phone.locator("main")).to_contain_text("51G")
    audited = "SELECT count(*) FROM people_auditentry WHERE table_name = 'traffic_hit' AND row = %s"
    assert centre.rows(audited, str(hit))[0][0] >= 1


def read(centre: LiveCentre, picture: Path) -> None:
    """As a camera of the centre would have seen it."""
    command = [sys.executable, "-m", "naoso.cli", "read-plates", str(picture), "--publish", JUNCTION]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(centre.centre.var), capture_output=True, text=True, check=False,
        timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "stream: 1" in done.stdout, done.stdout
