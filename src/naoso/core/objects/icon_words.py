"""Finding an icon: Tabler's names are English, so the words of the trade lead to them in Vietnamese too."""

from __future__ import annotations

from naoso.kernel.text import folded
from naoso.ui import icons

MOST = 60
USUAL = (
    "map-pin", "tree", "plant", "bulb", "traffic-lights", "road", "bus-stop", "parking", "bike", "droplet",
    "fire-hydrant", "manhole", "pipeline", "trash", "recycle", "bolt", "plug", "antenna", "camera", "wifi",
    "building", "building-community", "school", "building-hospital", "building-church", "home",
    "building-store", "building-bank", "building-factory", "building-monument", "books", "ball-football",
    "swimming", "bench", "toilet-paper", "fountain", "statue", "flag", "sign-right", "barrier-block",
    "bridge", "anchor", "ripple", "cross", "grave-2", "device-cctv", "wind", "temperature", "gauge",
    "shield", "alert-triangle", "ladder",
)  # fmt: skip
ALIASES = {
    "cay": "tree plant leaf", "hoa": "flower plant", "co": "plant grass", "den": "bulb lamp light",
    "duong": "road route", "cau": "bridge", "nuoc": "droplet water ripple", "ong": "pipeline pipe",
    "cong": "manhole door pipeline", "rac": "trash recycle", "dien": "bolt plug electric",
    "tru": "antenna pole building-lighthouse", "camera": "camera cctv", "truong": "school",
    "benh vien": "hospital", "tram y te": "hospital first-aid", "nha": "home building",
    "cho": "store basket", "chua": "building-church torii pagoda", "nha tho": "church",
    "cong vien": "trees park", "ghe": "armchair bench", "xe buyt": "bus", "xe dap": "bike",
    "do xe": "parking", "bien bao": "sign", "tin hieu": "traffic-lights", "chua chay": "fire flame",
    "hong nuoc": "fire-hydrant droplet", "tuong": "statue monument", "co quan": "building-bank",
    "nghia trang": "grave", "song": "ripple river", "ho": "ripple pool", "ben": "anchor ferry",
    "san": "ball football stadium", "boi": "swimming pool", "ve sinh": "toilet wc", "gio": "wind",
    "nhiet do": "temperature", "khong khi": "wind cloud", "wifi": "wifi", "thu vien": "books",
    "nha may": "factory", "cot co": "flag", "gieng": "well droplet", "bom": "pump gas-station",
    "ban do": "map", "cua hang": "store", "ngan hang": "building-bank", "cay xanh": "trees tree",
    "vuon": "garden plant",
}  # fmt: skip


def found_icons(text: str) -> list[str]:
    """Names of icons for words; without any, those that a city mostly wants."""
    known = icons.shapes()
    wanted = folded(text)
    if not wanted:
        return [name for name in USUAL if name in known]
    words = {wanted.replace(" ", "-"), *wanted.split()}
    for alias, english in ALIASES.items():
        if alias == wanted or (len(wanted) > 1 and alias.startswith(wanted)):
            words |= set(english.split())
    hits = [name for name in known if any(word in name for word in words)]
    return sorted(hits, key=lambda name: (name not in words, name not in USUAL, len(name), name))[:MOST]
