"""What a column of a file can become, and what it most likely is by its name and its values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from naoso.core.objects.models import ObjectKind
from naoso.kernel.text import folded

X, Y, WKT = "@x", "@y", "@wkt"
CODE, STATE, SINCE, UNTIL = "code", "state", "valid_from", "valid_to"
PLACES = (X, Y, WKT)
OWN = {
    X: _("x: longitude, easting"),
    Y: _("y: latitude, northing"),
    WKT: _("Shape as WKT"),
    CODE: _("Code"),
    STATE: _("State"),
    SINCE: _("Since"),
    UNTIL: _("Until"),
}
NORTHINGS = (890_000.0, 2_700_000.0)
EASTINGS = (100_000.0, 900_000.0)

# names met in the files of survey offices and of public data sets, folded
NAMES = {
    X: (
        "x|lon|lng|long|longitude|kinh do|kinhdo|toa do x|toado x|x vn2000|vn2000 x|easting|east|"
        "point x|xcoord|x coord|coord x|kinh"
    ),
    Y: (
        "y|lat|latitude|vi do|vido|toa do y|toado y|y vn2000|vn2000 y|northing|north|point y|"
        "ycoord|y coord|coord y|vi"
    ),
    WKT: ("wkt|the geom|geom|geometry|shape|hinh dang|shape wkt|geom wkt"),
    CODE: (
        "code|ma|ma so|maso|ma doi tuong|so hieu|object code|asset id|asset code|ma cay|tree id|"
        "treeid|ma hieu|id|objectid|fid"
    ),
    STATE: ("state|status|trang thai|tinh trang su dung"),
    SINCE: ("valid from|since|tu ngay|ngay bat dau"),
    UNTIL: ("valid to|until|den ngay|ngay ket thuc"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """`name` is what the mapping calls it; `needed` where a new object cannot be without."""

    name: str
    title: Any
    needed: bool = False
    help: Any = ""


def targets(kind: ObjectKind) -> list[Target]:
    """Everything that a column can become, the place first."""
    fields = [
        Target(field.name, f"{field.title} ({field.unit})" if field.unit else field.title, field.required)
        for field in kind.spec.fields
    ]
    return [*(Target(name, title) for name, title in OWN.items()), *fields]


def bare(name: str) -> str:
    """`Chiều cao (m)` → `chieu cao m`; `CHIEU_CAO` → `chieu cao`."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", folded(name)).split())


def wanted_names(kind: ObjectKind) -> dict[str, list[str]]:
    """For each target the names that it goes by, in both languages, the surest first."""
    found: dict[str, list[str]] = {}
    for field in kind.fields:
        names = [field["name"], field["title"], field.get("title_en", "")]
        unit = field.get("unit", "")
        found[field["name"]] = [
            bare(text) for name in names if name for text in (name, f"{name} {unit}".strip())
        ]
    return found | {target: names.split("|") for target, names in NAMES.items()}


def guessed(kind: ObjectKind, columns: Sequence[Mapping[str, Any]], geometry: str) -> dict[str, str]:
    """Target → column: each column at most once, exact names before those that only begin alike."""
    names = {column["name"]: bare(column["name"]) for column in columns}
    wanted = wanted_names(kind)
    if geometry:
        for place in PLACES:
            wanted.pop(place)
    found: dict[str, str] = {}
    for fits in (exact, alike):
        for target, known in wanted.items():
            free = [name for name in names if name not in found.values()]
            if target in found or (fits is alike and target in OWN):
                continue
            column = next((name for text in known for name in free if fits(names[name], text)), None)
            if column:
                found[target] = column
    return turned(one_place(found), columns)


def exact(name: str, wanted: str) -> bool:
    """The same words."""
    return bool(wanted) and name == wanted


def alike(name: str, wanted: str) -> bool:
    """One begins with the other, by whole words."""
    begins = f"{name} ".startswith(f"{wanted} ") or f"{wanted} ".startswith(f"{name} ")
    return min(len(wanted), len(name)) > 3 and begins


def one_place(found: dict[str, str]) -> dict[str, str]:
    """Half a pair of coordinates is none; beside a pair no WKT is needed."""
    if X in found and Y in found:
        found.pop(WKT, None)
    else:
        found.pop(X, None)
        found.pop(Y, None)
    return found


def turned(found: dict[str, str], columns: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Vietnamese surveyors call the northing X and the easting Y: told by the values."""
    samples = {column["name"]: column["samples"] for column in columns}
    if X in found and within(samples[found[X]], NORTHINGS) and within(samples[found[Y]], EASTINGS):
        found[X], found[Y] = found[Y], found[X]
    return found


def within(samples: Sequence[str], span: tuple[float, float]) -> bool:
    """All samples are numbers in a span, and there is one."""
    numbers = [number_of(sample) for sample in samples]
    return bool(numbers) and all(number is not None and span[0] <= number <= span[1] for number in numbers)


def number_of(text: str) -> float | None:
    """A sample as a number."""
    try:
        return float(text.replace(" ", "").replace(",", "."))
    except ValueError:
        return None
