"""The gate in front of pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.http import HttpRequest

from naoso.core.people.models import Account
from naoso.core.people.scope import require

View = Callable[..., Any]


def account_of(request: HttpRequest) -> Account:
    """The person signed in; the login middleware lets nobody else in."""
    return cast("Account", request.user)


def permission_required(permission: str) -> Callable[[View], View]:
    """The page is for those who hold the permission anywhere; others get a 403.

    Which rows they see is `visible_to`'s affair, and what they may do to one is the service's.
    """

    def gate(view: View) -> View:
        if iscoroutinefunction(view):

            @wraps(view)
            async def awaited(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
                await sync_to_async(require)(await request.auser(), permission)
                return await view(request, *args, **kwargs)

            return awaited

        @wraps(view)
        def called(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            require(request.user, permission)
            return view(request, *args, **kwargs)

        return called

    return gate
