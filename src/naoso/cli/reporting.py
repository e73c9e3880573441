"""How a command fails: in a line that a person can use, and exit 1."""

from __future__ import annotations

import typer

from naoso.cli import engines, lifecycle
from naoso.kernel.errors import BadInput, shown


class reported:  # noqa: N801 - reads as a word where it is used
    """Turns an engine's error into a line and exit 1."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """The error's own text is what a person needs; a trace is not."""
        if isinstance(error, BadInput):
            for broken in error.errors:
                line = f"naoso: {broken.field} {shown(broken.value)}: {broken.message}"
                lifecycle.console.print(line, markup=False)
            raise typer.Exit(1) from error
        if isinstance(error, engines.EngineError):
            lifecycle.console.print(f"[red]naoso:[/] {error}", markup=True)
            raise typer.Exit(1) from error
