"""Pages that watch: fragmented MP4 over WebSocket, one message a picture.

The page sends its ticket; then it gets a JSON message `begin` with the codec, the head of the track, each
picture since the last key one, and each as it comes. Before the ticket's time is over
it sends another.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from typing import Any

from websockets.asyncio.server import ServerConnection, broadcast
from websockets.exceptions import ConnectionClosed

from naoso.connectors.fmp4 import fragment, header
from naoso.connectors.rtsp import RtspError
from naoso.domains.cameras.media.upstream import Format, Piece, Upstreams
from naoso.domains.cameras.tickets import OPENS_FOR, BadTicket, Ticket, take

log = logging.getLogger(__name__)

BEHIND_BYTES = 3 * 1024 * 1024
TICKET_WITHIN_S = 5.0
REFUSED, OVER = 4401, 4408


class Viewer:
    """One page that sees one camera."""

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection
        self.behind = False
        self._waiting: list[Piece] = []
        self._number = 0

    def begin(self, form: Format) -> None:
        """A new track."""
        self._number = 0
        self.behind = True
        self.say(
            {"state": "begin", "mime": form.picture.mime, "width": form.picture.width,
             "height": form.picture.height, "clock": form.clock}
        )  # fmt: skip
        self._send(header(form.picture, form.clock))

    def take(self, piece: Piece) -> None:
        """A page that does not keep up misses pictures until the next key one."""
        if self._full():
            self.behind = True
            return
        if self.behind and not piece.sample.key:
            return
        self.behind = False
        self._number += 1
        self._send(fragment(self._number, piece.ticks, [piece.sample]))

    def lost(self, fault: RtspError) -> None:
        """Which kind of fault, for the page's words; its text stays in the log."""
        self.say({"state": "lost", "fault": fault.fault})

    def say(self, message: dict[str, Any]) -> None:
        """A word beside the picture."""
        broadcast([self.connection], json.dumps(message))

    def _send(self, data: bytes) -> None:
        broadcast([self.connection], data)

    def _full(self) -> bool:
        transport = self.connection.transport
        return transport.get_write_buffer_size() > BEHIND_BYTES


class Door:
    """Takes tickets, each once."""

    def __init__(self, upstreams: Upstreams) -> None:
        self._upstreams = upstreams
        self._used: dict[str, float] = {}

    async def __call__(self, connection: ServerConnection) -> None:
        """One connection from its ticket to its end."""
        try:
            text = await asyncio.wait_for(connection.recv(), TICKET_WITHIN_S)
            ticket = self.admit(text)
        except (BadTicket, TimeoutError):
            await connection.close(REFUSED, "ticket")
            return
        except ConnectionClosed:
            return
        viewer = Viewer(connection)
        upstream = self._upstreams.of(ticket.source_id, ticket.size)
        upstream.join(viewer)
        try:
            await self._until_over(connection, ticket)
        finally:
            upstream.leave(viewer)

    def admit(self, text: str | bytes) -> Ticket:
        """Raises BadTicket."""
        ticket = take(text if isinstance(text, str) else text.decode("latin-1"))
        now = time.time()
        self._used = {number: at for number, at in self._used.items() if at > now}
        if ticket.number in self._used or ticket.until <= now:
            raise BadTicket("used already, or over")
        self._used[ticket.number] = now + OPENS_FOR.total_seconds() + 5
        return ticket

    async def _until_over(self, connection: ServerConnection, ticket: Ticket) -> None:
        """Reads on: otherwise a page that went away would never be noticed."""
        until = ticket.until
        with contextlib.suppress(ConnectionClosed):
            while True:
                try:
                    text = await asyncio.wait_for(connection.recv(), max(0.0, until - time.time()))
                except TimeoutError:
                    await connection.close(OVER, "over")
                    return
                with contextlib.suppress(BadTicket):
                    later = self.admit(text)
                    same = (later.source_id, later.size, later.account_id)
                    if same == (ticket.source_id, ticket.size, ticket.account_id):
                        until = later.until
