"""`naoso read-plates`, `naoso train-plates`."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from naoso.cli import engines
from naoso.cli.reporting import reported
from naoso.kernel.errors import BadInput

WEIGHTS = Path(__file__).parents[1] / "connectors" / "plates" / "weights"
FORMATS = ("json", "csv")


def read_plates(
    path: Annotated[Path, typer.Argument(help="A picture, a folder of pictures, or a film.")],
    *,
    form: Annotated[str, typer.Option("--format", help="json (a line each) or csv.")] = "json",
    a_second: Annotated[float, typer.Option(help="Frames of a film that are looked at.")] = 3.0,
    lane: Annotated[
        list[str] | None,
        typer.Option(help='Look there alone: "NAME:0.1,0.5 0.6,0.5 0.6,1 0.1,1", shares of 1.'),
    ] = None,
    save: Annotated[Path | None, typer.Option(help="A folder for the pictures of plates and scenes.")] = None,
    publish: Annotated[
        str,
        typer.Option(help="Code of a camera that is read for plates: told to the running centre as its own."),
    ] = "",
) -> None:
    """Read the number plates of pictures or of a film; a line for each plate or passage.

    `accepted` is true where both readers read the same in three frames; the rest is for a person to look at.
    A single picture has no frames that vote: there `both_readers` tells whether the two agreed.
    """
    from naoso.cli import plate_lines

    with reported():
        if form not in FORMATS:
            raise BadInput.of("format", form, "choice", "json or csv")
        if not path.exists():
            raise BadInput.of("path", str(path), "missing", "there is no such file or folder")
        if not 0 < a_second <= 30:
            raise BadInput.of("a-second", a_second, "range", "more than 0 and at most 30 frames a second")
        if save is not None:
            save.mkdir(parents=True, exist_ok=True)
        lanes = tuple(plate_lines.parsed_lane(text) for text in lane or ())
        if publish:
            from naoso.cli import plate_publishing

            count = plate_publishing.publish(path, publish, lanes, a_second)
            typer.echo(f"plates taken by the stream: {count}")
            return
        plate_lines.printed(plate_lines.lines_of(path, lanes, a_second, save), form)


def train_plates(
    folder: Annotated[Path, typer.Option(help="Where weights and record are written.")] = WEIGHTS,
    minutes: Annotated[float, typer.Option(help="How long it learns.", min=0.1)] = 25.0,
    threads: Annotated[int, typer.Option(help="Threads of the learning process; another one draws.")] = 1,
) -> None:
    """Train the second reader on plates that are drawn for it; needs torch, which a centre does not.

    Same seed, same plates; how many steps fit into the time depends on the machine, and the record tells.
    """
    with reported():
        if find_spec("torch") is None:
            raise engines.EngineError(
                "training needs torch, which a centre does not: pip install torch (a CPU build is enough)"
            )
        from naoso.connectors.plates.training import run

        record = run.train(folder, seconds=minutes * 60, threads=threads)
        typer.echo(f"{record.held_out_exact:.1%} of {record.held_out_rows} held-out rows exact; see {folder}")
