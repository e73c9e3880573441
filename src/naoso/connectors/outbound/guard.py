"""A client that looks where an address leads before it connects (server-side request forgery).

The name is resolved once, every answer is judged, and the connection goes to the judged address: a name
that answers differently the second time gains nothing. Redirects are not followed.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

import httpx

Address = IPv4Address | IPv6Address
Networks = tuple[IPv4Network | IPv6Network, ...]


class Refused(httpx.TransportError):
    """The address may not be called: says which rule it breaks."""


_shut: list[str] = []


def shut(why: str) -> None:
    """From now on no client of this process connects anywhere."""
    _shut.append(why)


def networks(text: str) -> Networks:
    """`127.0.0.0/8, 10.20.0.0/16` → networks; raises ValueError for anything else."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def plain(address: Address) -> Address:
    """An IPv4 address in IPv6 clothes (mapped, 6to4, NAT64) is judged by what it stands for."""
    if isinstance(address, IPv4Address):
        return address
    if address in ip_network("64:ff9b::/96"):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def allowed(address: Address, inside: Networks) -> bool:
    """Public unicast, or inside a network that the settings name."""
    real = plain(address)
    if any(real in network for network in inside):
        return True
    return real.is_global and not real.is_multicast


def fault_of(url: str, inside: Networks = ()) -> str:
    """What is wrong with the form of an address, before any name is resolved; empty: nothing.

    Plain http is for networks that the settings name: elsewhere the body could be read on its way.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return "is not a web address"
    if parts.scheme not in {"http", "https"} or not host:
        return "must begin with https:// and name a host"
    if parts.username or parts.password:
        return "must not carry a user name or a password"
    if parts.scheme == "http" and not inside:
        return "must begin with https://"
    return ""


def resolve(host: str, port: int) -> tuple[Address, ...]:
    """Every address that the name has; raises httpx.ConnectError when it has none."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpx.ConnectError(f"{host} cannot be resolved: {error}") from error
    return tuple(ip_address(str(answer[4][0]).partition("%")[0]) for answer in answers)


def judged(scheme: str, host: str, port: int, inside: Networks) -> Address:
    """The address to connect to; raises Refused when any of the host's addresses may not be called."""
    addresses = resolve(host, port)
    for address in addresses:
        if not allowed(address, inside):
            raise Refused(f"{host} leads to {address}, which is not a public address")
        if scheme == "http" and not any(plain(address) in network for network in inside):
            raise Refused(f"{host} is outside the allowed networks: only https goes there")
    return addresses[0]


class GuardedTransport(httpx.HTTPTransport):
    """Connects to the judged address; TLS still checks the certificate against the name."""

    def __init__(self, inside: Networks = (), *, verify: ssl.SSLContext | bool = True) -> None:
        super().__init__(retries=0, verify=verify)
        self._inside = inside

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises Refused instead of connecting where the guard says no."""
        if _shut:
            raise Refused(_shut[-1])
        host = request.url.raw_host.decode("ascii")  # as TLS and DNS know it, also for tên-miền.vn
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        address = judged(request.url.scheme, host, port, self._inside)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=str(address))
        return super().handle_request(request)


def client(inside: Iterable[IPv4Network | IPv6Network] = (), *, timeout: float = 10.0) -> httpx.Client:
    """A guarded client; proxies of the environment do not count."""
    return httpx.Client(
        transport=GuardedTransport(tuple(inside)), timeout=timeout, follow_redirects=False, trust_env=False
    )
