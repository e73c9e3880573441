"""An officer on the street: a task is opened, the network goes, and the work done arrives once."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import Error, Page, expect

from .centre import LiveCentre
from .conftest import PHONE, Complaints, SignIn, sign_in
from .test_report_to_answer import photo, spot

pytestmark = [pytest.mark.browser, pytest.mark.engines]
WHO = "nuoc.sach"
DONE = "Đã thay đoạn ống vỡ, nước chảy lại bình thường."
OFFLINE_WORDS = ("ERR_INTERNET_DISCONNECTED", "Failed to load resource", "Failed to fetch", "503")
FACTS = """SELECT state, answer, (SELECT array_agg(shows ORDER BY p.id) FROM citizen_reports_photo p
                                  WHERE p.report_id = r.id AND shows <> 'problem')
           FROM citizen_reports_report r WHERE id = %s"""


def test_the_work_is_told_offline_and_arrives_once(
    centre: LiveCentre, signed_in: SignIn, complaints: Complaints
) -> None:
    phone = signed_in(WHO, "/reports/field/?who=nobody", **PHONE)
    pk = taken(phone, sent(centre, phone))
    phone.goto("/reports/field/")
    kept(phone, f"/reports/field/{pk}/")

    phone.context.set_offline(True)
    phone.goto("/reports/field/")  # both from the phone's own store
    phone.locator(f"a.field-open[href$='/{pk}/']").tap()
    before = phone.locator("form[data-deed=before]")
    before.locator("input[name=photos]").set_input_files(photo("truoc.jpg"))
    before.locator("button[type=submit]").tap()
    waiting = phone.locator(".waiting-item")
    expect(waiting).to_have_count(1)
    after = phone.locator("form[data-deed=finish]")
    after.locator("input[name=photos]").set_input_files(photo("sau.jpg"))
    after.locator("textarea").fill(DONE)
    after.locator("button[type=submit]").tap()
    expect(waiting).to_have_count(2)
    expect(phone.locator("[data-waiting-count]")).to_have_text("2")
    phone.goto("/reports/field/")  # closed and opened again: it still waits
    expect(waiting).to_have_count(2)
    assert centre.rows(FACTS, pk) == [("accepted", "", None)]

    phone.context.set_offline(False)
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    expect(waiting).to_have_count(0)
    assert centre.rows(FACTS, pk) == [("answered", DONE, ["before", "after"])]
    phone.reload()
    expect(phone.locator(f"a.field-open[href$='/{pk}/']")).to_have_count(0)
    assert posts(centre, pk) == ["take", "before", "answer"]
    complaints.forgive(*OFFLINE_WORDS)


def test_what_the_desk_did_meanwhile_is_told_and_the_draft_is_kept(
    centre: LiveCentre, signed_in: SignIn, complaints: Complaints
) -> None:
    phone = signed_in(WHO, "/reports/field/?who=nobody", **PHONE)
    pk = taken(phone, sent(centre, phone))
    phone.goto(f"/reports/field/{pk}/")
    kept(phone, f"/reports/field/{pk}/")
    phone.context.set_offline(True)
    after = phone.locator("form[data-deed=finish]")
    after.locator("textarea").fill(DONE)
    after.locator("button[type=submit]").tap()
    expect(phone.locator(".waiting-item")).to_have_count(1)

    desk = signed_in(WHO, f"/reports/{pk}/")
    desk.locator("#report-panel summary", has_text="Ghi chú nội bộ").click()
    form = desk.locator("form[hx-post$='/note/']")
    form.locator("textarea").fill("Đừng đào: có cáp điện")
    form.locator("button[type=submit]").click()
    expect(desk.locator(".timeline-lines")).to_contain_text("có cáp điện")

    phone.context.set_offline(False)
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    refused = phone.locator(".waiting-item.is-refused")
    expect(refused).to_contain_text("có cáp điện")
    expect(refused).to_contain_text(DONE)
    assert centre.rows(FACTS, pk)[0][0] == "accepted"
    refused.locator("a").tap()
    expect(phone.locator("form[data-deed=finish] textarea")).to_have_value(DONE)
    phone.locator("form[data-deed=finish] button[type=submit]").tap()
    phone.wait_for_url(re.compile("/reports/field/$"))
    assert centre.rows(FACTS, pk)[0][:2] == ("answered", DONE)
    complaints.forgive(*OFFLINE_WORDS, "409")


def test_nobody_else_reads_what_the_phone_kept(
    centre: LiveCentre, signed_in: SignIn, complaints: Complaints
) -> None:
    phone = signed_in(WHO, "/reports/field/", **PHONE)
    kept(phone, "/reports/field/")
    phone.goto("/reports/")
    phone.locator("form[action$='/account/logout/']").evaluate("form => form.requestSubmit()")
    phone.wait_for_url(re.compile("/account/"))
    phone.wait_for_function(f"async () => !({KEPT})")
    looked_after = phone.evaluate(REGISTERED)
    phone.context.set_offline(True)
    if looked_after:
        phone.goto("/reports/field/")
        expect(phone.locator("body")).to_contain_text("chưa được lưu trên máy này")
    else:  # a browser may drop a worker of itself: then there is nothing at all
        with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
            phone.goto("/reports/field/")

    phone.context.set_offline(False)
    sign_in(phone, WHO, centre.password)
    phone.goto("/reports/field/")
    kept(phone, "/reports/field/")
    phone.context.clear_cookies()  # the session ended elsewhere
    phone.goto("/reports/field/")
    expect(phone).to_have_url(re.compile("/account/login/"))
    phone.wait_for_function(f"async () => !({KEPT})")
    complaints.forgive(*OFFLINE_WORDS)


def test_near_first_and_a_route(centre: LiveCentre, signed_in: SignIn) -> None:
    here = {"geolocation": {"longitude": 105.85, "latitude": 21.47}, "permissions": ["geolocation"]}
    phone = signed_in(WHO, "/reports/field/?who=nobody", **PHONE, **here)
    for shift in (0.03, 0.01, 0.02):
        sent(centre, phone, shift)
    phone.reload()
    phone.locator("[data-here]").tap()
    expect(phone.locator("[data-distance]").first).to_have_text(re.compile(r"(m|km) ·"))
    metres = phone.locator("[data-distance]").evaluate_all(
        """all => all.map(one => one.textContent.includes("km")
             ? parseFloat(one.textContent.replace(",", ".")) * 1000 : parseFloat(one.textContent))"""
    )
    assert metres == sorted(metres)
    phone.locator("[data-route]").tap()
    expect(phone.locator("[data-word]")).to_contain_text("đường chim bay")
    expect(phone.locator("[data-number]").first).to_have_text("1")
    assert (phone.locator("[data-go]").first.get_attribute("href") or "").startswith("geo:2")
    phone.locator("[data-map-part] summary").tap()
    expect(phone.locator(".field-pin").first).to_be_visible()


def sent(centre: LiveCentre, phone: Page, shift: float = 0.0) -> int:
    """A citizen reports a broken pipe; the water company's officers get it."""
    [(category,)] = centre.rows("SELECT id FROM citizen_reports_category WHERE title LIKE %s", "Vỡ ống%")
    lon, lat = spot(centre, "05518")
    fields = {"draft": str(uuid.uuid4()), "category": str(category), "text": "Nước tràn ra đường"}
    place = {"lon": f"{lon + shift:.5f}", "lat": f"{lat + shift / 2:.5f}"}
    status = phone.evaluate(
        """async (fields) => {
            const { token } = await (await fetch("/reports/token/")).json();
            const body = new FormData();
            for (const [name, value] of Object.entries(fields)) body.append(name, value);
            const headers = { "X-CSRFToken": token };
            return (await fetch("/reports/send/", { method: "POST", body, headers })).status;
        }""",
        fields | place,
    )
    assert status == 201
    [(pk,)] = centre.rows("SELECT id FROM citizen_reports_report WHERE draft = %s", fields["draft"])
    return int(pk)


def taken(phone: Page, pk: int) -> int:
    """What nobody has, taken on the phone."""
    phone.reload()
    phone.locator(f"a.field-open[href$='/{pk}/']").tap()
    phone.locator("form[data-deed=take] button").tap()
    expect(phone.locator("form[data-deed=take]")).to_have_count(0)
    return pk


REGISTERED = (
    """async () => (await navigator.serviceWorker.getRegistration("/reports/field/"))?.active?.state"""
)
KEPT = """(await caches.keys()).some((name) => name.startsWith("naoso-field-of-"))"""


def kept(phone: Page, path: str) -> None:
    """The worker has stored this page."""
    phone.wait_for_function(f"async () => Boolean(await caches.match({path!r}))")


def posts(centre: LiveCentre, pk: int) -> list[str]:
    """Deeds in the order of their arrival."""
    sql = "SELECT deed FROM citizen_reports_fieldpost WHERE report_id = %s ORDER BY id"
    return [row[0] for row in centre.rows(sql, pk)]
