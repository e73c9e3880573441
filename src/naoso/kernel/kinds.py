"""Kinds of city objects: what a tree, a lamp or a school is made of, declared in a few lines.

A domain declares kinds in its `module.py`; an administrator declares the same on a screen. Values live
in one JSON object for each city object and are judged by `schema(kind)`, a JSON Schema (draft 2020-12).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from naoso.kernel.errors import BadInput

FieldType = Literal["text", "integer", "number", "boolean", "date", "choice", "choices"]
Geometry = Literal["point", "line", "polygon"]
FIELD_TYPES: tuple[str, ...] = get_args(FieldType)
GEOMETRIES: tuple[str, ...] = get_args(Geometry)
NAME = re.compile(r"^[a-z][a-z0-9_]{0,39}\Z")
RESERVED = frozenset({"id", "code", "state", "owner", "unit", "shape", "geometry", "valid_from", "valid_to"})
TAKEN_SLUGS = frozenset({"exports", "imports", "kinds", "public", "suggestions"})
"""Words of addresses under `/objects/`."""
MOST_FIELDS = 80
MOST_TEXT = 2000
JSON_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string", "maxLength": MOST_TEXT},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice; `colour` is `#rrggbb` and paints objects coloured by this field."""

    value: str
    title: Any
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One property of a kind.

    `unit` is a UCUM-like symbol shown behind the figure. `counted` fields are counted in every cell of
    the map, so a filter on them costs nothing at any zoom: choices and yes/no only. `edit_right` and
    `view_right` name a permission beside the objects' own. `public` fields leave the house as open data.
    """

    name: str
    title: Any
    type: FieldType = "text"
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    required: bool = False
    public: bool = True
    counted: bool = False
    indexed: bool = False
    edit_right: str = ""
    view_right: str = ""
    help: Any = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of city object. `label` and `colour` name fields: the words beside a mark, and its colour."""

    slug: str
    title: Any
    icon: str
    fields: tuple[Field, ...] = ()
    geometry: Geometry = "point"
    label: str = ""
    colour: str = ""
    tint: str = "#2f9e44"
    public: bool = True
    near_m: float = 1.0
    """Two objects of the kind nearer than this are held for a double."""
    plausible: str = ""
    """Dotted path of `f(values) -> list[FieldError]`: what is possible but unlikely; declared kinds only."""

    def field(self, name: str) -> Field | None:
        """The field of that name."""
        return next((field for field in self.fields if field.name == name), None)


def check(kind: Kind) -> Kind:
    """Raises BadInput with field, value and rule where a declaration makes no sense; returns the kind."""
    if not NAME.match(kind.slug.replace("-", "_")):
        raise BadInput.of("slug", kind.slug, "form", "small letters, digits and hyphens; begin with a letter")
    if kind.slug in TAKEN_SLUGS:
        raise BadInput.of("slug", kind.slug, "taken", "this word is an address of the house")
    if kind.geometry not in GEOMETRIES:
        raise BadInput.of("geometry", kind.geometry, "known", f"one of {', '.join(GEOMETRIES)}")
    if len(kind.fields) > MOST_FIELDS:
        raise BadInput.of("fields", str(len(kind.fields)), "count", f"{MOST_FIELDS} fields at most")
    seen: set[str] = set()
    for field in kind.fields:
        if field.name in seen:
            raise BadInput.of("fields", field.name, "unique", "two fields have the same name")
        seen.add(field.name)
        check_field(field)
    _check_uses(kind, seen)
    return kind


def _check_uses(kind: Kind, names: set[str]) -> None:
    for use, name in (("label", kind.label), ("colour", kind.colour)):
        if name and name not in names:
            raise BadInput.of(use, name, "known", "no field has this name")
    if kind.colour and not any(field.name == kind.colour and field.counted for field in kind.fields):
        raise BadInput.of("colour", kind.colour, "counted", "colour by a field that is counted on the map")


def check_field(field: Field) -> None:
    """Raises BadInput where a field by itself makes no sense."""
    if not NAME.match(field.name) or field.name in RESERVED:
        raise BadInput.of(
            "name",
            field.name,
            "form",
            "small letters, digits and _; begin with a letter; not a reserved word",
        )
    if field.type not in FIELD_TYPES:
        raise BadInput.of("type", field.type, "known", f"one of {', '.join(FIELD_TYPES)}")
    if field.type in {"choice", "choices"} and not field.choices:
        raise BadInput.of("choices", field.name, "required", "a choice needs at least one value")
    values = [choice.value for choice in field.choices]
    if len(values) != len(set(values)) or "" in values:
        raise BadInput.of("choices", field.name, "unique", "each choice has a value of its own")
    if field.counted and field.type not in {"choice", "boolean"}:
        raise BadInput.of("counted", field.name, "type", "only choices and yes/no are counted on the map")
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        raise BadInput.of("minimum", str(field.minimum), "order", "the least value is above the greatest")


def field_schema(field: Field) -> dict[str, Any]:
    """JSON Schema of one field's value."""
    values = [choice.value for choice in field.choices]
    if field.type == "choice":
        return {"type": "string", "enum": values}
    if field.type == "choices":
        return {"type": "array", "items": {"type": "string", "enum": values}, "uniqueItems": True}
    found = dict(JSON_TYPES[field.type])
    if field.type in {"integer", "number"}:
        if field.minimum is not None:
            found["minimum"] = field.minimum
        if field.maximum is not None:
            found["maximum"] = field.maximum
    return found


def schema(fields: Iterable[Field]) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the values of one object."""
    listed: Sequence[Field] = list(fields)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {field.name: field_schema(field) for field in listed},
        "required": [field.name for field in listed if field.required],
        "additionalProperties": False,
    }
