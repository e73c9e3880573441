"""A citizen's photo travels to the office in charge, and the answer back to the phone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from .centre import LiveCentre
from .conftest import PHONE, SignIn

pytestmark = [pytest.mark.browser, pytest.mark.engines]
WORDS = "Ống nước vỡ, nước tràn ra đường trước cổng trường."
DONE = "Đã thay đoạn ống vỡ, nước chảy lại bình thường."
OPEN = Callable[..., BrowserContext]


def test_a_report_from_a_phone_is_answered_and_opened_again(
    centre: LiveCentre, opened: OPEN, signed_in: SignIn
) -> None:
    officer = signed_in("nuoc.sach", "/reports/")
    expect(officer.locator("#report-rows")).to_be_visible()
    place = spot(centre, "05518")
    phone = opened(
        **PHONE, geolocation={"longitude": place[0], "latitude": place[1]}, permissions=["geolocation"]
    ).new_page()
    code = send_report(phone, place)

    row = officer.locator("#report-rows .inbox-line", has_text=code)
    expect(row).to_be_visible()  # the open list tells it by itself
    row.locator("a[data-row]").click()
    answer(officer)

    phone.reload()
    expect(phone.locator("main")).to_contain_text(DONE)
    expect(phone.locator(".photo-row").last.locator("img")).to_have_count(1)
    phone.locator("label[for=stars-2]").tap()
    phone.locator("button[name=solved][value=no]").click()
    expect(phone.locator("button[name=solved]")).to_have_count(0)
    [(state, solved, rating)] = centre.rows(
        "SELECT state, solved, rating FROM citizen_reports_report WHERE replace(code, '-', '') = %s",
        code.replace("-", ""),
    )
    assert (state, solved, rating) == ("accepted", False, 2)


def send_report(phone: Page, place: tuple[float, float]) -> str:
    """Photo, place, category, words; the code that the citizen keeps."""
    phone.goto("/reports/new/")
    phone.locator(".place-map canvas").wait_for()
    there = (place[0] + 0.01, place[1] + 0.01)
    phone.locator("input[name=photos]").set_input_files(photo("ong-nuoc.jpg", there))
    expect(phone.locator(".photo-field li img")).to_have_count(1)
    expect(phone.locator("input[name=lon]")).to_have_value(re.compile(f"^{there[0]:.3f}"))
    phone.locator("[data-gps]").tap()
    expect(phone.locator("input[name=lon]")).to_have_value(re.compile(f"^{place[0]:.3f}"))
    expect(phone.locator(".place-field [role=status]")).to_contain_text("Sông Công")
    phone.locator(".category-grid label", has_text="Vỡ ống").tap()
    phone.locator("[name=text]").fill(WORDS)
    phone.locator("[data-submit]").tap()
    phone.wait_for_url("**/reports/follow/*/")
    return phone.locator("#report-code").inner_text().strip()


def answer(officer: Page) -> None:
    """Accept, then answer with a photo of what was done."""
    panel = officer.locator("#report-panel")
    expect(panel).to_contain_text(WORDS)
    expect(panel.locator(".photo-row img")).to_have_count(1)
    panel.locator("form[hx-post$='/accept/'] button").click()
    panel.locator("summary", has_text="Trả lời").first.click()
    form = panel.locator("form[hx-post$='/answer/']")
    form.locator("textarea").fill(DONE)
    form.locator("input[type=file]").set_input_files(photo("da-sua.jpg"))
    form.locator("button[type=submit]").click()
    expect(panel.locator(".photo-row img")).to_have_count(2)


def photo(name: str, place: tuple[float, float] | None = None) -> FilePayload:
    """A JPEG as a phone writes it, with the place in its EXIF."""
    image = Image.new("RGB", (1200, 900), (120, 140, 160))
    exif = Image.Exif()
    if place:
        exif[0x8825] = {1: "N", 2: degrees(place[1]), 3: "E", 4: degrees(place[0])}
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def degrees(value: float) -> tuple[float, float, float]:
    """Degrees, minutes, seconds."""
    minutes = value % 1 * 60
    return float(int(value)), float(int(minutes)), minutes % 1 * 60


def spot(centre: LiveCentre, unit: str) -> tuple[float, float]:
    """The centre point of a unit."""
    sql = "SELECT ST_X(centre), ST_Y(centre) FROM places_adminunit WHERE code = %s AND valid_to IS NULL"
    lon, lat = centre.rows(sql, unit)[0]
    return lon, lat
