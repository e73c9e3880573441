"""Tabler's outline icons as inline SVG, from the file that the front end's build writes."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

SOURCE = Path(__file__).parent / "dist" / "icons.json"
FALLBACK = "point"


@cache
def shapes() -> dict[str, str]:
    """Icon name → SVG markup; empty before the front end is built, so that pages still open."""
    if not SOURCE.exists():
        return {}
    loaded: dict[str, str] = json.loads(SOURCE.read_text(encoding="utf-8"))
    return loaded


@cache
def svg(name: str, classes: str = "") -> SafeString:
    """The icon, hidden from screen readers: the words beside it carry the meaning."""
    shape = shapes().get(name) or shapes().get(FALLBACK, "")
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor"'
        ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>',
        classes,
        mark_safe(shape),  # noqa: S308 built from the icon package, never from input
    )


def paths(name: str) -> list[str]:
    """The icon as path data, for drawing on the map's canvas."""
    return re.findall(r'\bd="([^"]+)"', shapes().get(name) or shapes().get(FALLBACK, ""))
