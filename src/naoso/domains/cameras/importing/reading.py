"""A table → entries: what each line says, and every rule that it breaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from naoso.connectors import datasets
from naoso.connectors.datasets import Row
from naoso.connectors.rtsp import split_credentials
from naoso.core.objects.models import CityObject
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import scope_of
from naoso.domains.cameras.importing.columns import BY_FIELD, mapped
from naoso.domains.cameras.models import CameraGroup
from naoso.domains.cameras.module import PURPOSES
from naoso.domains.cameras.rules.address import carries_password, fault_of_literal
from naoso.domains.cameras.services.sources import MANAGE, is_rtsp
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat
from naoso.kernel.text import folded

MOST = 1000
NUMBERS = {
    "lon": (102, 118), "lat": (6, 24), "heading_deg": (0, 360), "view_deg": (1, 360), "range_m": (1, 5000),
    "channel": (1, 512),
}  # fmt: skip
YES = {"1", "x", "co", "yes", "true", "ptz"}
SECRET = frozenset({"password"})


@dataclass(slots=True)
class Entry:
    """One line. `problems` are (title of the column, value, words); no value of a password is among them."""

    number: int
    code: str = ""
    known: bool = False
    said: dict[str, Any] = field(default_factory=dict)
    problems: list[tuple[str, str, str]] = field(default_factory=list)

    def refuse(self, name: str, words: str) -> None:
        """A rule that the line breaks."""
        value = "" if name in SECRET else str(self.said.get(name, ""))[:120]
        self.problems.append((str(BY_FIELD[name].title), value, words))


@dataclass(frozen=True, slots=True)
class World:
    """What lines are judged by: groups, bodies and cameras of the actor's scope."""

    groups: Mapping[str, int]
    bodies: Mapping[str, int]
    cameras: Mapping[str, bool]
    owner: Organisation

    @classmethod
    def of(cls, actor: Account, owner: Organisation) -> World:
        """Cameras: code → whether the actor manages it."""
        groups = CameraGroup.objects.permitted_to(actor, MANAGE).values_list("name", "pk")
        scope = scope_of(actor, MANAGE)
        every = Organisation.objects.all()
        bodies = every if scope.everything else every.filter(scope.q("pk", ""))
        names: dict[str, int] = {}
        for pk, code, name in bodies.values_list("pk", "code", "name"):
            names |= {folded(name): pk, folded(code): pk}
        managed = set(
            CityObject.objects.filter(kind__slug="camera")
            .permitted_to(actor, MANAGE)
            .values_list("code", flat=True)
        )
        codes = CityObject.objects.filter(kind__slug="camera").values_list("code", flat=True)
        return cls(
            {folded(name): pk for name, pk in groups}, names, {code: code in managed for code in codes}, owner
        )


def read(path: Path, world: World) -> list[Entry]:
    """Every line of the first sheet. Raises BadInput for what is no table, or too long a one."""
    about = datasets.describe(path)
    columns = mapped([column.name for column in about.columns])
    if "main_url" not in columns:
        words = _("The table has no column with the address of the picture.")
        raise BadInput.of("file", ", ".join(column.name for column in about.columns)[:100], "columns", words)
    found: list[Entry] = []
    codes: set[str] = set()
    for row in datasets.rows(path):
        if len(found) >= MOST:
            raise BadInput.of("file", MOST, "count", _("At most 1,000 cameras at once: split the file."))
        entry = entry_of(row, columns, world)
        if entry.code and entry.code in codes:
            entry.refuse("code", _("This code stands on an earlier line too."))
        codes.add(entry.code)
        found.append(entry)
    return found


def entry_of(row: Row, columns: Mapping[str, str], world: World) -> Entry:
    """One line, judged by itself."""
    entry = Entry(row.number)
    for name, column in columns.items():
        value = row.values.get(column)
        if value is not None and str(value).strip():
            entry.said[name] = str(value).strip()
    if row.problem is not None:
        entry.problems.append((row.problem.field, "", row.problem.message))
    entry.code = entry.said.get("code", "")
    entry.known = entry.code in world.cameras
    split_secrets(entry)
    for judge in (judge_camera, judge_numbers, judge_place, judge_addresses, judge_names):
        judge(entry, world)
    return entry


