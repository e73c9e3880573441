"""A crew on the way: the network goes, the crew arrives, the phone tells it once when the network is back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .centre import LiveCentre
from .conftest import PHONE, Complaints, SignIn
from .test_tree_inspection import OFFLINE_WORDS, kept

pytestmark = [pytest.mark.browser, pytest.mark.engines]
CREW, DESK = "kip.pccc", "truc.ban"
HERE = {"geolocation": {"longitude": 105.84, "latitude": 21.585}, "permissions": ["geolocation"]}
STATE = "SELECT state, on_scene_at FROM dispatch_assignment WHERE id = %s"
POSTS = "SELECT deed FROM dispatch_crewpost WHERE assignment_id = %s ORDER BY received_at"
PLACE = """SELECT p.source, round(ST_X(p.point::geometry)::numeric, 3) FROM dispatch_resourceposition p
           JOIN dispatch_resource r ON r.id = p.resource_id WHERE r.code = 'cc-01'"""


def sent(desk: Page) -> str:
    """A fire is opened by hand and CC-01 is sent with one press; the incident's number in the address."""
    desk.goto("/incidents/new/")
    desk.select_option("select[name=kind]", label="Cháy, nổ")
    desk.fill("input[name=title]", "Cháy xưởng gỗ")
    desk.select_option("select[name=severity]", "3")
    for name, value in (("lon", "105.84"), ("lat", "21.59")):
        desk.locator(f"input[name={name}]").evaluate("(field, value) => (field.value = value)", value)
    desk.locator("main form button[type=submit]").click()
    desk.wait_for_url(re.compile(r"/incidents/\d+/$"))
    number = desk.url.rstrip("/").rsplit("/", 1)[1]
    desk.goto(f"/dispatch/incidents/{number}/")
    desk.locator("button[aria-label*='CC-01']").click()
    expect(desk.locator("#dispatch-crews")).to_contain_text("Đã điều động")
    return number


def opened_assignment(phone: Page) -> int:
    """The crew opens what it was sent to; its number."""
    phone.goto("/dispatch/crew/")
    phone.locator("a.field-open").first.tap()
    phone.wait_for_url(re.compile(r"/dispatch/crew/\d+/$"))
    return int(phone.url.rstrip("/").rsplit("/", 1)[1])


def step(phone: Page, deed: str) -> None:
    """Press one of the crew's buttons."""
    phone.locator(f"form[data-deed={deed}] button[type=submit]").tap()


def test_on_scene_told_offline_arrives_once(
    centre: LiveCentre, signed_in: SignIn, complaints: Complaints
) -> None:
    desk = signed_in(DESK)
    number = sent(desk)
    phone = signed_in(CREW, "/dispatch/crew/", **PHONE, **HERE)
    pk = opened_assignment(phone)
    step(phone, "acknowledge")
    expect(phone.locator(".crew-steps .crew-step-done")).to_have_count(1)
    expect(desk.locator("#dispatch-crews")).to_contain_text("Đã xác nhận")  # without a reload
    phone.locator("[data-share]").check()
    expect(phone.locator("[data-island=crew-sharing]")).to_contain_text("gửi gần nhất")
    assert centre.rows(PLACE)[0][0] == "phone"
    kept(phone, f"/dispatch/crew/{pk}/")

    phone.context.set_offline(True)
    phone.goto(f"/dispatch/crew/{pk}/")  # from the phone's own store
    step(phone, "en_route")
    step(phone, "on_scene")
    expect(phone.locator(".waiting-item")).to_have_count(2)
    assert centre.rows(STATE, pk)[0][0] == "acknowledged"

    phone.context.set_offline(False)
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    expect(phone.locator(".waiting-item")).to_have_count(0)
    assert centre.rows(STATE, pk)[0][0] == "on_scene"
    assert [deed for (deed,) in centre.rows(POSTS, pk)] == ["acknowledge", "en_route", "on_scene"]
    expect(desk.locator("#dispatch-crews")).to_contain_text("Tại hiện trường")

    phone.context.set_offline(True)  # withdrawn while the phone is away: the crew's "done" is told so
    step(phone, "done")
    expect(phone.locator(".waiting-item")).to_have_count(1)
    withdraw = desk.locator("#dispatch-crews details.crews-withdraw").first
    withdraw.locator("summary").click()
    withdraw.locator("input[name=reason]").fill("Chuyển sang vụ khác")
    withdraw.locator("button").click()
    expect(desk.locator("#dispatch-crews")).to_contain_text("Chuyển sang vụ khác")
    phone.context.set_offline(False)
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    expect(phone.locator(".waiting-item.is-refused")).to_contain_text("Chuyển sang vụ khác")
    assert centre.rows(STATE, pk)[0][0] == "stood_down"
    desk.goto(f"/incidents/{number}/")
    expect(desk.locator("#incident-part-crews")).to_contain_text("Chuyển sang vụ khác")
    complaints.forgive(*OFFLINE_WORDS, "409")
