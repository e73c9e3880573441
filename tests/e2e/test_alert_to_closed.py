"""A reading over the limit becomes an incident that somebody closes, all on the open map."""

from __future__ import annotations

from urllib.parse import urlparse

import pytest
from playwright.sync_api import Page, expect

from .centre import LiveCentre
from .conftest import SignIn, shown_map

pytestmark = [pytest.mark.browser, pytest.mark.engines]
STATION = "kk-07"
NEWEST = "SELECT state, outcome, id FROM response_incident ORDER BY id DESC LIMIT 1"


def test_a_reading_over_the_limit_is_taken_to_closed_on_the_map(
    centre: LiveCentre, signed_in: SignIn
) -> None:
    page = signed_in("lanh.dao")
    shown_map(page)
    name = station_name(centre, STATION)
    expect(page.locator("#feed .feed-line", has_text=name)).to_have_count(0)

    centre.tell(STATION, pm25=188.5)
    alert = page.locator("#feed .feed-line", has_text=f"Rất xấu: {name}")
    expect(alert).to_be_visible()
    alert.click()
    panel = page.locator("#panel-body")
    expect(panel.locator("#alert-panel")).to_contain_text("188,5")
    panel.locator("form[hx-post$='/acknowledge/'] button").click()
    expect(panel.locator("form[hx-post$='/acknowledge/']")).to_have_count(0)
    panel.locator("form[hx-post*='/from-alert/'] button").click()
    number = work_through(page)

    assert urlparse(page.url).path == "/"
    state, outcome, _pk = centre.rows(NEWEST)[0]
    assert (state, outcome) == ("closed", "solved")
    expect(page.locator("#feed [id^=incident-]", has_text=number)).to_have_count(0)

    centre.tell(STATION, pm25=12.0)
    expect(page.locator("#feed .feed-line", has_text=name)).to_have_count(0)
    assert centre.rows("SELECT active FROM alerts_alert ORDER BY id DESC LIMIT 1") == [(False,)]


def work_through(page: Page) -> str:
    """Accept, start, every step, a note, close; the incident's number."""
    incident = page.locator("#incident-panel")
    incident.locator("form[hx-post$='/accept/'] button").click()
    incident.locator("form[hx-post$='/start/'] button").click()
    expect(incident.locator("form[hx-post$='/start/']")).to_have_count(0)
    steps = incident.locator(".task").count()
    assert steps > 0
    for done in range(steps):
        expect(incident.locator(".task-done")).to_have_count(done)
        incident.locator(".task button[aria-pressed=false]").first.click()
    expect(incident.locator(".task-done")).to_have_count(steps)
    incident.locator("[name=note-text]").fill("Đã gọi đội quan trắc, khói từ bãi đốt rơm.")
    incident.locator("form[hx-post$='/note/'] button[value=note]").click()
    expect(incident.locator(".timeline-lines")).to_contain_text("khói từ bãi đốt rơm")
    form = incident.locator("details", has=page.locator("form[hx-post$='/close/']"))
    form.locator("summary").click()
    form.locator("[name=close-outcome]").select_option("solved")
    form.locator("[name=close-note]").fill("Đã dập lửa.")
    form.locator("button[value=close]").click()
    expect(incident.locator("form[hx-post$='/reopen/']")).to_have_count(1)
    return (incident.get_attribute("aria-label") or "").split()[-1]


def station_name(centre: LiveCentre, code: str) -> str:
    """As people read it."""
    return str(centre.rows("SELECT name FROM registry_thing WHERE code = %s", code)[0][0])
