"""What CSV and workbooks share: where the header stands, what its names are, how wide a row is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from naoso.connectors.datasets.cells import clean_name
from naoso.connectors.datasets.types import Limits
from naoso.kernel.errors import BadInput, FieldError

LOOK = 20


def header_place(rows: Sequence[Sequence[Any]]) -> int:
    """The first row that fills at least half as many cells as the widest near it: titles stand above it."""
    widths = [filled(row) for row in rows[:LOOK]]
    if not widths or not max(widths):
        raise BadInput.of("file", "", "empty", "the table has no header")
    return next(place for place, width in enumerate(widths) if width * 2 >= max(widths))


def filled(row: Sequence[Any]) -> int:
    """How many cells hold something."""
    return sum(not blank(cell) for cell in row)


def blank(cell: Any) -> bool:
    """None, or text of blanks."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def names_of(header: Sequence[Any], limits: Limits) -> tuple[str, ...]:
    """One name for each column: an empty one is numbered, a repeated one too."""
    cells = list(header)
    while cells and blank(cells[-1]):
        cells.pop()
    if len(cells) > limits.columns:
        words = f"the table has {len(cells)} columns; at most {limits.columns} are taken"
        raise BadInput.of("columns", len(cells), "count", words)
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        base = f"column {place}" if blank(cell) else clean_name(str(cell))
        name, copy = base, 1
        while name in names:
            copy += 1
            name = f"{base} ({copy})"
        names.append(name)
    return tuple(names)


def paired(
    names: Sequence[str], row: Sequence[Any], *, sparse: bool = False
) -> tuple[dict[str, Any], FieldError | None]:
    """Cells by name. A row of another width is a problem, but for empty cells beyond the header.

    `sparse`: the format leaves empty cells at the end out.
    """
    cells = dict(zip(names, row, strict=False))
    if len(row) == len(names) or (sparse and len(row) < len(names)):
        return cells, None
    if len(row) > len(names) and all(blank(cell) for cell in row[len(names) :]):
        return cells, None
    return cells, FieldError("row", shown(row), "shape", f"has {len(row)} cells, the header {len(names)}")


def shown(row: Sequence[Any]) -> str:
    """The row's beginning."""
    return " | ".join(str(cell)[:40] for cell in row[:10])
