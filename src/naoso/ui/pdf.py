"""HTML → PDF by WeasyPrint. Nothing is fetched: a page for print carries all that it needs."""

from __future__ import annotations

from typing import Any, NoReturn

from weasyprint import HTML


def refuse(url: str, *_args: Any, **_more: Any) -> NoReturn:
    """No address is opened, neither a file nor the network."""
    raise ValueError(f"a page for print may not fetch {url[:80]}")


def pdf_of(html: str) -> bytes:
    """The pages as PDF."""
    made: bytes = HTML(string=html, url_fetcher=refuse).write_pdf()
    return made
