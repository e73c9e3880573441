"""Units as machines write them (UCUM) and as people read them."""

from __future__ import annotations

SHOWN = {
    "ug/m3": "µg/m³",
    "mg/m3": "mg/m³",
    "Cel": "°C",
    "%": "%",
    "mm": "mm",
    "m": "m",
    "m/s": "m/s",
    "deg": "°",
    "hPa": "hPa",
    "1": "",
}


def shown_unit(ucum: str) -> str:
    """`ug/m3` → `µg/m³`; an unforeseen code shows itself."""
    return SHOWN.get(ucum, ucum)
