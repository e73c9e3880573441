"""A fire alarm from the panel to the after-action report: a wall, two operators, two phones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from naoso.cli import engines
from naoso.connectors.mqtt.device import Device

from .centre import LiveCentre
from .conftest import PHONE, SignIn

pytestmark = [pytest.mark.browser, pytest.mark.engines]
PREMISES, NAME, UNIT = "cho-trung-tam", "Chợ trung tâm Sông Công", "phường Sông Công"
NUMBER = "0987000111"
NEWEST = (
    "SELECT id, severity, state FROM response_incident WHERE subject LIKE 'fire:premises:%%' ORDER BY id DESC"
)


def alarm(centre: LiveCentre, *detectors: str) -> None:
    """The market's own transmitter speaks over the MQTT port, with its own credential."""
    code = f"bt-{PREMISES}"
    port = int(centre.env["NAOSO_MQTT_PORT"])
    device = Device(code, centre.secret(code), engines.LOOPBACK, port)
    device.start()
    try:
        device.await_connected(20)
        for detector in detectors:
            at = datetime.now(UTC).isoformat()
            name = f"e2e-{detector}-{at}"
            body = {"id": name, "type": "alarm", "zone": "1", "detector": detector, "time": at}
            sent = device.publish(json.dumps(body).encode(), lane="msg")
            assert sent is not None
            sent.wait_for_publish(20)
    finally:
        device.stop()


def subscribe(centre: LiveCentre, phone: Page) -> None:
    """A citizen asks to be warned by SMS; the code comes through the gateway."""
    phone.goto("/warnings/follow/")
    phone.select_option("select[name=units]", label=UNIT)
    phone.fill("input[name=phone]", NUMBER)
    phone.locator("input[name=consent]").check()
    by_phone = phone.locator("button[data-phone]")
    by_phone.evaluate("button => button.scrollIntoView({ block: 'center' })")  # not below the fixed bar
    by_phone.tap()
    code = centre.gateway.until(NUMBER, r"\b(\d{6})\b")
    phone.fill("input[name=code]", code)
    phone.locator("form[action$='/code/'] button").click()
    expect(phone.locator("main")).to_contain_text("sẽ nhận cảnh báo")


def opened_on_the_map(page: Page) -> None:
    """The incident stands in the list and opens beside the map, with everything that it needs."""
    page.locator("#feed [id^=incident-]", has_text=NAME).click()
    panel = page.locator("#incident-panel")
    expect(panel.locator("#incident-part-fire-premises svg[role=img]").first).to_be_visible()
    expect(panel.locator("#incident-part-fire-premises")).to_contain_text("l/s")  # hydrants
    expect(panel.locator("#incident-part-cameras")).to_contain_text("Sông Công")
    expect(panel.locator("#dispatch-crews button[aria-label*='CC-']").first).to_be_visible()


def take_and_send(page: Page) -> None:
    """The operator takes it and sends the crew whose phone is in this test."""
    panel = page.locator("#incident-panel")
    panel.locator("form[hx-post$='/accept/'] button").click()
    panel.locator("form[hx-post$='/start/'] button").click()
    expect(panel.locator("form[hx-post$='/start/']")).to_have_count(0)
    panel.locator("#dispatch-crews button[aria-label*='CC-01']").click()
    expect(panel.locator("#dispatch-crews")).to_contain_text("Đã điều động")


def crew_arrives(phone: Page) -> None:
    """On the crew's own phone."""
    phone.goto("/dispatch/crew/")
    phone.locator("a.field-open", has_text=NAME).first.tap()
    for deed in ("acknowledge", "en_route", "on_scene"):
        phone.locator(f"form[data-deed={deed}] button[type=submit]").tap()
        expect(phone.locator(f"form[data-deed={deed}]")).to_have_count(0)


