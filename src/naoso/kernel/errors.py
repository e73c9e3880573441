"""Errors that name the field, the value and the rule, for people and for machines (RFC 9457)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SHOWN_VALUE_LENGTH = 120


class NaosoError(Exception):
    """Base of every error that the house raises on purpose."""

    code = "error"
    status = 500

    def problem(self) -> dict[str, Any]:
        """RFC 9457 problem details: type, title, status, detail."""
        return {
            "type": f"urn:naoso:problem:{self.code}",
            "title": self.code.replace("-", " "),
            "status": self.status,
            "detail": str(self),
        }


class NotAllowed(NaosoError):
    """The actor lacks the permission for this object; nothing was written."""

    code = "not-allowed"
    status = 403


class Conflict(NaosoError):
    """The object changed since the actor saw it; nothing was written."""

    code = "conflict"
    status = 409


@dataclass(frozen=True)
class FieldError:
    """One broken rule: which field, what was sent, which rule it breaks, in words."""

    field: str
    value: Any
    rule: str
    message: str

    def as_dict(self) -> dict[str, Any]:
        """The member of `errors` in a problem document; long values are cut."""
        return {
            "field": self.field,
            "value": shown(self.value),
            "rule": self.rule,
            "message": self.message,
        }


class BadInput(NaosoError):
    """Input that breaks at least one rule; carries every break found, not the first alone."""

    code = "bad-input"
    status = 422

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("; ".join(f"{e.field}: {e.message}" for e in errors))
        self.errors = errors

    @classmethod
    def of(cls, field: str, value: Any, rule: str, message: str) -> BadInput:
        """The usual case of one broken rule."""
        return cls(FieldError(field, value, rule, message))

    def problem(self) -> dict[str, Any]:
        """Problem details with an `errors` member, one entry for each broken rule."""
        return super().problem() | {"errors": [e.as_dict() for e in self.errors]}


def shown(value: Any) -> str:
    """A value as it may stand in an error message: printable and short."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= SHOWN_VALUE_LENGTH else text[:SHOWN_VALUE_LENGTH] + "…"