def split_secrets(entry: Entry) -> None:
    """Credentials leave the addresses before anything is said about them."""
    for name in ("main_url", "sub_url"):
        if name in entry.said:
            entry.said[name], who = split_credentials(entry.said[name])
            if who:
                entry.said.setdefault("username", who.username)
                entry.said.setdefault("password", who.password)


def judge_camera(entry: Entry, world: World) -> None:
    """A new one needs a name; one of somebody else is not written over."""
    if entry.known and not world.cameras[entry.code]:
        entry.refuse("code", _("This camera belongs to somebody else."))
    if not entry.known and "name" not in entry.said:
        entry.refuse("name", _("A new camera needs a name."))


def judge_numbers(entry: Entry, world: World) -> None:  # noqa: ARG001 - every judge is asked alike
    """Numbers within what they can be; a comma is a point."""
    for name in NUMBERS.keys() & entry.said.keys():
        least, most = NUMBERS[name]
        try:
            number = float(str(entry.said[name]).replace(",", "."))
        except ValueError:
            entry.refuse(name, _("This is no number."))
            continue
        if not least <= number <= most:
            entry.refuse(name, _("Between %(least)s and %(most)s.") % {"least": least, "most": most})
        else:
            entry.said[name] = int(number) if name == "channel" else number
    if "can_turn" in entry.said:
        entry.said["can_turn"] = folded(str(entry.said["can_turn"])) in YES


def judge_place(entry: Entry, world: World) -> None:  # noqa: ARG001
    """Both coordinates or neither; a new camera has both."""
    given = [name for name in ("lon", "lat") if name in entry.said]
    if len(given) == 1 or (not given and not entry.known):
        entry.refuse("lon", _("Longitude and latitude, in degrees (WGS 84)."))
    elif all(isinstance(entry.said.get(name), float) for name in ("lon", "lat")):
        LonLat.checked(entry.said["lon"], entry.said["lat"])


def judge_addresses(entry: Entry, world: World) -> None:  # noqa: ARG001
    """As the form judges them."""
    if "main_url" not in entry.said:
        entry.refuse("main_url", _("The address of the picture is missing."))
    for name in ("main_url", "sub_url"):
        url = entry.said.get(name, "")
        if not url:
            continue
        if carries_password(url):
            entry.said[name] = ""
            words = _("The password must not be a part of the address: enter it in its own field.")
            entry.refuse(name, words)
        elif not is_rtsp(url):
            entry.refuse(name, _("An rtsp:// address without blanks, such as rtsp://10.0.0.5:554/stream1."))
        elif fault_of_literal(url, settings.CAMERA_NETWORKS):
            words = _("No camera can be at this address: it is this machine's own or a link-local one.")
            entry.refuse(name, words)


def judge_names(entry: Entry, world: World) -> None:
    """Group, owner and purpose by name or code."""
    for name, known in (("group", world.groups), ("owner", world.bodies)):
        if name in entry.said:
            found = known.get(folded(entry.said[name]))
            if found is None:
                entry.refuse(name, _("Not known, or not managed by you."))
            entry.said[name] = found or entry.said[name]
    if "purpose" in entry.said:
        words = folded(entry.said["purpose"])
        value = next((c.value for c in PURPOSES if words in {c.value, folded(str(c.title))}), None)
        if value is None:
            titles = ", ".join(str(choice.title) for choice in PURPOSES)
            entry.refuse("purpose", _("One of: %(titles)s.") % {"titles": titles})
        entry.said["purpose"] = value or entry.said["purpose"]


def counted(entries: Iterable[Entry]) -> dict[str, int]:
    """How many are new, changed, refused."""
    found = {"new": 0, "changed": 0, "refused": 0}
    for entry in entries:
        found["refused" if entry.problems else "changed" if entry.known else "new"] += 1
    return found
