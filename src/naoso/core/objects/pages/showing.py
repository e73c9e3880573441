"""Values in words: as a card, a history and a table show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from naoso.core.objects.models import ObjectKind
from naoso.core.objects.selectors import seen_fields
from naoso.core.people.models import Account
from naoso.kernel.kinds import Field

NOTHING = "–"
DIGITS = 3
PALETTE = (
    "#1971c2", "#e8590c", "#2f9e44", "#9c36b5", "#f08c00", "#0c8599", "#c2255c", "#5c940d", "#6741d9",
    "#846358",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """One value beside its field's title; `colour` where the kind gives the choice one."""

    name: str
    title: str
    words: str
    unit: str = ""
    colour: str = ""
    empty: bool = False


def in_words(field: Field, value: Any) -> str:
    """A value as people read it, without its unit."""
    if value is None or value in ("", []):
        return NOTHING
    if field.type in {"choice", "choices"}:
        titles = {choice.value: str(choice.title) for choice in field.choices}
        listed = value if isinstance(value, list) else [value]
        return ", ".join(titles.get(one, str(one)) for one in listed)
    if field.type == "boolean":
        return _("Yes") if value else _("No")
    if field.type == "date":
        return day_in_words(str(value))
    if field.type in {"integer", "number"} and isinstance(value, int | float):
        plain = f"{round(value, DIGITS):.{DIGITS}f}".rstrip("0").rstrip(".")
        return number_format(plain, use_l10n=True, force_grouping=True)
    return str(value)


def day_in_words(text: str) -> str:
    """`2020-02-01` → `01/02/2020`; what is no date stays as it is."""
    try:
        return dt.date.fromisoformat(text).strftime("%d/%m/%Y")
    except ValueError:
        return text


def palette_of(field: Field) -> dict[str, str]:
    """A colour for every choice: the kind's own, else one by its place in the list."""
    return {
        choice.value: choice.colour or PALETTE[place % len(PALETTE)]
        for place, choice in enumerate(field.choices)
    }


def colour_of(field: Field, value: Any) -> str:
    """The colour that the kind gives a choice."""
    return next((choice.colour for choice in field.choices if choice.value == value), "")


def shown(field: Field, value: Any) -> Shown:
    """One value ready for a template."""
    empty = value is None or value in ("", [])
    return Shown(
        field.name, str(field.title), in_words(field, value), "" if empty else field.unit,
        colour_of(field, value), empty,
    )  # fmt: skip


def shown_values(kind: ObjectKind, user: Account, data: Mapping[str, Any]) -> list[Shown]:
    """Every value that the person may see, in the kind's order."""
    return [shown(field, data.get(field.name)) for field in seen_fields(kind, user)]


def label_of(kind: ObjectKind, user: Account, data: Mapping[str, Any]) -> str:
    """The words beside a mark on the map."""
    field = next((field for field in seen_fields(kind, user) if field.name == kind.label), None)
    return in_words(field, data[field.name]) if field and data.get(field.name) else ""
