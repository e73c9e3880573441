"""`naoso audit verify`: does the chain over the audit trail hold?"""

from __future__ import annotations

from typing import Annotated

import django
import typer

from naoso.kernel.modules import resolve

app = typer.Typer(help="The audit trail.", no_args_is_help=True)


@app.callback()
def audit() -> None:
    """The audit trail."""


@app.command("verify")
def verify(
    head: Annotated[
        str, typer.Option(help="A head that you noted earlier: it must still stand in the chain.")
    ] = "",
) -> None:
    """Recompute the hash chain from its first row; name the first broken row and exit 1 if there is one.

    Note the head that is printed in a place outside this machine: cutting off the end of the chain
    is the one change that only a noted head can show.
    """
    django.setup()
    verdict = resolve("naoso.core.people.sealing.verify")()
    if verdict.broken:
        seal = f"seal {verdict.broken.seq}, " if verdict.broken.seq is not None else ""
        typer.echo(f"BROKEN at {seal}entry {verdict.broken.entry_id}: {verdict.broken.fault}", err=True)
        typer.echo(f"{verdict.sealed} rows before it hold.", err=True)
        raise typer.Exit(1)
    if head and not resolve("naoso.core.people.sealing.stands")(head):
        typer.echo(f"BROKEN: head {head} is no longer in the chain; its end was cut off.", err=True)
        raise typer.Exit(1)
    typer.echo(f"{verdict.sealed} rows hold. Head: {verdict.head}")
