"""The desk by keyboard alone; an answer that does not help climbs; what is public shows no face or plate."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .centre import LiveCentre
from .conftest import PHONE, SignIn
from .test_report_to_answer import send_report, spot

pytestmark = [pytest.mark.browser, pytest.mark.engines]
OPEN = Callable[..., BrowserContext]
DONE = "Đã khóa van và hàn lại ống."


def test_answered_by_keyboard_then_not_solved_and_escalated(
    centre: LiveCentre, opened: OPEN, signed_in: SignIn
) -> None:
    place = spot(centre, "05518")
    phone = opened(
        **PHONE, geolocation={"longitude": place[0], "latitude": place[1]}, permissions=["geolocation"]
    ).new_page()
    code = send_report(phone, place)
    officer = signed_in("nuoc.sach", "/reports/")
    by_keyboard(officer, code)

    phone.reload()
    expect(phone.locator("main")).to_contain_text(DONE)
    phone.locator("label[for=stars-1]").tap()
    phone.locator("button[name=solved][value=no]").click()
    expect(phone.locator("button[name=solved]")).to_have_count(0)
    centre.until(
        lambda: centre.rows(
            "SELECT 1 FROM notify_notification n JOIN people_account a ON a.id = n.account_id "
            "WHERE n.key = 'citizen_reports.reopened' AND a.username <> 'nuoc.sach'"
        ),
        "the word to those who supervise",
    )
    [(pk, state, reopened)] = centre.rows(
        "SELECT id, state, reopened FROM citizen_reports_report WHERE code = %s", code
    )
    assert (state, reopened) == ("accepted", 1)
    shown_blurred(centre, opened, pk)


def by_keyboard(officer: Page, code: str) -> None:
    """From the list to the answer without a pointer."""
    row = officer.locator("#report-rows .inbox-line", has_text=code)
    expect(row).to_be_visible()
    expect(officer.locator("[data-island=inbox][aria-label]")).to_be_visible()  # it hears the keyboard now
    for _step in range(60):
        officer.keyboard.press("j")
        if row.locator("a[data-row]:focus").count():
            break
    officer.keyboard.press("x")
    expect(officer.locator("[data-bulk] [name=move]")).to_be_visible()
    officer.keyboard.press("x")
    expect(officer.locator("[data-bulk]")).to_be_hidden()
    officer.keyboard.press("Enter")
    panel = officer.locator("#report-panel")
    expect(panel).to_contain_text(code)
    officer.keyboard.press("a")
    expect(panel.locator(".incident-signs")).to_contain_text("Đang xử lý")
    officer.keyboard.press("r")
    expect(panel.locator("textarea:focus")).to_be_visible()
    officer.keyboard.type(DONE)
    officer.keyboard.press("Control+Enter")
    expect(panel.locator(".incident-signs")).to_contain_text("Đã trả lời")


def shown_blurred(centre: LiveCentre, opened: OPEN, pk: int) -> None:
    """The public page has the blurred picture, which is another file than the original."""
    blurred = "SELECT file, public_file FROM citizen_reports_photo WHERE report_id = %s AND public_file <> ''"
    centre.until(lambda: centre.rows(blurred, pk), "the blurred picture", 90)
    page = opened(**PHONE).new_page()
    page.goto(f"/reports/public/{pk}/")
    image = page.locator("main img").first
    expect(image).to_be_visible()
    drawn = "element => element.complete && element.naturalWidth > 0"
    centre.until(lambda: image.evaluate(drawn), "the picture on the public page")
    [(original, public)] = centre.rows(blurred, pk)
    assert original != public
