"""Answers to the questions of a category: each in its kind, required ones present."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from naoso.kernel.errors import BadInput, FieldError
from naoso.kernel.text import nfc

MOST_LETTERS = 500
YES, NO = {"yes", "true", "1", "on"}, {"no", "false", "0"}


class Asked(Protocol):
    """What this room needs of a question; `choices` is a list of {key, label, label_en}."""

    code: Any
    label: Any
    kind: Any
    choices: Any
    required: Any


class _Broken(Exception):
    """The rule that an answer breaks, with words for it."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule, self.message = rule, message


def checked_answers(
    questions: Iterable[Asked], given: Mapping[str, Any], *, complete: bool = True
) -> dict[str, Any]:
    """code → value in its kind; unknown codes are left out. Raises BadInput naming every break.

    Without `complete` a required answer may be missing: somebody on the telephone may not know it.
    """
    answers: dict[str, Any] = {}
    breaks: list[FieldError] = []
    for question in questions:
        raw = given.get(question.code)
        if raw in (None, "", []):
            if question.required and complete:
                breaks.append(FieldError(f"answers.{question.code}", "", "required", question.label))
            continue
        try:
            answers[question.code] = READERS[question.kind](question, raw)
        except _Broken as broken:
            breaks.append(FieldError(f"answers.{question.code}", raw, broken.rule, broken.message))
    if breaks:
        raise BadInput(*breaks)
    return answers


def _text(_question: Asked, raw: Any) -> str:
    text = nfc(str(raw)).strip()
    if len(text) > MOST_LETTERS:
        raise _Broken("length", f"at most {MOST_LETTERS} letters")
    return text


def _number(_question: Asked, raw: Any) -> float:
    try:
        value = float(str(raw).replace(",", "."))
    except ValueError:
        raise _Broken("number", "a number such as 12,5") from None
    if not math.isfinite(value):
        raise _Broken("number", "a finite number")
    return value


def _date(_question: Asked, raw: Any) -> str:
    try:
        return dt.date.fromisoformat(str(raw)).isoformat()
    except ValueError:
        raise _Broken("date", "a date such as 2026-11-22") from None


def _yes_no(_question: Asked, raw: Any) -> bool:
    word = str(raw).lower()
    if word not in YES | NO:
        raise _Broken("choice", "yes or no")
    return word in YES


def _choice(question: Asked, raw: Any) -> str:
    if str(raw) not in {choice["key"] for choice in question.choices}:
        raise _Broken("choice", "one of the choices")
    return str(raw)


def _multi(question: Asked, raw: Any) -> list[str]:
    items = raw if isinstance(raw, list | tuple) else [raw]
    return [_choice(question, item) for item in items]


READERS = {
    "text": _text,
    "number": _number,
    "date": _date,
    "yes_no": _yes_no,
    "choice": _choice,
    "multi": _multi,
}
