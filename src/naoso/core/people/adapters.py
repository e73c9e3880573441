"""How accounts come to be: by invitation or by an administrator, never by a stranger."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from naoso.core.people.models import Account


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Closed: accounts are made on the accounts screen."""
        return False


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Another identity provider says who someone is; whether they have an account here is decided here."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        """Closed, as above."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """First time: the account with the same address, when the provider has verified that address."""
        if sociallogin.is_existing:
            return
        verified = [a.email for a in sociallogin.email_addresses if a.verified]
        accounts = Account.objects.filter(email__in=[v.lower() for v in verified], is_active=True)
        if len(accounts) == 1:
            sociallogin.connect(request, accounts[0])
            return
        messages.error(request, _("No account here belongs to you. Ask your administrator for one."))
        raise ImmediateHttpResponse(redirect("account_login"))
