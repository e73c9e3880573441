"""One subscription a process, many listeners: each event is encoded once and sorted by who may hear it.

Every tick the events since the last one leave as one message for each group of equal ears. A listener
that cannot keep up, or that comes back after more than the hub remembers, is told to read its page anew.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import nats

from naoso.kernel.events import Audience
from naoso.screens.live.ears import Ears

log = logging.getLogger(__name__)

TICK_S = 0.25
BEAT_S = 15.0
REMEMBERED = 5000
MOST_A_TICK = 50  # of more, a page learns by reading anew: long lists to every page take longer than that
QUEUE = 64
SUBJECTS = ("events.>", "live.>")
DURABLE = "events."

RESYNC = b"event: resync\ndata: {}\n\n"
BEAT = b"event: beat\ndata: {}\n\n"
DOWN = b"event: down\ndata: {}\n\n"


class Message(msgspec.Struct):
    """An envelope as it travels; `data` is handed on as it came."""

    id: str
    name: str
    at: str
    audience: dict[str, Any]
    data: msgspec.Raw


class Told(msgspec.Struct):
    """The same as browsers get it: without the audience."""

    id: str
    name: str
    at: str
    data: msgspec.Raw


@dataclass(slots=True)
class Remembered:
    """A durable event for those who come back."""

    number: int
    heard_at: float
    audience: Audience
    body: bytes


@dataclass(slots=True, eq=False)
class Listener:
    """One open page."""

    account_id: int
    ears: Ears
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(QUEUE))

    def tell(self, chunk: bytes) -> None:
        """A full queue means a page that does not read: it shall begin anew."""
        try:
            self.queue.put_nowait(chunk)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(RESYNC)


@dataclass(slots=True)
class Group:
    """Listeners with equal ears and what waits for them."""

    listeners: set[Listener] = field(default_factory=set)
    waiting: list[bytes] = field(default_factory=list)


class Hub:
    """Start it once in a process's event loop; `join` and `leave` are called from that loop alone."""

    def __init__(self, connect: dict[str, Any]) -> None:
        self._connect = connect
        self.name = secrets.token_hex(4)
        self.number = 0
        self.born = time.time()
        self.up = self.was_up = False
        self.groups: dict[Ears, Group] = {}
        self.accounts: dict[int, set[Listener]] = {}
        self.private: dict[int, list[bytes]] = {}
        self.memory: deque[Remembered] = deque(maxlen=REMEMBERED)
        self._tasks: list[asyncio.Task[None]] = []
        self._client: Any = None

    def start(self) -> None:
        """Listening begins in the background: pages open also while the stream is down."""
        self._tasks = [asyncio.create_task(job()) for job in (self._subscribe, self._tick, self._beat)]

    async def stop(self) -> None:
        """For tests and a clean end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.close()

    async def _subscribe(self) -> None:
        async def lost() -> None:
            self._turn(up=False)

        async def found() -> None:
            self._turn(up=True)

        async def failed(error: Exception) -> None:
            log.debug("live stream: %s", error)

        self._client = await nats.connect(
            name="naoso-live",
            allow_reconnect=True,
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            disconnected_cb=lost,
            reconnected_cb=found,
            error_cb=failed,
            **self._connect,
        )
        for subject in SUBJECTS:
            await self._client.subscribe(subject, cb=self._heard)
        await self._client.flush()
        self.up = self.was_up = True
        self._all(RESYNC)

    def _turn(self, *, up: bool) -> None:
        """What was missed while the stream was away cannot be told: every page reads itself anew."""
        if up == self.up:
            return
        self.up = up
        log.warning("live stream %s", "is back" if up else "is gone")
        self.memory.clear()
        self.born = time.time()
        self._all(RESYNC if up else DOWN)

    def _all(self, chunk: bytes) -> None:
        for listeners in self.accounts.values():
            for listener in listeners:
                listener.tell(chunk)

    async def _heard(self, raw: Any) -> None:
        try:
            self.take(raw.data, durable=raw.subject.startswith(DURABLE))
        except (msgspec.DecodeError, TypeError) as error:
            log.warning("live stream: unreadable message on %s: %s", raw.subject, error)

    def take(self, data: bytes, *, durable: bool) -> None:
        """Sort one event to those who may hear it."""
        message = msgspec.json.decode(data, type=Message)
        audience = Audience(**message.audience)
        body = msgspec.json.encode(Told(message.id, message.name, message.at, message.data))
        if durable:
            self.number += 1
            self.memory.append(Remembered(self.number, time.time(), audience, body))
        if audience.account_id is not None:
            if audience.account_id in self.accounts:
                self.private.setdefault(audience.account_id, []).append(body)
            return
        for ears, group in self.groups.items():
            if ears.hear(audience):
                group.waiting.append(body)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.flush()

    def flush(self) -> None:
        """One chunk for each group that has news."""
        for group in self.groups.values():
            if group.waiting:
                waiting, group.waiting = group.waiting, []
                chunk = self.chunk(waiting)
                for listener in group.listeners:
                    listener.tell(chunk)
        private, self.private = self.private, {}
        for account_id, waiting in private.items():
            chunk = self.chunk(waiting)
            for listener in self.accounts.get(account_id, ()):
                listener.tell(chunk)

    def chunk(self, bodies: list[bytes]) -> bytes:
        """A server-sent event (HTML Standard 9.2) with a JSON array.

        Of a storm the newest are told, and the page is to read the rest anew: whole lists sent to every
        page would take longer than that.
        """
        head = RESYNC if len(bodies) > MOST_A_TICK else b""
        told = b",".join(bodies[-MOST_A_TICK:])
        return b"%sid: %s-%d\ndata: [%s]\n\n" % (head, self.name.encode(), self.number, told)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            self._all(BEAT if self.up else DOWN)

    def join(self, account_id: int, ears: Ears, *, last: str = "", since: float = 0.0) -> Listener:
        """`last` is the id of the last message heard, `since` the time when the page was made."""
        self.flush()  # what waits has gone out, so nobody gets it twice from the memory
        listener = Listener(account_id, ears)
        group = self.groups.setdefault(ears, Group())
        listener.tell(self._missed(listener, last, since))
        group.listeners.add(listener)
        self.accounts.setdefault(account_id, set()).add(listener)
        return listener

    def _missed(self, listener: Listener, last: str, since: float) -> bytes:
        if not self.up:
            return DOWN if self.was_up else BEAT  # at its very start the hub is not late yet
        newer = self._newer(last, since)
        if newer is None:
            return RESYNC
        account_id = listener.account_id
        bodies = [
            event.body
            for event in self.memory
            if newer(event)
            and (event.audience.account_id == account_id or listener.ears.hear(event.audience))
        ]
        return self.chunk(bodies) if bodies else BEAT

    def _newer(self, last: str, since: float) -> Callable[[Remembered], bool] | None:
        """None where the hub cannot know all that was missed."""
        oldest = self.memory[0].number if self.memory else self.number + 1
        name, _, number = last.partition("-")
        if last:
            if name != self.name or not number.isdigit() or int(number) + 1 < oldest:
                return None
            heard = int(number)
            return lambda event: event.number > heard
        if since and since < self.born:
            return None
        if len(self.memory) == REMEMBERED and since and since < self.memory[0].heard_at:
            return None
        return lambda event: bool(since) and event.heard_at >= since

    def change(self, listener: Listener, ears: Ears) -> None:
        """Grants changed: the page sees another part of the world, so it reads itself anew."""
        if ears == listener.ears:
            return
        self._forget(listener)
        listener.ears = ears
        self.groups.setdefault(ears, Group()).listeners.add(listener)
        listener.tell(RESYNC)

    def leave(self, listener: Listener) -> None:
        """The page is closed."""
        self._forget(listener)
        listeners = self.accounts.get(listener.account_id, set())
        listeners.discard(listener)
        if not listeners:
            self.accounts.pop(listener.account_id, None)

    def _forget(self, listener: Listener) -> None:
        group = self.groups.get(listener.ears)
        if group is not None:
            group.listeners.discard(listener)
            if not group.listeners:
                del self.groups[listener.ears]
