"""Facts that have happened: frozen, named by a past participle, versioned."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from naoso.kernel.ids import uuid7


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may hear of an event: holders of `permission` in scope of owner and unit."""

    permission: str
    owner_id: int | None = None
    unit_id: int | None = None
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """`name` is `<app>.<what_happened>`; `data` holds JSON values only, ids rather than rows.

    A change that a reader of version n could misread makes version n + 1.
    """

    name: str
    data: dict[str, Any]
    audience: Audience
    version: int = 1
    id: uuid.UUID = field(default_factory=uuid7)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
