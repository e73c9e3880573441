"""Values of an object against its kind: judged by one JSON Schema, told field by field."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

import jsonschema_rs
from cachetools import LRUCache, cached
from cachetools.keys import hashkey
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from naoso.core.objects.models import ObjectKind
from naoso.kernel.errors import BadInput, FieldError, NotAllowed
from naoso.kernel.kinds import Field
from naoso.kernel.text import folded, nfc

Rights = Callable[[str], bool]
NUL = "\x00"


@cached(LRUCache(256), key=lambda kind: hashkey(kind.pk, kind.version))
def validator(kind: ObjectKind) -> jsonschema_rs.Draft202012Validator:
    """Compiled once for each version of a kind."""
    return jsonschema_rs.Draft202012Validator(kind.schema, validate_formats=True)


def problems(kind: ObjectKind, data: Mapping[str, Any]) -> list[FieldError]:
    """Every broken rule: field, value, rule, in words. Empty where the values are sound."""
    found = []
    for error in validator(kind).iter_errors(dict(data)):
        path = [str(part) for part in error.instance_path]
        rule = type(error.kind).__name__.rpartition("_")[2]
        name = path[0] if path else named_in(error)
        found.append(FieldError(name, data.get(name), rule.lower(), words(kind, name, rule, error.message)))
    found += [
        FieldError(name, "…", "nul", _("The text holds a character that cannot be stored."))
        for name, value in data.items()
        if isinstance(value, str) and NUL in value
    ]
    return found


def named_in(error: Any) -> str:
    """The property that a rule about the whole object speaks of."""
    said = getattr(error.kind, "property", None)
    unexpected = getattr(error.kind, "unexpected", None)
    return str(said or (unexpected[0] if unexpected else "data"))


def words(kind: ObjectKind, name: str, rule: str, message: str) -> str:
    """What a person reads."""
    field = kind.spec.field(name)
    if field is None:
        return _("This kind of object has no field %(name)s.") % {"name": name}
    return rule_words(field, rule, message)


def rule_words(field: Field, rule: str, message: str) -> str:
    """The rule of a field that a value breaks, in words."""
    known = {
        "Required": _("This value is required."),
        "Minimum": _("At least %(limit)s.") % {"limit": field.minimum},
        "Maximum": _("At most %(limit)s.") % {"limit": field.maximum},
        "Enum": _("Choose one of: %(choices)s.")
        % {"choices": ", ".join(str(c.title) for c in field.choices)},
        "Type": _("A value of another type is expected: %(type)s.") % {"type": TYPE_WORDS()[field.type]},
        "Format": _("A date is expected, such as 25/11/2026."),
    }
    return known.get(rule, message)


def TYPE_WORDS() -> dict[str, str]:  # noqa: N802 - a table in the language of the page
    """What each type is called."""
    return {
        "text": _("text"), "integer": _("whole number"), "number": _("number"), "boolean": _("yes or no"),
        "date": _("date"), "choice": _("one choice"), "choices": _("choices"),
    }  # fmt: skip


def checked(kind: ObjectKind, data: Mapping[str, Any]) -> dict[str, Any]:
    """Sound values, without empty ones, text in NFC; raises BadInput with every broken rule."""
    kept = {
        name: nfc(value.strip()) if isinstance(value, str) else value
        for name, value in data.items()
        if value not in (None, "", [])
    }
    broken = problems(kind, kept)
    if broken:
        raise BadInput(*broken)
    return kept


def require_field_rights(kind: ObjectKind, names: set[str], rights: Rights) -> None:
    """Raises NotAllowed where a changed field asks for a right that is not held."""
    for field in kind.spec.fields:
        if field.name in names and field.edit_right and not rights(field.edit_right):
            raise NotAllowed(f"{field.edit_right} is needed for {field.name}")


def visible(kind: ObjectKind, data: Mapping[str, Any], rights: Rights) -> dict[str, Any]:
    """The values that this person may see."""
    hidden = {field.name for field in kind.spec.fields if field.view_right and not rights(field.view_right)}
    return {name: value for name, value in data.items() if name not in hidden}


def public(kind: ObjectKind, data: Mapping[str, Any]) -> dict[str, Any]:
    """The values that leave the house as open data."""
    shown = {field.name for field in kind.spec.fields if field.public and not field.view_right}
    return {name: value for name, value in data.items() if name in shown}


TRUE = {"1", "true", "yes", "co", "có", "x", "đúng", "dung", "y"}
FALSE = {"0", "false", "no", "khong", "không", "sai", "n"}


def from_text(field: Field, text: str, *, typed: bool = False) -> Any:
    """A cell of a table or a form as a typed value; raises BadInput naming the field and the rule.

    Numbers with a comma or a point before the decimals, dates as dd/mm/yyyy or yyyy-mm-dd, choices by value
    or title, tone marks and case ignored. `typed` by a person: `12.000` is what it is in their language.
    """
    text = nfc(text.strip())
    if not text:
        return None
    if typed and field.type in {"integer", "number"}:
        text = without_thousands(text)
    return READERS[field.type](field, text)


def without_thousands(text: str) -> str:
    """`12.000` in Vietnamese and `12,000` in English are twelve thousand; decimals stay."""
    mark = "," if (get_language() or "vi").startswith("en") else "."
    return text.replace(mark, "") if re.fullmatch(rf"-?\d{{1,3}}(\{mark}\d{{3}})+([.,]\d+)?", text) else text


def _number(field: Field, text: str) -> Any:
    plain = text.replace(" ", "").replace("\u00a0", "")
    for mark in ".,":
        if plain.count(mark) > 1:  # only thousands come more than once
            plain = plain.replace(mark, "")
    if "," in plain and "." in plain:  # the last of the two stands before the decimals
        thousands = "." if plain.rindex(",") > plain.rindex(".") else ","
        plain = plain.replace(thousands, "")
    plain = plain.replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise BadInput.of(field.name, text, "number", _("A number is expected."))
    if field.type == "integer":
        if value != int(value):
            raise BadInput.of(field.name, text, "integer", _("A whole number is expected."))
        return int(value)
    return value


def _date(field: Field, text: str) -> str:
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return dt.datetime.strptime(text[:10], form).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise BadInput.of(field.name, text, "date", _("A date is expected, such as 25/11/2026."))


def _boolean(field: Field, text: str) -> bool:
    if text.casefold() in TRUE | FALSE:
        return text.casefold() in TRUE
    raise BadInput.of(field.name, text, "boolean", _("Yes or no is expected."))


def _choice(field: Field, text: str) -> str:
    wanted = folded(text)
    for choice in field.choices:
        if text == choice.value or wanted in {folded(choice.value), folded(str(choice.title))}:
            return choice.value
    raise BadInput.of(
        field.name, text, "choice",
        _("Unknown choice; known: %(choices)s.")
        % {"choices": ", ".join(str(choice.title) for choice in field.choices)},
    )  # fmt: skip


READERS: dict[str, Callable[[Field, str], Any]] = {
    "text": lambda _field, text: text,
    "integer": _number,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "choice": _choice,
    "choices": lambda field, text: [_choice(field, part) for part in text.split(";") if part.strip()],
}
