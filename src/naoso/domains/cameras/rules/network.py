"""Which networks may be searched for cameras: private ones, and none larger than a /22."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network

from naoso.connectors.outbound.guard import Networks

MOST = 1024
PRIVATE = tuple(
    ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)


def network_of(text: str) -> IPv4Network | None:
    """`10.20.0.0/24`, `10.20.0.7/24` or `10.20.0.7`; None for anything else."""
    try:
        found = ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    return found if isinstance(found, IPv4Network) else None


def fault_of_network(network: IPv4Network, inside: Networks = ()) -> str:
    """Why it may not be searched, as a code; empty: it may. `inside` are allowed all the same."""
    known = (*PRIVATE, *inside)
    if not any(isinstance(one, IPv4Network) and network.subnet_of(one) for one in known):
        return "private"
    return "size" if network.num_addresses > MOST else ""
