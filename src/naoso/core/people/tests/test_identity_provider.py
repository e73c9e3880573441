"""An identity provider says who someone is; whether they have an account is decided here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import Settings

from naoso.core.people.adapters import SocialAdapter
from naoso.core.people.models import Account
from naoso.core.people.tests import factories as make

pytestmark = pytest.mark.django_db


class Provider(BaseHTTPRequestHandler):
    """A small identity provider (OpenID Connect Discovery 1.0, Core 1.0): one person, one code."""

    person: ClassVar[dict[str, Any]] = {}

    def do_GET(self) -> None:
        """Discovery and user information."""
        if self.path.startswith("/.well-known/"):
            base = f"http://{self.headers['Host']}"
            names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            self.answer({f"{name}_endpoint": f"{base}/{path}" for name, path in names.items()})
        elif self.headers["Authorization"] == "Bearer good":
            self.answer(self.person)
        else:
            self.send_error(401)

    def do_POST(self) -> None:
        """The code becomes a token, for who sends the verifier too (RFC 7636)."""
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if sent["code"] == ["good"] and sent.get("code_verifier"):
            self.answer({"access_token": "good", "token_type": "Bearer"})
        else:
            self.send_error(400)

    def answer(self, body: dict[str, Any]) -> None:
        """JSON."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture(autouse=True)
def provider(settings: Settings) -> Iterator[None]:
    """As `NAOSO_OIDC_*` switches it on, at a server of our own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    Thread(target=server.serve_forever, daemon=True).start()
    app: dict[str, Any] = {"provider_id": "oidc", "name": "VNeID", "client_id": "x", "secret": "y"}
    app["settings"] = {"server_url": f"http://127.0.0.1:{server.server_port}", "oauth_pkce_enabled": True}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield
    server.shutdown()
    server.server_close()


@pytest.fixture
def request_() -> HttpRequest:
    """As the provider's answer arrives."""
    request = RequestFactory().get("/account/oidc/oidc/login/callback/")
    request.session = SessionStore()
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


def coming(email: str, *, verified: bool) -> SocialLogin:
    """Someone whom the provider knows by this address."""
    return SocialLogin(
        user=Account(email=email),
        account=SocialAccount(provider="oidc", uid="079200001234"),
        email_addresses=[EmailAddress(email=email, verified=verified, primary=True)],
    )


def test_a_verified_address_finds_its_account_once_and_for_all(request_: HttpRequest) -> None:
    person = make.account("truc.ban")
    SocialAdapter().pre_social_login(request_, coming("TRUC.BAN@example.vn", verified=True))
    assert SocialAccount.objects.get().user == person


@pytest.mark.parametrize(
    ("email", "verified", "active"),
    [
        ("truc.ban@example.vn", False, True),
        ("nguoi.la@example.vn", True, True),
        ("truc.ban@example.vn", True, False),
    ],
)
def test_nobody_else_comes_in(request_: HttpRequest, email: str, verified: bool, active: bool) -> None:
    make.account("truc.ban", is_active=active)
    with pytest.raises(ImmediateHttpResponse):
        SocialAdapter().pre_social_login(request_, coming(email, verified=verified))
    assert not SocialAccount.objects.exists()
    assert Account.objects.count() == 1


def come_through(client: Client, code: str = "good", **person: Any) -> str:
    """All the way: button, provider, callback; returns where the answer leads."""
    Provider.person = {"sub": "079200001234"} | person
    away = client.post("/account/oidc/oidc/login/?process=login").headers["Location"]
    asked = parse_qs(urlsplit(away).query)
    assert asked["code_challenge_method"] == ["S256"]
    answer = client.get("/account/oidc/oidc/login/callback/", {"code": code, "state": asked["state"][0]})
    return str(answer.headers.get("Location", ""))


def test_all_the_way_and_back_again(client: Client) -> None:
    person = make.account("truc.ban")
    assert come_through(client, email=person.email, email_verified=True) == "/"
    assert client.get("/account/sessions/").status_code == 200
    again = Client()
    assert come_through(again, email="khac@example.vn", email_verified=True) == "/"
    assert again.session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize(
    ("code", "person"),
    [
        ("good", {"email": "truc.ban@example.vn", "email_verified": False}),
        ("good", {"email": "nguoi.la@example.vn", "email_verified": True}),
        ("good", {}),
        ("stolen", {"email": "truc.ban@example.vn", "email_verified": True}),
    ],
)
def test_others_turn_back(client: Client, code: str, person: dict[str, Any]) -> None:
    make.account("truc.ban")
    assert come_through(client, code, **person) != "/"
    assert "_auth_user_id" not in client.session
    assert Account.objects.count() == 1


def test_its_button_stands_on_the_sign_in_page(client: Client) -> None:
    page = client.get("/account/login/").content.decode()
    assert "VNeID" in page
    assert "/account/oidc/oidc/login/" in page


def test_the_provider_makes_no_account(request_: HttpRequest) -> None:
    assert not SocialAdapter().is_open_for_signup(request_, coming("x@y.vn", verified=True))
