"""What is true for the length of one request: where it comes from, what its user holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Next = Callable[[HttpRequest], HttpResponseBase]


@dataclass
class RequestContext:
    """`held` keeps the grants read in this request, by account, with the time of reading."""

    request: HttpRequest
    held: dict[int, tuple[float, Any]] = field(default_factory=dict)

    @property
    def address(self) -> str | None:
        """The client's IP; behind proxies as `ALLAUTH_TRUSTED_PROXY_COUNT` says."""
        try:
            return str(get_adapter().get_client_ip(self.request))
        except PermissionDenied:
            return None


_current: ContextVar[RequestContext | None] = ContextVar("naoso_request", default=None)


def current() -> RequestContext | None:
    """The request being answered; None in jobs and commands."""
    return _current.get()


@contextmanager
def of(request: HttpRequest) -> Iterator[None]:
    """Inside, `current()` is this request's context."""
    token = _current.set(RequestContext(request))
    try:
        yield
    finally:
        _current.reset(token)


def forget_held() -> None:
    """Grants changed: read them again."""
    context = _current.get()
    if context is not None:
        context.held.clear()
