"""An identity provider says who someone is; whether they have an account is decided here."""

from __future__ import annotations

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


@pytest.fixture(autouse=True)
def provider(settings: Settings) -> None:
    """As `NAOSO_OIDC_*` switches it on."""
    app = {"provider_id": "oidc", "name": "VNeID", "client_id": "x", "secret": "y"}
    app["settings"] = {"server_url": "https://id.example.vn"}  # type: ignore[assignment]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}


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


def test_its_button_stands_on_the_sign_in_page(client: Client) -> None:
    page = client.get("/account/login/").content.decode()
    assert "VNeID" in page
    assert "/account/oidc/oidc/login/" in page


def test_the_provider_makes_no_account(request_: HttpRequest) -> None:
    assert not SocialAdapter().is_open_for_signup(request_, coming("x@y.vn", verified=True))
