"""A report is made without a network, waits on the phone, and arrives once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .centre import LiveCentre
from .conftest import PHONE, Complaints
from .test_report_to_answer import photo, spot

pytestmark = [pytest.mark.browser, pytest.mark.engines]
WORDS = "Nắp cống bể giữa đường, xe máy dễ ngã."
OPEN = Callable[..., BrowserContext]
OFFLINE_WORDS = ("ERR_INTERNET_DISCONNECTED", "Failed to load resource", "Failed to fetch")


def test_a_report_made_offline_arrives_once(centre: LiveCentre, opened: OPEN, complaints: Complaints) -> None:
    place, before = spot(centre, "05518"), stored(centre)
    context = opened(**PHONE)
    phone = context.new_page()
    phone.goto("/reports/new/")
    worker_ready(phone)

    context.set_offline(True)
    phone.goto("/reports/new/")  # opens from the phone's own store
    fill(phone, place)
    waiting = phone.locator(".waiting-item")
    expect(waiting).to_contain_text("gửi khi có mạng")
    expect(phone.locator("[data-waiting-count]")).to_have_text("1")
    expect(phone.locator("[name=text]")).to_have_value("")
    assert stored(centre) == before

    phone.goto("/reports/mine/")  # closed and opened again: it is still there
    expect(waiting).to_have_count(1)
    phone.locator(".waiting-item a", has_text="Sửa").tap()
    expect(phone.locator("[name=text]")).to_have_value(WORDS)
    expect(phone.locator(".photo-field li img")).to_have_count(1)
    phone.goto("/reports/mine/")

    context.set_offline(False)
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    expect(waiting).to_have_count(0)
    code = phone.locator(".mine-list a small").inner_text().split(" ")[0]
    [row] = set(stored(centre)) - set(before)
    assert row[0] == code
    assert row[2] == 1
    phone.locator(".mine-list a").tap()
    expect(phone.locator("#report-code")).to_have_text(code)

    nobody_kept(phone)
    lost_reply(phone, row[1])
    assert set(stored(centre)) - set(before) == {row}
    complaints.forgive(*OFFLINE_WORDS)


def test_what_the_server_refuses_later_is_told_and_can_be_changed(
    centre: LiveCentre, opened: OPEN, complaints: Complaints
) -> None:
    context = opened(**PHONE)
    phone = context.new_page()
    phone.goto("/reports/new/")
    worker_ready(phone)
    context.set_offline(True)
    before = len(stored(centre))
    fill(phone, (2.35, 48.85))  # a photo from far away: only the server knows the province's border
    expect(phone.get_by_text("Không có mạng: phản ánh được giữ")).to_be_visible()  # it was tried, and kept
    expect(phone.locator(".waiting-item")).to_have_count(1)
    context.set_offline(False)
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    refused = phone.locator(".waiting-item.is-refused")
    expect(refused).to_contain_text("ngoài tỉnh")
    assert len(stored(centre)) == before
    refused.locator("button", has_text="Bỏ").tap()
    refused.locator("button", has_text="Bỏ hẳn").tap()
    expect(refused).to_have_count(0)
    complaints.forgive(*OFFLINE_WORDS, "422")


def test_with_the_page_closed_the_worker_sends_when_the_network_is_back(
    centre: LiveCentre, opened: OPEN, complaints: Complaints
) -> None:
    place = spot(centre, "05518")
    context = opened(**PHONE)
    phone = context.new_page()
    before = len(stored(centre))
    phone.goto("/reports/new/")
    worker_ready(phone)
    context.set_offline(True)
    fill(phone, place)
    expect(phone.locator(".waiting-item")).to_have_count(1)
    phone.goto("about:blank")
    context.set_offline(False)
    synced(phone, f"{centre.url}/reports/")
    centre.until(lambda: len(stored(centre)) > before, "the worker's sending")
    phone.goto("/reports/mine/")
    expect(phone.locator(".waiting-item")).to_have_count(0)
    expect(phone.locator(".mine-list a")).to_have_count(1)
    assert len(stored(centre)) == before + 1
    complaints.forgive(*OFFLINE_WORDS)


def test_what_was_begun_survives_the_camera(centre: LiveCentre, opened: OPEN) -> None:
    place = spot(centre, "05518")
    phone = opened(**PHONE).new_page()
    phone.goto("/reports/new/")
    begin(phone, place)
    phone.wait_for_timeout(1500)
    phone.reload()  # as a phone does that threw the page away
    expect(phone.locator("[name=text]")).to_have_value(WORDS)
    expect(phone.locator(".photo-field li img")).to_have_count(1)
    expect(phone.locator(".place-field [role=status]")).to_contain_text("Sông Công")
    phone.locator("[data-clear]").tap()
    expect(phone.locator("[name=text]")).to_have_value("")
    phone.reload()
    phone.locator("form[data-ready]").wait_for()
    expect(phone.locator(".photo-field li img")).to_have_count(0)


def synced(phone: Page, scope: str) -> None:
    """The browser's own background sync, told at once instead of when it likes."""
    session = phone.context.new_cdp_session(phone)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(
            row["registrationId"] for row in told["registrations"] if row["scopeURL"] == scope
        ),
    )
    session.send("ServiceWorker.enable")
    phone.wait_for_timeout(500)
    order = {"origin": scope.removesuffix("/reports/"), "registrationId": found[0], "tag": "naoso-outbox"}
    session.send("ServiceWorker.dispatchSyncEvent", order | {"lastChance": True})


