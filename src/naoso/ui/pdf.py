"""HTML → PDF by WeasyPrint. Nothing is fetched: a page for print carries all that it needs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from PIL import ImageFile
from weasyprint import CSS, HTML

# WeasyPrint switches this on for the whole process; a citizen's photo that is cut off must still be refused
ImageFile.LOAD_TRUNCATED_IMAGES = False
SHEET = Path(__file__).parent / "print_page.css"


def refuse(url: str, *_args: Any, **_more: Any) -> NoReturn:
    """No address is opened, neither a file nor the network."""
    raise ValueError(f"a page for print may not fetch {url[:80]}")


@cache
def sheets() -> list[CSS]:
    """The one style of printed pages; in an exercise every page says so."""
    styles = [SHEET.read_text(encoding="utf-8")]
    if settings.EXERCISE:
        styles.append(
            '@page { @top-center { content: "DIỄN TẬP"; color: #b45309; font: bold 14pt sans-serif; } }'
        )
    return [CSS(string=style) for style in styles]


def pdf_of(html: str) -> bytes:
    """The pages as PDF."""
    made: bytes = HTML(string=html, url_fetcher=refuse).write_pdf(stylesheets=sheets())
    return made
