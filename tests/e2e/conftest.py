"""One centre for all tests of this folder, a fresh browser for each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from naoso.cli.lifecycle import await_web

from .centre import LiveCentre, started

FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2,
}  # fmt: skip
WAIT_MS = 20_000
expect.set_options(timeout=WAIT_MS)

SignIn = Callable[..., Page]


@pytest.fixture(scope="session")
def centre() -> Iterator[LiveCentre]:
    """Started once; its tests run in one process."""
    with started() as live:
        yield live


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Not shared: Playwright's loop would stand in the way of other tests of this process."""
    path = shutil.which("chromium")
    assert path, "Debian's chromium is not installed"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


class Complaints(list[str]):
    """What the browser complained about: errors of scripts, refused content, missing files."""

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self.hear(page, message))

    def hear(self, page: Page, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.append(f"{page.url}: {message.text} ({message.location.get('url', '')})")

    def forgive(self, *words: str) -> None:
        """Takes back what the test itself brought about."""
        self[:] = [line for line in self if not any(word in line for word in words)]


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Any that is left at the end fails the test."""
    heard = Complaints()
    yield heard
    assert heard == []


@pytest.fixture
def opened(
    browser: Browser, centre: LiveCentre, complaints: Complaints
) -> Iterator[Callable[..., BrowserContext]]:
    """A fresh browser profile of somebody in Vietnam; its pages are watched."""
    contexts: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        await_web(centre.centre)  # an earlier test may have killed it
        context = browser.new_context(  # type: ignore[misc]
            base_url=centre.url, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", **{**DESK, **options}
        )
        context.set_default_timeout(WAIT_MS)
        context.on("page", complaints.watch)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def signed_in(opened: Callable[..., BrowserContext], centre: LiveCentre) -> SignIn:
    """`signed_in("truc.ban")`: a page of that person, who typed name and password."""

    def make(who: str, path: str = "/", **options: object) -> Page:
        page = opened(**options).new_page()
        sign_in(page, who, centre.password)
        page.goto(path)
        return page

    return make


def sign_in(page: Page, who: str, password: str) -> None:
    """On the sign-in page."""
    page.goto("/account/login/")
    page.fill("input[name=login]", who)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda address: "/account/login/" not in address)


def shown_map(page: Page) -> None:
    """The map is drawn and the live stream is open."""
    page.locator(".ops-map canvas").wait_for()
    page.locator("[data-live-clock]").filter(has_not_text="--").wait_for()