def worker_ready(phone: Page) -> None:
    """The worker has its files and answers for this page."""
    phone.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    expect(phone.locator(".citizen-nav[data-ready]")).to_have_count(1)
    phone.wait_for_timeout(500)  # its caches are written before it is ready; the language a moment later


def fill(phone: Page, place: tuple[float, float]) -> None:
    """Photo with its place, category, words; then send."""
    begin(phone, place)
    phone.locator(".category-tree label", has_text="Đường sá").first.tap()
    phone.locator("[data-submit]").tap()


def begin(phone: Page, place: tuple[float, float]) -> None:
    """Photo with its place, and words."""
    phone.locator("form[data-ready]").wait_for()
    phone.locator("[data-island=photo][data-ready]").wait_for()
    phone.locator("input[name=photos]").set_input_files(photo("nap-cong.jpg", place))
    expect(phone.locator(".photo-field li img")).to_have_count(1)
    expect(phone.locator("input[name=lon]")).to_have_value(re.compile(r"^\d"))
    phone.locator("[name=text]").fill(WORDS)


def stored(centre: LiveCentre) -> list[tuple[str, str, int]]:
    """Code, draft and number of photos of each report with these words."""
    return centre.rows(
        "SELECT code, draft::text, (SELECT count(*) FROM citizen_reports_photo p WHERE p.report_id = r.id) "
        "FROM citizen_reports_report r WHERE text = %s",
        WORDS,
    )


def nobody_kept(phone: Page) -> None:
    """After pages of a person and of the code were open, the phone's store holds shells and files alone."""
    phone.goto("/reports/account/")
    phone.go_back()
    kept = phone.evaluate(
        """async () => {
            const names = await caches.keys();
            const found = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
            return found.flat().map((request) => new URL(request.url).pathname);
        }"""
    )
    assert kept
    allowed = re.compile(
        r"/static/|/i18n/words\.js|/map/(place|base)\.json|/reports/(shell/(new|mine)/|-/language)"
    )
    assert [path for path in kept if not allowed.match(path)] == []


def lost_reply(phone: Page, draft: str) -> None:
    """The phone never heard the answer and sends the same draft again."""
    answer = phone.evaluate(
        """async (draft) => {
            const { token } = await (await fetch("/reports/token/")).json();
            const body = new FormData();
            body.append("draft", draft);
            const headers = { "X-CSRFToken": token };
            const answer = await fetch("/reports/send/", { method: "POST", body, headers });
            return [answer.status, (await answer.json()).code];
        }""",
        draft,
    )
    assert answer == [201, phone.locator("#report-code").inner_text()]
