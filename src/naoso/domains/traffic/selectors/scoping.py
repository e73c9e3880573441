"""Somebody's scope as a condition of plain SQL, for questions that the ORM cannot ask."""

from __future__ import annotations

from typing import Any

from naoso.core.people.scope import User, scope_of


def scope_sql(user: User, permission: str, table: str) -> tuple[str, dict[str, Any]]:
    """A condition on `owner_id` and `unit_id` of a table's short name, and its values."""
    scope = scope_of(user, permission)
    if scope.everything:
        return "true", {}
    parts: list[str] = []
    values: dict[str, Any] = {}
    for i, (owners, units) in enumerate(scope.bindings):
        name = f"{table}{i}"
        unit = f" AND {table}.unit_id = ANY(%({name}_units)s)" if units is not None else ""
        parts.append(f"({table}.owner_id = ANY(%({name}_owners)s){unit})")
        values |= {f"{name}_owners": list(owners), f"{name}_units": list(units or ())}
    return " OR ".join(parts) or "false", values
