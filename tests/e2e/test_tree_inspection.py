"""An inspector on the street: a tree is opened, the network goes, what was seen arrives once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .centre import LiveCentre
from .conftest import PHONE, Complaints, SignIn

pytestmark = [pytest.mark.browser, pytest.mark.engines]
WHO = "ve.sinh"
OFFLINE_WORDS = ("ERR_INTERNET_DISCONNECTED", "Failed to load resource", "Failed to fetch", "503")
KEPT = """async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith('naoso-field-of-') && await (await caches.open(name)).match(%r)) return true;
  }
  return false;
}"""


def kept(page: Page, path: str) -> None:
    """The phone has the page in its store."""
    for _ in range(60):
        if page.evaluate(KEPT % path):
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{path} was not kept")


def test_an_inspection_made_offline_arrives_once(
    centre: LiveCentre, signed_in: SignIn, complaints: Complaints
) -> None:
    phone = signed_in(WHO, "/trees/field/", **PHONE)
    link = phone.locator("a.field-open").first
    path = link.get_attribute("href") or ""
    pk = int(path.rstrip("/").rsplit("/", 1)[1])
    kept(phone, path)

    phone.context.set_offline(True)
    phone.goto("/trees/field/")
    phone.locator(f"a.field-open[href='{path}']").tap()
    form = phone.locator("form[data-deed=inspect]")
    form.locator("label:has(input[name=health][value=poor])").tap()
    form.locator("label:has(input[name=defects][value=heaving])").tap()
    form.locator("label:has(input[name=target][value=constant])").tap()
    form.locator("input[name=girth_cm]").fill("123.5")
    form.locator("textarea").fill("Gốc bật khỏi mặt đất")
    form.locator("button[type=submit]").tap()
    expect(phone.locator(".waiting-item")).to_have_count(1)
    assert centre.rows("SELECT count(*) FROM trees_inspection") == [(0,)]

    phone.context.set_offline(False)
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    expect(phone.locator(".waiting-item")).to_have_count(0)
    found = centre.rows(
        "SELECT i.risk, i.note, o.data ->> 'class', (o.data -> 'girth_cm')::float8, i.incident_number <> '' "
        "FROM trees_inspection i JOIN objects_cityobject o ON o.id = i.tree_id WHERE o.id = %s",
        pk,
    )
    assert found == [("extreme", "Gốc bật khỏi mặt đất", "hazardous", 123.5, True)]
    incidents = (
        "SELECT count(*) FROM response_incident i JOIN response_incidentkind k ON k.id = i.kind_id "
        "WHERE k.code = 'trees'"
    )
    assert centre.rows(incidents) == [(1,)]
    complaints.forgive(*OFFLINE_WORDS)
