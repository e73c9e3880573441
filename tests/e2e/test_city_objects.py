"""A real inventory comes in through the mapping screen and adds up; an edit shows on another open map."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import pyogrio
import pytest
from playwright.sync_api import FilePayload, Page, Response, expect

from naoso.config.options import ROOT

from .centre import LiveCentre
from .conftest import SignIn

pytestmark = [pytest.mark.browser, pytest.mark.engines]
SEEN_WITHIN_S = 2.0
INVENTORY = ROOT.parent / "shared" / "data" / "street_trees" / "agoura-hills.geojson"
ROWS = 1500
EAST, NORTH = 105.85 + 118.75, 21.47 - 34.145  # from California to Sông Công


def a_tree(centre: LiveCentre) -> tuple[int, float, float]:
    """A healthy one with its place."""
    sql = (
        "SELECT o.id, ST_X(shape), ST_Y(shape) FROM objects_cityobject o "
        "JOIN objects_objectkind k ON k.id = o.kind_id "
        "WHERE k.slug = 'tree' AND data ->> 'health' = 'good' ORDER BY o.id LIMIT 1"
    )
    [(pk, lon, lat)] = centre.rows(sql)
    return pk, lon, lat


def legend(page: Page, words: str) -> int:
    """The number beside a value of the legend."""
    line = page.locator("[data-objects-slot=legend] li", has_text=words).first
    return int("".join(c for c in line.inner_text().splitlines()[-1] if c.isdigit()))


def test_an_edit_shows_on_another_open_map(centre: LiveCentre, signed_in: SignIn) -> None:
    pk, lon, lat = a_tree(centre)
    where = f"#18/{lat:.6f}/{lon:.6f}"
    watching = signed_in("truc.ban", f"/objects/tree/{where}")
    watching.locator(".objects-map canvas").wait_for()
    expect(watching.locator("[data-live-clock]").filter(has_not_text="--")).to_have_count(1)
    expect(watching.locator("[data-objects-slot=legend] li").first).to_be_visible()
    watching.wait_for_timeout(1500)
    before = legend(watching, "Sắp chết")
    tiles: list[tuple[float, str]] = []

    def noted(answer: Response) -> None:
        if "/tiles/objects/tree/" in answer.url:
            tiles.append((time.monotonic(), answer.url))

    editing = signed_in("ve.sinh", f"/objects/tree/?open={pk}{where}")
    card = editing.locator("#objects-panel-body")
    card.locator("a[href$='/edit/'], button[hx-get$='/edit/']").first.click()
    card.locator("select[name=v_health]").select_option("dying")
    watching.on("response", noted)
    card.locator("form button[type=submit]").first.click()
    centre.until(
        lambda: centre.rows("SELECT 1 FROM objects_cityobject WHERE id = %s AND version = 2", pk),
        "the edit",
        10,
    )
    saved = time.monotonic()
    while not tiles and time.monotonic() < saved + 10:
        watching.wait_for_timeout(50)
    assert tiles, "the other map asked for no tile again"
    assert tiles[0][0] - saved < SEEN_WITHIN_S
    expect(watching.locator("[data-objects-slot=legend] li", has_text="Sắp chết")).to_contain_text(
        str(before + 1)
    )


def moved_inventory() -> FilePayload:
    """A part of a real inventory, put where this province is; every other value as it came."""
    found = json.loads(INVENTORY.read_text(encoding="utf-8"))
    found["features"] = [one for one in found["features"] if one["geometry"]][:ROWS]
    for one in found["features"]:
        lon, lat = one["geometry"]["coordinates"]
        one["geometry"]["coordinates"] = [lon + EAST, lat + NORTH]
    body = json.dumps(found).encode()
    return {"name": "kiem-ke-cay.geojson", "mimeType": "application/geo+json", "buffer": body}


def shown_at_zoom_5(page: Page) -> int:
    """What the tiles of the whole country add up to, read by GDAL."""
    total = 0
    for x in (25, 26):
        for y in (13, 14):
            answer = page.request.get(f"/tiles/objects/tree/5/{x}/{y}.mvt")
            if not answer.body():
                continue
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "tile.mvt"
                file.write_bytes(answer.body())
                meta, _ids, _shapes, columns = pyogrio.raw.read(str(file), layer="cells", read_geometry=False)
                total += int(columns[list(meta["fields"]).index("n")].sum())
    return total


@pytest.mark.skipif(not INVENTORY.exists(), reason="the public inventory is not beside this checkout")
def test_an_inventory_comes_in_and_adds_up(centre: LiveCentre, signed_in: SignIn) -> None:
    sql = (
        "SELECT count(*) FROM objects_cityobject o JOIN objects_objectkind k ON k.id = o.kind_id "
        "WHERE k.slug = 'tree' AND o.state <> 'removed'"
    )
    [(before,)] = centre.rows(sql)
    steward = signed_in("du.lieu", "/objects/tree/import/")
    steward.locator("input[type=file]").set_input_files(moved_inventory())
    steward.locator("form button[type=submit]", has_text="Đọc").click()
    steward.wait_for_url("**/objects/imports/*/")
    steward.locator("#map-code").select_option("InventoryID")
    steward.locator("#map-species").select_option("species")
    steward.locator("#map-street").select_option("Street")
    for name in ("girth_cm", "height_m"):  # ranges such as "0-6": not a number
        steward.locator(f"#map-{name}").select_option("")
    steward.locator("form[action$='/check/'] button.btn-primary").click()
    write = steward.locator("form[action$='/apply/'] button")
    expect(write).to_contain_text("1.49", timeout=60_000)  # the inventory has a number twice
    imported = int("".join(c for c in write.inner_text() if c.isdigit()))
    write.click()
    expect(steward.locator("#import-run a[href='/objects/tree/']")).to_be_visible(timeout=60_000)
    assert centre.rows(sql) == [(before + imported,)]

    leader = signed_in("lanh.dao", "/objects/tree/")
    whole = f"{before + imported:,}".replace(",", ".")
    expect(leader.locator("[data-objects-total]")).to_have_text(whole)
    assert shown_at_zoom_5(leader) == before + imported
