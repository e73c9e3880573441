"""Signing in with a second factor, and ending a session elsewhere."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .centre import LiveCentre
from .conftest import SignIn, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.engines]
WHO = "y.te"
STEP_S = 30


def test_an_authenticator_app_guards_the_account_and_other_sessions_can_be_ended(
    centre: LiveCentre, opened: Callable[..., BrowserContext], signed_in: SignIn
) -> None:
    elsewhere = signed_in(WHO, "/alerts/")
    page = signed_in(WHO, "/account/2fa/totp/activate/")
    page.fill("input[name=password]", centre.password)  # asked again before factors change
    page.press("input[name=password]", "Enter")
    secret = page.locator("#authenticator_secret").input_value()
    page.fill("input[name=code]", code_of(secret))
    page.locator("form[action$='/totp/activate/'] button[type=submit]").click()
    page.wait_for_url(lambda address: "/activate/" not in address)

    page = opened().new_page()
    sign_in(page, WHO, centre.password)
    page.wait_for_url("**/account/2fa/authenticate/**")
    fresh_code(page, secret)
    page.wait_for_url(lambda address: "/authenticate/" not in address)

    page.goto("/account/sessions/")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(3)
    page.locator("form[action$='/sessions/'] button[type=submit]").click()
    expect(rows).to_have_count(1)
    elsewhere.goto("/alerts/")
    assert "/account/login/" in elsewhere.url


def fresh_code(page: Page, secret: str) -> None:
    """A code counts once: the one that set the app up is spent for its half minute."""
    wait_s = STEP_S - time.time() % STEP_S + 0.5
    page.wait_for_timeout(wait_s * 1000)
    page.fill("input[name=code]", code_of(secret))
    page.press("input[name=code]", "Enter")


def code_of(secret: str) -> str:
    """RFC 6238 with SHA-1, 30 seconds, six digits."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // STEP_S), hashlib.sha1).digest()
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
