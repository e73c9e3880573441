"""A fetcher over an HTTP client that the caller has made safe: bodies are read up to their limit."""

from __future__ import annotations

import time

import httpx

from naoso.connectors.datasets.types import Fetched, Fetcher
from naoso.kernel.errors import BadInput

SECONDS = 120.0  # for one page: a server that sends a byte a second is left


def fetcher(client: httpx.Client, *, seconds: float = SECONDS) -> Fetcher:
    """Every fault of the network becomes BadInput on `address`; redirects are as the client has them."""

    def fetch(url: str, *, accept: str, most: int) -> Fetched:
        until = time.monotonic() + seconds
        body = bytearray()
        try:
            with client.stream("GET", url, headers={"Accept": accept}) as answer:
                for block in answer.iter_bytes():
                    body += block
                    if len(body) > most:
                        raise refusal(url, "size", "one page of the answer is too large")
                    if time.monotonic() > until:
                        raise refusal(url, "time", f"one page took longer than {seconds:.0f} seconds")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise refusal(url, "answer", f"the address does not answer: {str(error)[:200]}") from error
        kind = str(answer.headers.get("content-type", ""))
        return Fetched(answer.status_code, kind, bytes(body), dict(answer.headers))

    return fetch


def refusal(url: str, rule: str, message: str) -> BadInput:
    """About the address."""
    return BadInput.of("address", url[:300], rule, message)
