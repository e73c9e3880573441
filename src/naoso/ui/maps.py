"""What a small map needs to know: the base, the centre, names that every map of Vietnam carries."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

CENTRE = (105.84, 21.75)
ISLANDS = (
    {"name": "Quần đảo Hoàng Sa (Việt Nam)", "lon": 112.0, "lat": 16.5},
    {"name": "Quần đảo Trường Sa (Việt Nam)", "lon": 114.0, "lat": 9.5},
)


def plain_map(*, zoom: float = 8.5) -> dict[str, Any]:
    """A map of the province without layers, for choosing a place."""
    return {
        "base": {"kind": "plain", "url": "/map/base.json"},
        "center": CENTRE,
        "zoom": zoom,
        "layers": [],
        "approximate": True,
        "labels": list(ISLANDS),
        "locale": get_language() or "vi",
    }
