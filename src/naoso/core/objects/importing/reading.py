"""A row of a file → typed values of a kind, or every rule that it breaks."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from naoso.connectors.datasets import Row, coordinates
from naoso.core.objects import values
from naoso.core.objects.importing.plausible import plausible_of
from naoso.core.objects.importing.targets import CODE, OWN, SINCE, STATE, UNTIL, WKT, X, Y
from naoso.core.objects.models import CODE_RULE, ObjectKind, State
from naoso.kernel.errors import BadInput, FieldError
from naoso.kernel.kinds import Field
from naoso.kernel.text import folded, nfc

REMEMBERED = 5000
POINT = struct.Struct("<BIdd")


@dataclass(slots=True)
class Typed:
    """What a row says; `problems` refuse it, `warnings` do not."""

    number: int
    code: str = ""
    state: str | None = None
    since: str | None = None
    until: str | None = None
    wkb: bytes | None = None
    data: dict[str, Any] = field(default_factory=dict)
    problems: list[FieldError] = field(default_factory=list)
    warnings: list[FieldError] = field(default_factory=list)


class Reader:
    """Reads the rows of one file by one mapping."""

    def __init__(self, kind: ObjectKind, mapping: Mapping[str, str]) -> None:
        self.kind = kind
        self._fields = [
            (spec, mapping[spec.name], Cell(spec)) for spec in kind.spec.fields if spec.name in mapping
        ]
        self._own = {target: mapping[target] for target in OWN if target in mapping}
        self._named = {column: target for target, column in mapping.items()}
        missing = {spec.name for spec in kind.spec.fields if spec.required and spec.name not in mapping}
        self._later = missing if CODE in mapping else set()
        self._states = state_words()
        self._days = Cell(Field(SINCE, "", "date")), Cell(Field(UNTIL, "", "date"))
        self._plausible = plausible_of(kind)

    def read(self, row: Row) -> Typed:
        """Every broken rule of the row, not the first alone."""
        typed = Typed(row.number, wkb=row.wkb)
        if row.problem:
            name = self._named.get(row.problem.field, row.problem.field)
            typed.problems.append(replace(row.problem, field=name))
        for take in (self._place, self._head):
            take(row, typed)
        for spec, column, cell in self._fields:
            try:
                value = cell.typed(row.values.get(column))
            except BadInput as error:
                typed.problems.extend(error.errors)
                continue
            if value not in (None, "", []):
                typed.data[spec.name] = value
        self._judge(typed)
        return typed

    def _judge(self, typed: Typed) -> None:
        """By the kind's schema; then, where it is sound, by what is likely. A broken cell is told once."""
        told = {error.field for error in typed.problems}
        for error in values.problems(self.kind, typed.data):
            if error.field not in told and not (error.rule == "required" and error.field in self._later):
                typed.problems.append(error)
        if self._plausible and not typed.problems:
            typed.warnings.extend(self._plausible(typed.data))

    def _place(self, row: Row, typed: Typed) -> None:
        try:
            if WKT in self._own:
                typed.wkb = shape_of(row.values.get(self._own[WKT]))
            elif X in self._own and Y in self._own:
                typed.wkb = point_of(row.values.get(self._own[X]), row.values.get(self._own[Y]))
        except BadInput as error:
            typed.problems.extend(error.errors)
            return
        if typed.wkb is None and not any(error.field == "geometry" for error in typed.problems):
            typed.problems.append(FieldError("shape", "", "place", ""))

    def _head(self, row: Row, typed: Typed) -> None:
        """Code, state and dates."""
        if CODE in self._own:
            typed.code = code_of(row.values.get(self._own[CODE]), typed.problems)
        if STATE in self._own:
            typed.state = self._state(row.values.get(self._own[STATE]), typed.problems)
        days: list[str | None] = [None, None]
        for place, target in enumerate((SINCE, UNTIL)):
            if target in self._own:
                try:
                    days[place] = self._days[place].typed(row.values.get(self._own[target]))
                except BadInput as error:
                    typed.problems.extend(error.errors)
        typed.since, typed.until = days
        if typed.since and typed.until and typed.until < typed.since:
            typed.problems.append(FieldError(UNTIL, typed.until, "order", ""))

    def _state(self, cell: Any, problems: list[FieldError]) -> str | None:
        if cell is None:
            return None
        found = self._states.get(folded(str(cell)))
        if found is None:
            known = ", ".join(str(state.label) for state in State)
            words = _("Unknown choice; known: %(choices)s.") % {"choices": known}
            problems.append(FieldError(STATE, cell, "choice", words))
        return found


