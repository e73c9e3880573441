"""Signing in: by name or address, with a second factor, within limits, from sessions that can be ended."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.test import Client

from naoso.core.people.models import Account, AuditEntry
from naoso.core.people.tests import factories as make

pytestmark = pytest.mark.django_db
PASSWORD = "một câu dài chỉ mình biết"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Rate limits live in the cache."""
    cache.clear()


@pytest.fixture
def person() -> Account:
    """Someone who can sign in."""
    account = make.account("truc.ban")
    account.set_password(PASSWORD)
    account.save()
    return account


def sign_in(client: Client, name: str = "truc.ban", password: str = PASSWORD) -> str:
    """Where the answer leads; empty when the form comes back."""
    answer = client.post("/account/login/", {"login": name, "password": password})
    return str(answer.headers.get("Location", ""))


@pytest.mark.parametrize("name", ["truc.ban", "truc.ban@example.vn", "TRUC.BAN@example.vn"])
def test_by_name_or_address(client: Client, person: Account, name: str) -> None:
    assert sign_in(client, name) == "/"
    assert AuditEntry.objects.filter(action="signed_in", actor_id=person.pk, address="127.0.0.1").exists()


def test_a_wrong_password_and_an_account_switched_off_do_not_come_in(client: Client, person: Account) -> None:
    assert sign_in(client, password="sai") == ""
    assert AuditEntry.objects.filter(action="sign_in_failed", row=f"people:account:{person.pk}").exists()
    Account.objects.filter(pk=person.pk).update(is_active=False)
    assert sign_in(client) != "/"
    assert client.get("/people/accounts/").status_code == 302


def test_guessing_is_slowed_down(client: Client, person: Account) -> None:
    for _attempt in range(5):
        sign_in(client, password="sai")
    assert sign_in(client) == ""


def test_a_second_factor_is_asked_for(client: Client, person: Account) -> None:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    assert "2fa/authenticate" in sign_in(client)
    assert client.get("/account/sessions/").status_code == 302
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    code = f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06}"
    assert client.post("/account/2fa/authenticate/", {"code": code}).headers["Location"] == "/"
    assert client.get("/account/sessions/").status_code == 200


def test_a_recovery_code_works_once(client: Client, person: Account) -> None:
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    kept = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    code = kept.wrap().get_unused_codes()[0]
    for other, expected in ((client, 302), (Client(), 200)):
        sign_in(other)
        assert other.post("/account/2fa/authenticate/", {"code": code}).status_code == expected


def test_who_changes_their_own_password_is_named(client: Client, person: Account) -> None:
    sign_in(client)
    fresh = "một câu khác cũng dài"
    data = {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    assert client.post("/account/password/change/", data | {"oldpassword": "sai"}).status_code == 200
    assert client.post("/account/password/change/", data).status_code == 302
    entry = AuditEntry.objects.filter(table="people_account", action="update").latest("id")
    assert (entry.actor_id, entry.after["password"], entry.address) == (person.pk, "•••", "127.0.0.1")
    assert sign_in(Client(), password=fresh) == "/"


def test_secrets_of_factors_are_not_in_the_trail(person: Account) -> None:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    entry = AuditEntry.objects.get(table="mfa_authenticator", action="insert")
    assert entry.after["data"] == "•••"


def test_where_the_centre_demands_a_second_factor(client: Client, person: Account, settings: object) -> None:
    settings.SECOND_FACTOR_REQUIRED = True  # type: ignore[attr-defined]
    sign_in(client)
    assert client.get("/people/accounts/").headers["Location"] == "/account/2fa/"
    assert client.get("/account/2fa/").status_code == 200
    TOTP.activate(person, generate_totp_secret())
    assert client.get("/people/accounts/").status_code == 403


def test_other_sessions_can_be_ended(client: Client, person: Account) -> None:
    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)
    assert elsewhere.get("/account/sessions/").status_code == 200
    client.post("/account/sessions/")
    assert elsewhere.get("/account/sessions/").status_code == 302
    assert client.get("/account/sessions/").status_code == 200


def test_nobody_signs_up(client: Client) -> None:
    client.post(
        "/account/signup/", {"email": "x@y.vn", "username": "x", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert not Account.objects.exists()


def test_a_forgotten_password_is_reset_by_letter(client: Client, person: Account) -> None:
    client.post("/account/password/reset/", {"email": person.email})
    assert mail.outbox[0].to == [person.email]
    client.post("/account/password/reset/", {"email": "nobody@example.vn"})
    assert all("/password/reset/key/" not in letter.body for letter in mail.outbox[1:])


@pytest.mark.parametrize("path", ["login/", "password/reset/", "2fa/webauthn/login/"])
def test_pages_carry_no_inline_script(client: Client, path: str) -> None:
    page = client.get(f"/account/{path}").content.decode()
    for tag in page.split("<script")[1:]:
        head = tag.split(">")[0]
        assert "src=" in head or 'type="application/json"' in head
    assert " onclick=" not in page
    assert " style=" not in page


def test_pages_of_ones_own_account_open_in_vietnamese(client: Client, person: Account) -> None:
    sign_in(client)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    for path, words in (
        ("2fa/", "Xác thực hai bước"),
        ("2fa/totp/activate/", "Kích hoạt ứng dụng xác thực"),
        ("2fa/webauthn/add/", "Tên khóa"),
        ("sessions/", "Phiên đăng nhập"),
        ("password/change/", "Đổi mật khẩu"),
    ):
        assert words in client.get(f"/account/{path}").content.decode(), path
