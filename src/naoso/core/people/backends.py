"""Signing in by name or e-mail, and Django's `has_perm` answered from the grants."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from naoso.core.people.models import Account
from naoso.core.people.scope import allowed, held_by


class GrantBackend(AuthenticationBackend):  # type: ignore[misc]
    """Django's own groups and permissions are never read."""

    def has_perm(self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: Any = None) -> bool:
        """Held for this object; without one, anywhere."""
        return allowed(user_obj, perm, obj)

    def has_module_perms(self, user_obj: AbstractBaseUser | AnonymousUser, app_label: str) -> bool:
        """Holds anything of that module."""
        return any(code.startswith(f"{app_label}.") for code in self.get_all_permissions(user_obj))

    def get_all_permissions(self, user_obj: AbstractBaseUser | AnonymousUser, obj: Any = None) -> set[str]:  # noqa: ARG002
        """Codes held somewhere; `*` stands as it is written in the role."""
        if not isinstance(user_obj, Account) or not user_obj.is_active:
            return set()
        return {code for held in held_by(user_obj) for code in held.permissions if held.gives(code)}

    get_user_permissions = get_group_permissions = get_all_permissions