def draft(page: Page, incident: int) -> str:
    """The operator writes the warning from its template and sends it to review; its address."""
    page.goto(f"/warnings/desk/new/?template=chay&incident={incident}")
    page.locator("main form button[type=submit].btn-primary").first.click()
    page.wait_for_url(re.compile(r"/warnings/desk/\d+/$"))
    page.locator("form[action$='/submit/'] button").click()
    expect(page.locator("form[action$='/submit/']")).to_have_count(0)
    expect(page.locator("form[action$='/release/']")).to_have_count(0)  # never by whoever wrote it
    return page.url


def release(page: Page, address: str) -> None:
    """The other operator reads it and lets it out."""
    page.goto(address)
    page.locator("form[action$='/release/'] button").click()
    page.locator("dialog[open] button[value=yes]").click()
    expect(page.locator("form[action$='/release/']")).to_have_count(0)


def close(page: Page, incident: int) -> None:
    """With what was done."""
    page.goto(f"/incidents/{incident}/")
    form = page.locator("details", has=page.locator("form[hx-post$='/close/']"))
    form.locator("summary").click()
    form.locator("[name=close-outcome]").select_option("solved")
    form.locator("[name=close-note]").fill("Đã dập tắt, không có người bị nạn.")
    form.locator("button[value=close]").click()
    expect(page.locator("#incident-panel form[hx-post$='/reopen/']")).to_have_count(1)


def test_from_the_alarm_to_the_after_action_report(
    centre: LiveCentre, signed_in: SignIn, opened: Callable[..., BrowserContext]
) -> None:
    citizen = opened(**PHONE).new_page()
    subscribe(centre, citizen)
    wall, desk, leader = signed_in("truc.dem", "/wall/"), signed_in("truc.ban"), signed_in("lanh.dao")
    crew = signed_in("kip.pccc", "/dispatch/crew/", **PHONE)

    alarm(centre, "1", "2")
    expect(wall.locator("#board")).to_contain_text(NAME)
    expect(wall.locator("#board .wall-step .countdown").first).to_be_visible()
    incident, severity, _state = centre.rows(NEWEST)[0]
    assert severity == 4
    opened_on_the_map(desk)
    take_and_send(desk)
    crew_arrives(crew)
    expect(desk.locator("#incident-panel #dispatch-crews")).to_contain_text("Tại hiện trường")

    address = draft(desk, incident)
    release(leader, address)
    warned = centre.gateway.until(NUMBER, r"(Cháy[^\n]*)")
    citizen.goto("/warnings/")
    expect(citizen.locator("main")).to_contain_text(warned[:20])

    close(desk, incident)
    assert centre.rows(NEWEST)[0][2] == "closed"
    desk.goto(f"/incidents/{incident}/review/")
    expect(desk.locator("main")).to_contain_text("Điều xe chữa cháy")
    answer = desk.request.get(f"/incidents/{incident}/review.pdf")
    assert answer.body().startswith(b"%PDF")


def test_the_wall_goes_on_with_what_it_knew(
    centre: LiveCentre, signed_in: SignIn, complaints: list[str]
) -> None:
    wall = signed_in("truc.dem", "/wall/")
    wall.wait_for_function("navigator.serviceWorker.controller !== null || true")
    wall.evaluate("navigator.serviceWorker.ready.then(() => true)")
    wall.wait_for_timeout(2500)
    board = wall.locator("#board").inner_text()
    wall.context.set_offline(True)
    wall.reload()
    expect(wall.locator("#board .wall-counter").first).to_be_visible()
    expect(wall.locator(".connection")).to_contain_text("Mất kết nối từ")
    assert wall.locator("#board").inner_text().split()[:2] == board.split()[:2]
    wall.context.set_offline(False)
    wall.evaluate("window.dispatchEvent(new Event('online'))")
    expect(wall.locator(".connection")).to_be_hidden(timeout=60_000)
    complaints.forgive("ERR_INTERNET_DISCONNECTED", "Failed to fetch", "503")
