"""What a changed declaration asks of the objects that are there: values moved, read anew, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs
from django.utils.translation import gettext as _

from naoso.core.objects import values
from naoso.kernel.errors import BadInput
from naoso.kernel.kinds import Field, Kind, field_schema

MOST_TOLD = 20
Judge = jsonschema_rs.Draft202012Validator


@dataclass(frozen=True, slots=True)
class Step:
    """A field as it will be, and as it was; `fill` is for objects without a value."""

    after: Field
    judge: Judge
    before: Field | None = None
    fill: Any = None


@dataclass(frozen=True, slots=True)
class Todo:
    """Everything that a change asks of the objects; `gone` are the names of fields taken away."""

    steps: tuple[Step, ...] = ()
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.steps or self.gone)

    @property
    def touched(self) -> set[str]:
        """Names whose values are taken up."""
        return {step.before.name for step in self.steps if step.before} | set(self.gone)


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that the new declaration does not take."""

    code: str
    field: str
    title: str
    value: Any
    rule: str
    message: str
    required: bool


@dataclass(slots=True)
class Outcome:
    """What the change would do: rows that hold values of the fields in question, and how they fare."""

    rows: int = 0
    changed: int = 0
    unfit: int = 0
    unfit_required: int = 0
    lost: dict[str, int] = field(default_factory=dict)
    """How many values go with each field that is taken away."""
    misfits: list[Misfit] = field(default_factory=list)

    def add(self, done: Reshaped) -> None:
        """One more row."""
        self.rows += 1
        self.changed += done.changed
        self.unfit += bool(done.misfits)
        self.unfit_required += any(one.required for one in done.misfits)
        self.misfits += done.misfits[: MOST_TOLD - len(self.misfits)]
        for name in done.lost:
            self.lost[name] = self.lost.get(name, 0) + 1


@dataclass(frozen=True, slots=True)
class Reshaped:
    """One row's values under the new declaration; what does not fit is left out."""

    data: dict[str, Any]
    changed: bool
    misfits: list[Misfit]
    lost: list[str]


def todo_of(
    before: Kind, after: Kind, renamed: Mapping[str, str], fills: Mapping[str, str] | None = None
) -> Todo:
    """What there is to do to rows; nothing where titles, rights, colours or the order alone changed.

    `renamed` maps old names to new ones; `fills` gives text for objects without a value of a field.
    """
    came_from = {new: old for old, new in renamed.items()}
    kept: set[str] = set()
    found = []
    for new in after.fields:
        old = before.field(came_from.get(new.name, "" if new.name in renamed else new.name))
        kept |= {old.name} if old else set()
        fill = filled(new, (fills or {}).get(new.name, ""))
        if same(old, new) and fill is None:
            continue
        if old or new.required or fill is not None:
            found.append(Step(new, Judge(field_schema(new), validate_formats=True), old, fill))
    gone = tuple(old.name for old in before.fields if old.name not in kept)
    return Todo(tuple(found), gone)


def same(old: Field | None, new: Field) -> bool:
    """Whether every value of the one is a value of the other under the same name."""
    if old is None or old.name != new.name or old.type != new.type:
        return False
    still = {choice.value for choice in old.choices} <= {choice.value for choice in new.choices}
    wider = loosened(old.minimum, new.minimum, -1) and loosened(old.maximum, new.maximum, 1)
    return still and wider and (old.required or not new.required)


def loosened(old: float | None, new: float | None, sign: int) -> bool:
    """Whether a limit lets pass whatever passed before."""
    return new is None or (old is not None and sign * new >= sign * old)


def filled(field_: Field, text: str) -> Any:
    """The value for objects that have none; raises BadInput where it is none of the field's."""
    value = values.from_text(field_, text) if text.strip() else None
    if value is not None and not Judge(field_schema(field_), validate_formats=True).is_valid(value):
        raise BadInput.of("fill", text, "valid", _("The field does not take this value."))
    return value


def reshaped(todo: Todo, code: str, data: Mapping[str, Any]) -> Reshaped:
    """The values after all steps."""
    touched = todo.touched
    made = {name: value for name, value in data.items() if name not in touched}
    misfits: list[Misfit] = []
    for step in todo.steps:
        value = data.get(step.before.name) if step.before else None
        try:
            fitting = read_anew(step, value)
        except BadInput as error:
            misfits.append(misfit(step.after, code, value, error))
        else:
            made |= {step.after.name: fitting} if fitting is not None else {}
    lost = [name for name in todo.gone if data.get(name) is not None]
    return Reshaped(made, made != dict(data), misfits, lost)


def read_anew(step: Step, value: Any) -> Any:
    """A value as the new field has it; raises BadInput with the rule that it breaks."""
    value = step.fill if value is None else value
    if value is None:
        if step.after.required:
            raise BadInput.of(step.after.name, None, "required", _("This value is required."))
        return None
    if step.before and step.before.choices and step.after.type == "text":
        return "; ".join(titles(step.before, value))
    return value if step.judge.is_valid(value) else reread(step, value)


def reread(step: Step, value: Any) -> Any:
    """A value of another type, by way of text."""
    problems: list[BadInput] = []
    for text in texts(step.before, value):
        try:
            found = values.from_text(step.after, text)
        except BadInput as error:
            problems.append(error)
            continue
        broken = next(iter(step.judge.iter_errors(found)), None)
        if broken is None:
            return found
        rule = type(broken.kind).__name__.rpartition("_")[2]
        said = values.rule_words(step.after, rule, broken.message)
        problems.append(BadInput.of(step.after.name, value, rule.lower(), said))
    raise problems[0]


def texts(field_: Field | None, value: Any) -> list[str]:
    """A value as text: as it is stored, then as people read it."""
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, list):
        return [";".join(map(str, value)), ";".join(titles(field_, value))]
    if isinstance(value, float):
        return [f"{value:.12g}"]
    if field_ is not None and field_.choices:
        return [str(value), *titles(field_, value)]
    return [str(value)]


def titles(field_: Field | None, value: Any) -> list[str]:
    """What one choice, or each of several, is called."""
    known = {choice.value: str(choice.title) for choice in (field_.choices if field_ else ())}
    return [known.get(one, str(one)) for one in (value if isinstance(value, list) else [value])]


def misfit(after: Field, code: str, value: Any, error: BadInput) -> Misfit:
    """The first broken rule of a value."""
    broken = error.errors[0]
    return Misfit(code, after.name, str(after.title), value, broken.rule, broken.message, after.required)
