"""Letters about accounts."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from naoso.core.people.models import Account


def password_link(account: Account) -> str:
    """The address at which the owner sets a password; void once the password has changed."""
    names = {"uidb36": user_pk_to_url_str(account), "key": default_token_generator.make_token(account)}
    path = reverse("account_reset_password_from_key", kwargs=names)
    return f"{settings.SITE_URL}{path}"


def send_password_link(account_id: int) -> None:
    """Nothing is sent to an account that was switched off or lost its address meanwhile."""
    account = Account.objects.filter(pk=account_id, is_active=True).exclude(email="").first()
    if account is None:
        return
    with translation.override(account.language):
        words = {"account": account, "link": password_link(account), "site_title": settings.SITE_TITLE}
        subject = translation.gettext("Set your password for %(site)s") % {"site": settings.SITE_TITLE}
        send_mail(subject, render_to_string("people/letters/password.txt", words), None, [account.email])
