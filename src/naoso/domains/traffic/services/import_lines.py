"""Lines of a file of plates: what each says, and what became of it with field, value and rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.connectors.datasets import Row
from naoso.domains.traffic.plates import Known, as_written, known
from naoso.domains.traffic.services.lists import Line, in_grammar
from naoso.kernel.text import folded

PLATE_NAMES = {
    "bien so", "bien so xe", "bien kiem soat", "bks", "so xe", "plate", "license plate", "number plate",
}  # fmt: skip
NOTE_NAMES = {"ghi chu", "ly do", "note", "reason", "mo ta"}
UNTIL_NAMES = {
    "het han", "han", "hieu luc den", "co hieu luc den", "co hieu luc den ngay", "den ngay", "valid until",
    "expires",
}  # fmt: skip
LONGEST = 40
FIELDS = {"plate": _("Number plate"), "expires_on": _("Valid until"), "row": _("Line")}
OUTCOMES = {
    "refused": pgettext_lazy("import", "refused"),
    "joined": pgettext_lazy("import", "joined"),
    "repaired": pgettext_lazy("import", "repaired"),
}
RULES = {
    "empty": pgettext_lazy("import", "nothing stands there"),
    "plate": pgettext_lazy("import", "no plate of the grammar"),
    "date": pgettext_lazy("import", "no day of the calendar, such as 31/12/2030"),
    "over": pgettext_lazy("import", "this day is over already"),
    "shape": pgettext_lazy("import", "not as many cells as the heading"),
    "length": pgettext_lazy("import", "the line is too long; perhaps a quotation mark is not closed"),
    "syntax": pgettext_lazy("import", "the line is no CSV"),
    "cell": pgettext_lazy("import", "the cell holds an error in place of a value"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a line: `plate` where it holds one, else the field and value that break a rule."""

    number: int
    text: str
    outcome: str
    plate: str = ""
    field: str = ""
    value: str = ""
    rule: str = ""

    def stored(self) -> dict[str, Any]:
        """As the report keeps it."""
        return asdict(self)


def judged(row: Row) -> Line | Told:
    """A line that can be added, or why not."""
    named = any(folded(name) in PLATE_NAMES for name in row.values)
    text = cell(row, PLATE_NAMES) if named else first_cell(row)
    plate = known(text, repair=True) if text and len(text) <= LONGEST else None
    if plate is None:
        return no_plate(row, text)
    written = cell(row, UNTIL_NAMES)
    until = date_of(written)
    if written and until is None:
        return Told(row.number, text, "refused", field="expires_on", value=written[:LONGEST], rule="date")
    if until is not None and until < timezone.localdate():
        return Told(row.number, text, "refused", field="expires_on", value=written[:LONGEST], rule="over")
    return Line(text, plate, cell(row, NOTE_NAMES), until)


def no_plate(row: Row, text: str) -> Told:
    """The line's own fault, where the reader of the file found one."""
    if row.problem is not None:
        field, value, rule = row.problem.field, str(row.problem.value), row.problem.rule
    else:
        field, value, rule = "plate", text, "plate" if text else "empty"
    return Told(row.number, text[:LONGEST], "refused", field=field, value=value[:LONGEST], rule=rule)


def in_words(told: dict[str, Any]) -> dict[str, Any]:
    """A line of the report as people read it."""
    field, rule = told["field"], told["rule"]
    words = {"field": str(FIELDS.get(field, field)), "rule": str(RULES.get(rule, rule))}
    words["plate"] = as_written(told["text"], told["plate"]) if told["plate"] else ""
    return told | words | {"outcome": str(OUTCOMES[told["outcome"]]), "refused": told["outcome"] == "refused"}


def columns(told: Told) -> Sequence[object]:
    """The same as a line of CSV."""
    said = in_words(told.stored())
    return [said[name] for name in ("number", "text", "outcome", "plate", "field", "value", "rule")]


def headings() -> Sequence[str]:
    """Of these columns."""
    words = (
        pgettext_lazy("import", "Line"), _("As written"), pgettext_lazy("import", "Outcome"), _("Plate"),
        pgettext_lazy("import", "Field"), pgettext_lazy("import", "Value"), pgettext_lazy("import", "Rule"),
    )  # fmt: skip
    return [str(word) for word in words]


def cell(row: Row, names: set[str]) -> str:
    """The first filled cell under one of these headings."""
    for name, value in row.values.items():
        if value not in (None, "") and folded(name) in names:
            return str(value).strip()
    return ""


def first_cell(row: Row) -> str:
    """Where no heading names the plate: the first cell that is one, else the first that is filled."""
    texts = [str(value).strip() for value in row.values.values() if value not in (None, "")]
    return next((text for text in texts if known_plate(text)), texts[0] if texts else "")


def known_plate(text: str) -> Known | None:
    """Short enough to be one, and one."""
    return in_grammar(text) if len(text) <= LONGEST else None


def date_of(text: str) -> dt.date | None:
    """dd/mm/yyyy or ISO; nothing where it is neither."""
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        with suppress(ValueError):
            return dt.datetime.strptime(text[:10], form).date()  # noqa: DTZ007 - a day
    return None
