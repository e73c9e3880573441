"""Remembers, for the length of a request, from where its writes come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from asgiref.sync import iscoroutinefunction
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_only_middleware

from naoso.core.people import request_context
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.request_context import Next

SEEN_EVERY_S = 60


@sync_only_middleware
def actor(get_response: Next) -> Next:
    """`recorded` reads the request's address; `scope_of` keeps what it has read."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with request_context.of(request):
            return get_response(request)

    middleware.process_view = own_account  # type: ignore[attr-defined]
    return middleware


def own_account(
    request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """What people change about their own account (password, factors) goes through allauth's views."""
    if request.method != "POST" or not request.path.startswith("/account/") or iscoroutinefunction(view):
        return None
    if not isinstance(request.user, Account):
        return None
    with recorded(request.user, "own account"):
        return view(request, *args, **kwargs)


@sync_only_middleware
def seen(get_response: Next) -> Next:
    """Keeps the list of sessions fresh, once a minute each: a write at every request would be too dear."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        _touch(request)
        return get_response(request)

    return middleware


def _touch(request: HttpRequest) -> None:
    key = request.session.session_key
    if key and cache.add(f"people:seen:{key}", True, SEEN_EVERY_S) and request.user.is_authenticated:
        UserSession.objects.create_from_request(request)
