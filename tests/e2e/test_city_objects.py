"""A city object edited by one person shows on another's open map: the same tile is asked for again."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, Response, expect

from .centre import LiveCentre
from .conftest import SignIn

pytestmark = [pytest.mark.browser, pytest.mark.engines, pytest.mark.xdist_group("centre")]
SEEN_WITHIN_S = 2.0


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
