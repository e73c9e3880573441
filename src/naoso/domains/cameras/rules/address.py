"""Which addresses may be a camera's: private networks are where cameras live, this machine is not."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from naoso.connectors.outbound.guard import Address, Networks, plain

METADATA = tuple(ip_network(text) for text in ("100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::254/128"))
SECRET_WORDS = re.compile(r"(?i)[?&/](password|passwd|pwd|pass)=[^&/\s]")


def fault_of_host(address: Address, inside: Networks = ()) -> str:
    """Why no camera can be at this address, as a code; empty: one may. `inside` are allowed all the same."""
    real = plain(address)
    if any(real in network for network in inside):
        return ""
    if real.is_loopback or real.is_unspecified:
        return "own"
    if real.is_link_local or any(real in network for network in METADATA):
        return "link-local"
    return "multicast" if real.is_multicast else ""


def fault_of_literal(url: str, inside: Networks = ()) -> str:
    """The same of an address whose host is a number; a name is judged when it is resolved."""
    try:
        host = (urlsplit(url).hostname or "").partition("%")[0]
    except ValueError:
        return "url"
    if host.rstrip(".") == "localhost":
        host = "127.0.0.1"
    try:
        return fault_of_host(ip_address(host), inside)
    except ValueError:
        return ""


def carries_password(url: str) -> bool:
    """Some vendors take the password as a part of the path or the query: it would be stored in the clear."""
    return bool(SECRET_WORDS.search(url))
