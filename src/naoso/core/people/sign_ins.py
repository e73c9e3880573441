"""Who came in, who tried, who left: no row changes, so the trail is told."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Q

from naoso.core.people.audit import note
from naoso.core.people.models import Account, AuditAction


def listen() -> None:
    """Called once, when the app is ready."""
    user_logged_in.connect(signed_in, dispatch_uid="people.signed_in")
    user_logged_out.connect(signed_out, dispatch_uid="people.signed_out")
    user_login_failed.connect(refused, dispatch_uid="people.refused")


def signed_in(user: Account, **kwargs: Any) -> None:  # noqa: ARG001
    """By password, passkey or identity provider alike."""
    note(AuditAction.SIGNED_IN, user, f"people:account:{user.pk}")


def signed_out(user: Account | None, **kwargs: Any) -> None:  # noqa: ARG001
    """A session that ran out leaves no row."""
    if user is not None:
        note(AuditAction.SIGNED_OUT, user, f"people:account:{user.pk}")


def refused(credentials: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG001
    """Only names that are ours are kept: people type passwords into the wrong field."""
    typed = str(credentials.get("username") or credentials.get("login") or credentials.get("email") or "")
    account = (
        Account.objects.filter(Q(username__iexact=typed) | Q(email__iexact=typed)).first() if typed else None
    )
    note(AuditAction.SIGN_IN_FAILED, None, f"people:account:{account.pk}" if account else "")
