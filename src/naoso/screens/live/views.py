"""`/live/stream`: server-sent events for one open page."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import connections
from django.http import HttpRequest, StreamingHttpResponse

from naoso.core.people.models import Account
from naoso.screens.live.ears import Ears, ears_of, still_here
from naoso.screens.live.hub import Hub

RECHECK_S = 60.0

_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of this process's event loop, started when the first page asks."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub(address())
        _hubs[loop].start()
    return _hubs[loop]


def address() -> dict[str, str]:
    """Where the stream's server is, and as whom the house speaks to it."""
    stream = settings.STREAM
    known = {"servers": stream.nats_url}
    if stream.nats_user:
        known |= {"user": stream.nats_user, "password": stream.nats_password.get_secret_value()}
    return known


async def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Holds no database connection while it waits."""
    account = await request.auser()
    assert isinstance(account, Account)  # the middleware lets nobody else in
    ears = await sync_to_async(read_ears)(account)
    return StreamingHttpResponse(
        body(
            account.pk, ears, request.session, request.GET.get("last", ""), moment(request.GET.get("since"))
        ),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def spread(seconds: float) -> float:
    """Around that, so that a thousand pages opened together do not ask together."""
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311


def moment(text: str | None) -> float:
    """Seconds since 1970 as a page tells them; 0 for anything else."""
    return float(text) if text and text.isdigit() else 0.0


async def body(
    account_id: int, ears: Ears, session: SessionBase, last: str, since: float
) -> AsyncIterator[bytes]:
    """Chunks until the page closes, the session ends, or the account is switched off."""
    centre = hub()
    listener = centre.join(account_id, ears, last=last, since=since)
    clock = asyncio.get_running_loop().time
    check_at = clock() + spread(RECHECK_S)
    try:
        while True:
            try:
                yield await asyncio.wait_for(listener.queue.get(), max(0.0, check_at - clock()))
            except TimeoutError:
                now = await sync_to_async(recheck)(session, account_id)
                if now is None:
                    return
                centre.change(listener, now)
                check_at = clock() + spread(RECHECK_S)
    finally:
        centre.leave(listener)


def read_ears(account: Account) -> Ears:
    """The connection goes back to the pool: five hundred pages would hold five hundred."""
    try:
        return ears_of(account)
    finally:
        connections.close_all()


def recheck(session: SessionBase, account_id: int) -> Ears | None:
    """The same for a page that is open already."""
    try:
        return still_here(session, account_id)
    finally:
        connections.close_all()
