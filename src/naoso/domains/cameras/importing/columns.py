"""Columns of a table of cameras, by the names that they go by in both languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from naoso.kernel.text import folded


@dataclass(frozen=True, slots=True)
class Target:
    """`names` are folded, the surest first; the first is the one of the template file."""

    field: str
    title: Any
    names: tuple[str, ...]
    sample: str = ""


TARGETS = (
    Target("code", _("Code"), ("code", "ma", "ma camera", "camera code"), "cam-0001"),
    Target("name", _("Name"), ("name", "ten", "ten camera", "vi tri"), "Nút giao trung tâm"),
    Target("lon", _("Longitude"), ("lon", "kinh do", "longitude", "lng", "x"), "105.8412"),
    Target("lat", _("Latitude"), ("lat", "vi do", "latitude", "y"), "21.5927"),
    Target("heading_deg", _("Looks towards (°)"), ("heading", "huong", "huong nhin", "heading deg"), "90"),
    Target("view_deg", _("Field of view (°)"), ("view", "goc nhin", "view deg", "fov"), "90"),
    Target("range_m", _("Sees up to (m)"), ("range", "tam nhin", "range m", "tam nhin m"), "150"),
    Target("purpose", _("Purpose"), ("purpose", "muc dich"), "traffic"),
    Target("group", _("Group"), ("group", "nhom"), "Giao thông"),
    Target("owner", _("Owner"), ("owner", "don vi quan ly", "chu quan", "don vi"), ""),
    Target(
        "notice", _("Legal notice of recording"), ("notice", "thong bao", "bien bao"), "Biển báo tại chân cột"
    ),
    Target(
        "main_url", _("Address of the large picture"),
        ("address", "dia chi", "rtsp", "main", "luong chinh", "url"), "rtsp://10.20.1.15:554/stream1",
    ),
    Target(
        "sub_url", _("Address of the small picture"),
        ("small address", "dia chi phu", "sub", "luong phu", "rtsp sub"), "rtsp://10.20.1.15:554/stream2",
    ),
    Target("username", _("User name"), ("user", "tai khoan", "username", "ten dang nhap"), "xem"),
    Target("password", _("Password"), ("password", "mat khau", "pass"), ""),
    Target("vendor", _("Vendor"), ("vendor", "hang", "hang san xuat"), ""),
    Target("device_model", _("Model"), ("model", "kieu", "kieu may", "dong may"), ""),
    Target("channel", _("Channel of the recorder"), ("channel", "kenh", "kenh dau ghi"), ""),
    Target("can_turn", _("Can turn and zoom"), ("ptz", "quay quet", "can turn"), ""),
)  # fmt: skip
BY_FIELD = {target.field: target for target in TARGETS}


def bare(name: str) -> str:
    """`Địa chỉ (RTSP)` → `dia chi rtsp`."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", folded(name)).split())


def mapped(columns: Sequence[str]) -> dict[str, str]:
    """Field → the column that it is read from: each column once, the surest name first."""
    free = {bare(column): column for column in reversed(columns)}
    found: dict[str, str] = {}
    for target in TARGETS:
        known = (*target.names, bare(str(target.title)))
        name = next((one for one in known if one in free), None)
        if name is not None:
            found[target.field] = free.pop(name)
    return found
