"""WS-Discovery: who is there (OASIS WS-Discovery 1.0 draft 2005/04, as ONVIF Core, 7, has it)."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, ip_address
from urllib.parse import unquote, urlsplit, urlunsplit

from naoso.connectors.onvif.errors import OnvifError
from naoso.connectors.onvif.names import SCOPE, tag
from naoso.connectors.onvif.soap import Element, element, envelope, parsed, text_of

PORT, GROUP = 3702, "239.255.255.250"
MOST_ADDRESSES = 1024  # a /22
DATAGRAM_LIMIT, MOST_MATCHES, MOST_FOUND = 16 * 1024, 32, 2048
PACE, PAUSE_S = 32, 0.05
WAIT_S = 2.0
TO_ALL = "urn:schemas-xmlsoap-org:ws:2005:04:discovery"


@dataclass(frozen=True, slots=True)
class Answer:
    """A device that answered: `sender` is the address that its datagram came from.

    `urls` are where it says that it can be asked, `name` and `hardware` what its scopes say.
    """

    sender: str
    endpoint: str
    urls: tuple[str, ...]
    name: str = ""
    hardware: str = ""

    @property
    def url(self) -> str:
        """The address to ask, at the host that answered: it speaks for no other."""
        own = [url for url in self.urls if urlsplit(url).hostname == self.sender]
        if own:
            return own[0]
        parts = urlsplit(self.urls[0])
        netloc = f"{self.sender}:{parts.port}" if parts.port else self.sender
        return urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))


def probe_of(number: str) -> bytes:
    """A question for devices that send video."""
    kinds = element("d:Types", "dn:NetworkVideoTransmitter")
    return envelope(
        element("d:Probe", kinds),
        element("a:MessageID", f"urn:uuid:{number}"),
        element("a:To", TO_ALL),
        element("a:Action", "http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe"),
    )


def answers_of(raw: bytes, sender: str) -> tuple[Answer, ...]:
    """The devices in a datagram; nothing for what is no answer."""
    if len(raw) > DATAGRAM_LIMIT:
        return ()
    try:
        root = parsed(raw)
    except OnvifError:
        return ()
    matches = root.findall(f".//{tag('d:ProbeMatch')}")[:MOST_MATCHES]
    found = (_answer(one, sender) for one in matches)
    return tuple(one for one in found if one is not None)


def _answer(match: Element, sender: str) -> Answer | None:
    words = text_of(match, "d:XAddrs", 2000).split()
    urls = tuple(url for url in words[:8] if _is_web_address(url))
    if not urls:
        return None
    scopes = text_of(match, "d:Scopes", 4000).split()
    endpoint = text_of(match, "a:EndpointReference/a:Address", 120)
    return Answer(sender, endpoint, urls, _scope(scopes, "name"), _scope(scopes, "hardware"))


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _port, host = parts.port, parts.hostname or ""
        ip_address(host)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "@" not in parts.netloc and len(url) <= 400


def _scope(scopes: Sequence[str], name: str) -> str:
    """`onvif://www.onvif.org/name/Cam%20A` → `Cam A`."""
    start = f"{SCOPE}{name}/"
    value = next((unquote(one[len(start) :]) for one in scopes if one.startswith(start)), "")
    return "".join(c for c in value if c.isprintable())[:80]


class _Listener(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.found: dict[tuple[str, str], Answer] = {}

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(self.found) < MOST_FOUND:
            self.found |= {(one.endpoint, one.url): one for one in answers_of(data, addr[0])}

    def error_received(self, exc: Exception) -> None:
        """Nobody is at one of the addresses: the others are still asked."""


async def discover(
    network: IPv4Network, *, port: int = PORT, multicast: bool = True, wait_s: float = WAIT_S
) -> tuple[Answer, ...]:
    """Asks the multicast group and each address of a network (at most a /22); of that network alone.

    Takes about 1.6 s for a /22 and `wait_s` for the last to answer. Raises ValueError for a larger network.
    """
    if network.num_addresses > MOST_ADDRESSES:
        raise ValueError("a network of at most 1024 addresses")
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.setblocking(False)
        way.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        way.bind(("", 0))
        transport, heard = await loop.create_datagram_endpoint(_Listener, sock=way)
        try:
            where = [*([GROUP] if multicast else []), *(str(one) for one in _asked(network))]
            await _ask(transport, where, port)
            await asyncio.sleep(wait_s)
        finally:
            transport.close()
    inside = [one for one in heard.found.values() if IPv4Address(one.sender) in network]
    return tuple(sorted(inside, key=lambda one: (IPv4Address(one.sender), one.url)))


def _asked(network: IPv4Network) -> Iterable[IPv4Address]:
    return network.hosts() if network.num_addresses > 2 else network


async def _ask(transport: asyncio.DatagramTransport, where: Sequence[str], port: int) -> None:
    question = probe_of(str(uuid.uuid4()))
    for place, address in enumerate(where):
        with contextlib.suppress(OSError):  # no route there: the others are still asked
            transport.sendto(question, (address, port))
        if place % PACE == PACE - 1:
            await asyncio.sleep(PAUSE_S)
