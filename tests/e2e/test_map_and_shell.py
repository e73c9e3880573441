"""What the pages' shell and the map promise: language, colours, keys, and honesty about the connection."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .centre import LiveCentre
from .conftest import Complaints, SignIn, shown_map
from .test_alert_to_closed import station_name

pytestmark = [pytest.mark.browser, pytest.mark.engines]


def test_language_and_colours_stay_as_chosen(signed_in: SignIn) -> None:
    page = signed_in("truc.ban", "/alerts/")
    html = page.locator("html")
    expect(html).to_have_attribute("lang", "vi")
    expect(page.locator("h1")).to_have_text("Cảnh báo")
    page.locator("button[name=language][value=en]").click()
    expect(html).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("Alerts")
    switch = page.locator(".theme-switch")
    for _press in range(3):
        if html.get_attribute("data-bs-theme") != "dark":
            switch.click()
    page.goto("/incidents/")
    expect(html).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("h1")).to_have_text("Incidents")
    page.locator("button[name=language][value=vi]").click()
    expect(page.locator("h1")).to_have_text("Sự cố")


def test_the_map_is_worked_from_the_keyboard(centre: LiveCentre, signed_in: SignIn) -> None:
    centre.tell("kk-11", pm25=171.0)
    centre.tell("kk-12", pm25=172.0)
    page = signed_in("truc.ban")
    shown_map(page)
    lines = page.locator("#feed .feed-line")
    expect(lines.filter(has_text=station_name(centre, "kk-12"))).to_be_visible()
    page.keyboard.press("?")
    help_list = page.locator("dialog[open] .shortcut-list")
    expect(help_list).to_contain_text("j / k")
    page.keyboard.press("Escape")
    expect(help_list).to_be_hidden()
    page.keyboard.press("j")
    expect(lines.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(lines.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(lines.nth(0)).to_be_focused()
    title = lines.nth(0).locator(".feed-title").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-body h2")).to_have_text(title)
    page.keyboard.press("Escape")
    expect(page.locator("#panel-body h2")).to_have_count(0)
    expect(lines.nth(0)).to_be_focused()


def test_a_lost_connection_is_told_and_what_was_missed_is_caught_up(
    centre: LiveCentre, signed_in: SignIn, complaints: Complaints
) -> None:
    page = signed_in("truc.ban")
    shown_map(page)
    banner = page.locator("[data-island=connection]")
    expect(banner).to_be_hidden()
    centre.stop("web")
    try:
        expect(banner).to_be_visible()
        centre.tell("kk-15", pm25=199.0)
        raised = "SELECT 1 FROM alerts_alert WHERE value = 199 AND active"
        centre.until(lambda: centre.rows(raised), "the alert of a reading that came while the web was down")
    finally:
        centre.start("web")
    name = station_name(centre, "kk-15")
    expect(banner).to_be_hidden(timeout=60_000)
    expect(page.locator("#feed .feed-line", has_text=name)).to_be_visible()
    complaints.forgive("net::ERR", "htmx:", "the base map could not be loaded")
