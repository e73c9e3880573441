"""Remembers, for the length of a request, from where its writes come."""

from __future__ import annotations

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from naoso.core.people import request_context
from naoso.core.people.request_context import AsyncNext, SyncNext


@sync_and_async_middleware
def actor(get_response: SyncNext | AsyncNext) -> SyncNext | AsyncNext:
    """`recorded` reads the request's address; `scope_of` keeps what it has read."""
    if iscoroutinefunction(get_response):
        return _asynchronous(get_response)
    return _synchronous(get_response)  # type: ignore[arg-type]


def _asynchronous(get_response: AsyncNext) -> AsyncNext:
    async def middleware(request: HttpRequest) -> HttpResponseBase:
        with request_context.of(request):
            return await get_response(request)

    return middleware


def _synchronous(get_response: SyncNext) -> SyncNext:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        with request_context.of(request):
            return get_response(request)

    return middleware
