"""A kind, its fields and what a change does to its objects, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from naoso.core.objects.forms import limits
from naoso.core.objects.models import ObjectKind
from naoso.core.objects.pages.showing import in_words
from naoso.core.objects.reshaping import Outcome
from naoso.core.objects.values import TYPE_WORDS
from naoso.kernel.kinds import Field


@dataclass(frozen=True, slots=True)
class Described:
    """A kind in the list of kinds; `by` is the system that declares it, "" for one made here."""

    kind: ObjectKind
    by: str
    fields: int
    public: int


def described(kind: ObjectKind) -> Described:
    """A kind with who declares it."""
    titles = {module.slug: str(module.title) for module in settings.MODULES}
    by = titles.get(kind.domain, kind.domain) if kind.declared else ""
    spec = kind.spec
    return Described(kind, by, len(spec.fields), sum(field.public for field in spec.fields))


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field of a declared kind, to read."""

    field: Field
    type: str
    limits: str
    marks: str


def field_lines(fields: Iterable[Field]) -> list[FieldLine]:
    """What each field takes."""
    types = TYPE_WORDS()
    return [FieldLine(field, types[field.type], limits(field), ", ".join(marks(field))) for field in fields]


def marks(field: Field) -> list[str]:
    """What holds of the field beside its values."""
    found = [
        (field.required, _("required")), (field.public, _("open data")),
        (field.counted, _("counted on the map")), (field.indexed, _("indexed")),
    ]  # fmt: skip
    return [words for holds, words in found if holds]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a change would do, before it is done."""

    rows: int
    changed: int
    unfit: int
    lost: list[tuple[str, int]]
    misfits: list[tuple[str, str, str, str]]
    blocked: bool


def outlook_lines(outcome: Outcome, kind: ObjectKind) -> Outlook:
    """Counts, and the first values that do not fit: code, field, value, rule."""
    before = {field.name: field for field in kind.spec.fields}
    return Outlook(
        rows=outcome.rows,
        changed=outcome.changed,
        unfit=outcome.unfit,
        lost=[(str(before[name].title), n) for name, n in sorted(outcome.lost.items())],
        misfits=[
            (one.code, one.title, value_words(before.get(one.field), one.value), one.message)
            for one in outcome.misfits
        ],
        blocked=bool(outcome.unfit_required),
    )  # fmt: skip


def value_words(field: Field | None, value: Any) -> str:
    """As people read it today."""
    return in_words(field, value) if field else "–" if value is None else str(value)