class Cell:
    """Typed values of one field; texts that come again and again are read once."""

    def __init__(self, spec: Field) -> None:
        self._spec = spec
        self._known: dict[str, Any] = {}
        self._kept = spec.type not in {"text", "number", "integer"}

    def typed(self, cell: Any) -> Any:
        """None where the cell is empty; raises BadInput naming field, value and rule."""
        if cell is None:
            return None
        if isinstance(cell, str):
            return self._of_text(cell)
        own = OWN_TYPES[self._spec.type](cell)
        return self._of_text(plain(cell)) if own is None else own

    def _of_text(self, text: str) -> Any:
        if self._spec.type == "text":
            return nfc(text.strip())
        if not self._kept:
            return values.from_text(self._spec, text)
        if text not in self._known:
            value = values.from_text(self._spec, text)
            if len(self._known) > REMEMBERED:
                self._known.clear()
            self._known[text] = value
        return self._known[text]


def plain(cell: Any) -> str:
    """A typed cell as the text that a person would have written."""
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ") if cell.time() != dt.time() else cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def number_typed(cell: Any) -> Any:
    """Numbers are; yes and no are none."""
    return cell if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def date_typed(cell: Any) -> str | None:
    """A date, also of a cell with the time of day."""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, dt.date) else None


OWN_TYPES: dict[str, Callable[[Any], Any]] = {
    "text": plain,
    "number": number_typed,
    "integer": lambda cell: (
        int(cell) if isinstance(cell, float) and cell.is_integer() else number_typed(cell)
    ),
    "boolean": lambda cell: cell if isinstance(cell, bool) else None,
    "date": date_typed,
    "choice": lambda _cell: None,
    "choices": lambda _cell: None,
}


def point_of(x: Any, y: Any) -> bytes | None:
    """WKB of two cells; None where both are empty."""
    if x is None and y is None:
        return None
    if not (isinstance(x, float | int) and isinstance(y, float | int)):
        try:
            x, y = coordinates("" if x is None else str(x), "" if y is None else str(y))
        except BadInput as error:
            raise BadInput(
                *(FieldError(f"@{one.field}", one.value, one.rule, one.message) for one in error.errors)
            ) from error
    return POINT.pack(1, 1, x, y)


def shape_of(cell: Any) -> bytes | None:
    """WKB of a cell of WKT; raises BadInput."""
    if cell is None:
        return None
    try:
        shape = shapely.force_2d(shapely.from_wkt(str(cell)))
    except (shapely.errors.GEOSException, TypeError, ValueError) as error:
        raise BadInput.of(WKT, str(cell)[:200], "wkt", _("This is no shape in WKT.")) from error
    return bytes(shapely.to_wkb(shape, byte_order=1))


def code_of(cell: Any, problems: list[FieldError]) -> str:
    """As text; empty where the cell is."""
    if cell is None:
        return ""
    code = nfc(plain(cell)).strip()
    try:
        CODE_RULE(code)
    except ValidationError:
        problems.append(FieldError(CODE, code[:200], "form", str(CODE_RULE.message)))
        return ""
    return code


def state_words() -> dict[str, str]:
    """Each state by its value and by its title in both languages."""
    found = {str(state): str(state) for state in State}
    for language in ("vi", "en"):
        with override(language):
            found |= {folded(str(state.label)): str(state) for state in State}
    return found
