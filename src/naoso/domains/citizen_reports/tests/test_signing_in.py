"""In by six digits: digests, limits, and nobody else's reports."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.core.notify import channels as ways
from naoso.core.notify.models import Delivery
from naoso.domains.citizen_reports.models import Category, Citizen, Follower, Reporter, SignInCode
from naoso.domains.citizen_reports.services import signing_in
from naoso.domains.citizen_reports.tests.test_pages import _no_limits_left_over, fields
from naoso.domains.citizen_reports.tests.test_services import _files, category, send
from naoso.kernel.errors import BadInput

pytestmark = pytest.mark.django_db
__all__ = ["_files", "_no_limits_left_over", "category"]
WHO = "dan@example.vn"


@pytest.fixture
def gateway(settings: Any) -> Any:
    """A centre that can send to phones."""
    settings.GATEWAY_URL = "https://gateway.example"
    ways.channels.cache_clear()
    yield
    ways.channels.cache_clear()


def code_sent(address: str = WHO) -> str:
    """As the person reads it."""
    letter = Delivery.objects.filter(address=address).latest("pk")
    return re.search(r"\d{6}", letter.body)[0]  # type: ignore[index]


def entered(client: Client, address: str = WHO) -> Citizen:
    client.post(reverse("citizen_reports:sign_in"), {"address": address})
    client.post(reverse("citizen_reports:sign_in_code"), {"code": code_sent(address)})
    return Citizen.objects.get(email=address)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        (" Dan@Example.VN ", WHO),
        ("0912 345 678", "+84912345678"),
        ("+84 912.345.678", "+84912345678"),
        ("84912345678", "+84912345678"),
    ],
)
def test_an_address_has_one_form(gateway: None, typed: str, normal: str) -> None:
    assert signing_in.normal_address(typed) == normal


@pytest.mark.parametrize("typed", ["", "dan@", "12345", "+1 202 555 0100", "0912345678901", "<script>"])
def test_what_is_no_address_is_refused(gateway: None, typed: str) -> None:
    with pytest.raises(BadInput):
        signing_in.send_code(address=typed)


def test_without_a_gateway_a_phone_is_refused_in_words() -> None:
    with pytest.raises(BadInput) as error:
        signing_in.send_code(address="0912345678")
    assert error.value.errors[0].rule == "channel"


def test_a_code_to_a_phone_goes_through_the_gateway(gateway: None) -> None:
    signing_in.send_code(address="0912345678")
    assert Delivery.objects.get().channel == "gateway"
    citizen = signing_in.sign_in(address="+84912345678", code=code_sent("+84912345678"))
    assert (citizen.phone, citizen.email) == ("+84912345678", None)


def test_only_a_digest_is_kept_and_a_code_works_once() -> None:
    signing_in.send_code(address=WHO)
    code = code_sent()
    assert code not in SignInCode.objects.get().digest
    first = signing_in.sign_in(address=WHO, code=code)
    with pytest.raises(BadInput):
        signing_in.sign_in(address=WHO, code=code)
    signing_in.send_code(address=WHO)
    assert signing_in.sign_in(address=WHO, code=code_sent()) == first


def test_five_wrong_tries_end_the_code() -> None:
    signing_in.send_code(address=WHO)
    right = code_sent()
    wrong = "000000" if right != "000000" else "111111"
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(BadInput) as error:
            signing_in.check_code(address=WHO, code=wrong)
        assert str(left) in error.value.errors[0].message
    with pytest.raises(BadInput) as error:
        signing_in.check_code(address=WHO, code=right)
    assert error.value.errors[0].rule == "expired"


def test_after_ten_minutes_it_is_no_longer_good() -> None:
    signing_in.send_code(address=WHO)
    SignInCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(BadInput):
        signing_in.check_code(address=WHO, code=code_sent())


def test_addresses_of_old_codes_are_not_kept() -> None:
    signing_in.send_code(address="khac@example.vn")
    SignInCode.objects.update(created_at=timezone.now() - timedelta(days=2))
    signing_in.send_code(address=WHO)
    assert [row.address for row in SignInCode.objects.all()] == [WHO]


def test_a_code_opens_nobody_elses_account() -> None:
    signing_in.send_code(address=WHO)
    signing_in.send_code(address="khac@example.vn")
    with pytest.raises(BadInput):
        signing_in.check_code(address="khac@example.vn", code=code_sent())


def test_an_address_gets_five_codes_an_hour(client: Client) -> None:
    for _each in range(5):
        assert client.post(reverse("citizen_reports:sign_in"), {"address": WHO}).status_code == 302
    assert client.post(reverse("citizen_reports:sign_in"), {"address": WHO}).status_code == 422
    assert Delivery.objects.count() == 5


def test_signed_in_one_sees_the_own_reports_and_no_others(client: Client, category: Category) -> None:
    stranger_report = send(category)
    assert client.get(reverse("citizen_reports:account")).url == reverse("citizen_reports:sign_in")  # type: ignore[attr-defined]
    before = client.session.session_key
    citizen = entered(client)
    assert client.session.session_key != before
    code = client.post(reverse("citizen_reports:send"), fields(category)).json()["code"]
    assert Reporter.objects.get(report__code=code).citizen == citizen
    other_phone = Client()
    entered(other_phone)
    page = other_phone.get(reverse("citizen_reports:account")).content.decode()
    assert code in page
    assert stranger_report.code not in page
    # a citizen is no account of the house
    assert other_phone.get("/reports/").status_code == 302


def test_what_the_phone_remembers_joins_the_account_by_its_code(client: Client, category: Category) -> None:
    report, unknown = send(category), "ZZZZ-ZZZZ"
    url = reverse("citizen_reports:take_over")
    body = {"codes": [report.code, unknown]}
    assert client.post(url, body, content_type="application/json").status_code == 302
    citizen = entered(client)
    assert client.post(url, body, content_type="application/json").json() == {"joined": 1}
    assert Follower.objects.get().citizen == citizen
    assert report.code in client.get(reverse("citizen_reports:account")).content.decode()
    assert client.post(url, "x", content_type="application/json").status_code == 422


def test_name_second_address_and_out(client: Client, gateway: None) -> None:
    citizen = entered(client)
    client.post(reverse("citizen_reports:account_name"), {"name": "  Người  dân "})
    client.post(reverse("citizen_reports:sign_in"), {"address": "0912345678"})
    client.post(reverse("citizen_reports:sign_in_code"), {"code": code_sent("+84912345678")})
    citizen.refresh_from_db()
    assert (citizen.name, citizen.phone, citizen.email) == ("Người dân", "+84912345678", WHO)
    client.post(reverse("citizen_reports:account_leave"))
    assert client.get(reverse("citizen_reports:account")).status_code == 302


def test_an_address_of_another_account_is_not_taken(client: Client) -> None:
    entered(Client(), "khac@example.vn")
    entered(client)
    client.post(reverse("citizen_reports:sign_in"), {"address": "khac@example.vn"})
    answer = client.post(reverse("citizen_reports:sign_in_code"), {"code": code_sent("khac@example.vn")})
    assert answer.status_code == 422
    assert Citizen.objects.get(email=WHO).phone is None
