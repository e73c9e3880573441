"""A phone without a network calls for help, is offered an SMS, and is heard once when the network is back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .centre import LiveCentre
from .conftest import PHONE, Complaints, SignIn

pytestmark = [pytest.mark.browser, pytest.mark.engines]
OPEN = Callable[..., BrowserContext]
OFFLINE_WORDS = ("ERR_INTERNET_DISCONNECTED", "Failed to load resource", "Failed to fetch")
HERE = {"latitude": 21.4744, "longitude": 105.8508, "accuracy": 12}


def test_a_call_made_offline_arrives_once_and_is_seen(
    centre: LiveCentre, opened: OPEN, signed_in: SignIn, complaints: Complaints
) -> None:
    before = calls(centre)
    context = opened(**PHONE, geolocation=HERE, permissions=["geolocation"])
    phone = context.new_page()
    phone.goto("/sos/")
    phone.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    phone.wait_for_timeout(800)  # its caches are written before it is ready; the language a moment later
    context.set_offline(True)
    phone.goto("/sos/")  # opens from the phone's own store
    expect(phone.locator(".sos[data-ready]")).to_have_count(1)

    phone.locator("[data-hold]").tap()
    expect(phone.locator("[data-told]")).to_contain_text("Chưa gửi gì")
    hold(phone)
    expect(phone.locator("[data-step=sending][data-on]")).to_have_count(1)
    phone.locator("[data-kind=fire]").tap()
    link = phone.locator("[data-sms-link]")
    expect(link).to_be_visible(timeout=12_000)
    expect(link).to_have_attribute("href", re.compile(r"^sms:0900000114\?body=SOS%20fire%2021\.474400%2C105"))
    assert calls(centre) == before

    context.set_offline(False)
    expect(phone.locator("[data-step=received][data-on]")).to_have_count(1)
    expect(link).to_be_hidden()
    [fresh] = set(calls(centre)) - set(before)
    centre.until(lambda: kind_of(centre, fresh) == "fire", "the kind that follows")

    desk = signed_in("truc.ban", f"/sos/calls/{fresh}/")
    desk.locator("form[action$='/seen/'] button").click()
    expect(phone.locator("[data-step=seen][data-on]")).to_have_count(1)
    expect(phone.locator("[data-word]")).to_contain_text("Trực ban đã xem")
    follows_the_phone(context, phone, desk)
    assert set(calls(centre)) - set(before) == {fresh}
    complaints.forgive(*OFFLINE_WORDS)


def hold(phone: Page) -> None:
    """By the space bar, as long as it takes."""
    phone.locator("[data-hold]").focus()
    phone.keyboard.down(" ")
    phone.wait_for_timeout(2300)
    phone.keyboard.up(" ")


def follows_the_phone(context: BrowserContext, phone: Page, desk: Page) -> None:
    """The phone goes on; the operator's page shows where it is without being asked."""
    context.set_geolocation(HERE | {"latitude": 21.4799})
    expect(phone.locator("[data-place]")).to_contain_text("21.47990")
    expect(desk.locator("#sos-track li").first).to_contain_text("21.47990")


def calls(centre: LiveCentre) -> list[int]:
    """Every call there is."""
    return [pk for (pk,) in centre.rows("SELECT id FROM sos_call ORDER BY id")]


def kind_of(centre: LiveCentre, pk: int) -> str:
    """What it is about, as far as the centre knows."""
    return str(centre.rows("SELECT kind FROM sos_call WHERE id = %s", pk)[0][0])
