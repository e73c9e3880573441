"""How often one address may do a thing that needs no account.

Counted in Django's cache: with several web processes and the default in-process cache the bound is
that many times looser; a shared cache makes it exact.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from naoso.kernel.errors import NaosoError

View = Callable[..., HttpResponseBase]


def address_of(request: HttpRequest) -> str:
    """Whom a limit holds unless it says otherwise."""
    return str(request.META.get("REMOTE_ADDR", ""))


def limited(
    action: str,
    *,
    most: int,
    per_s: int,
    methods: tuple[str, ...] = ("POST",),
    key: Callable[[HttpRequest], str] = address_of,
) -> Callable[[View], View]:
    """At most `most` calls of these methods in each window of `per_s` seconds; then 429 until it ends."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in methods:
                return view(request, *args, **kwargs)
            if wait_s := wait_for(action, key(request), most=most, per_s=per_s):
                return too_many(request, wait_s=wait_s)
            return view(request, *args, **kwargs)

        return guarded

    return guard


def wait_for(action: str, who: str, *, most: int, per_s: int) -> int:
    """Counts one call; 0 when it may pass, else the seconds until the window ends."""
    now = time.time()
    counter = f"limit:{action}:{who}:{int(now // per_s)}"
    cache.add(counter, 0, per_s)
    return per_s - int(now % per_s) if cache.incr(counter) > most * settings.LIMIT_FACTOR else 0


class TooMany(NaosoError):
    """Too often from one place; says how many seconds to wait."""

    code = "too-many-requests"
    status = 429

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"too many requests; wait {wait_s} s")
        self.wait_s = wait_s


def require_within(action: str, who: str, *, most: int, per_s: int) -> None:
    """The same bound for machines: raises TooMany."""
    if wait_s := wait_for(action, who, most=most, per_s=per_s):
        raise TooMany(wait_s)


def too_many(request: HttpRequest, *, wait_s: int) -> HttpResponse:
    """429 with the time to wait in words and in `Retry-After`."""
    reason = _("Too many at once. Please try again in %(minutes)s minutes.") % {"minutes": wait_s // 60 + 1}
    answer = render(request, "ui/problem.html", {"reason": reason, "status": 429}, status=429)
    answer["Retry-After"] = str(wait_s)
    return answer
