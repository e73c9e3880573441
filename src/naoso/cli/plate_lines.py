"""Plates of pictures and films as lines: for `naoso read-plates`."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import typer

from naoso.connectors.plates import Lane, Passage, PlateReader, PlateSeen, frames_of, passages_of, pixels_of
from naoso.connectors.plates.live import plate_picture
from naoso.connectors.plates.pictures import PICTURES
from naoso.kernel.errors import BadInput

Line = dict[str, Any]


def lines_of(path: Path, lanes: tuple[Lane, ...], a_second: float, save: Path | None) -> Iterator[Line]:
    """A line for each plate of each picture, or each passage of a film."""
    reader = PlateReader()
    if path.is_file() and path.suffix.lower() not in PICTURES:
        for number, passage in enumerate(passages_of(frames_of(path, a_second=a_second), reader, lanes), 1):
            if save is not None:
                (save / f"{path.stem}-{number:04d}-plate.jpg").write_bytes(passage.crop)
                (save / f"{path.stem}-{number:04d}-scene.jpg").write_bytes(passage.scene)
            yield passage_line(path.name, passage)
        return
    pictures = [path] if path.is_file() else sorted(p for p in path.iterdir() if p.suffix.lower() in PICTURES)
    if not pictures:
        raise BadInput.of("path", str(path), "empty", "no JPEG, PNG or WebP picture lies in this folder")
    for picture in pictures:
        yield from picture_lines(picture, reader, lanes, save)


def picture_lines(
    picture: Path, reader: PlateReader, lanes: tuple[Lane, ...], save: Path | None
) -> Iterator[Line]:
    """A broken picture is named on the error stream, and the next one is read."""
    try:
        pixels = pixels_of(picture.read_bytes(), field=picture.name)
    except BadInput as error:
        typer.echo(f"naoso: {error}", err=True)
        return
    for number, seen in enumerate(reader.read(pixels, lanes), 1):
        if save is not None:
            (save / f"{picture.stem}-{number:02d}-plate.jpg").write_bytes(plate_picture(pixels, seen))
        yield {"file": picture.name, **seen_line(seen), "accepted": False, "both_readers": seen.agreed}


def passage_line(name: str, passage: Passage) -> Line:
    """With its moments in seconds from the start of the film."""
    return {
        "file": name,
        **seen_line(passage.seen),
        "accepted": passage.accepted,
        "both_readers": passage.seen.agreed or passage.both_once,
        "at": round(passage.at, 2),
        "first_at": round(passage.first_at, 2),
        "last_at": round(passage.last_at, 2),
        "votes": passage.votes,
        "direction": passage.direction.value,
        "lane": passage.lane,
    }


def seen_line(seen: PlateSeen) -> Line:
    """What is known of the plate; `raw` and `second` are what the two readers read."""
    box = seen.box
    return {
        "plate": seen.plate.text if seen.plate else "",
        "shown": seen.plate.shown if seen.plate else "",
        "province": seen.plate.province if seen.plate else "",
        "family": seen.plate.family.value if seen.plate else "",
        "vehicle": seen.vehicle.value,
        "colour": seen.colour.value,
        "confidence": seen.confidence,
        "raw": seen.raw,
        "second": seen.second,
        "candidates": " ".join(plate.text for plate in seen.candidates),
        "box": f"{box.left} {box.top} {box.width} {box.height}",
    }


def printed(lines: Iterable[Line], form: str) -> None:
    """As they come."""
    writer: csv.DictWriter[str] | None = None
    for line in lines:
        if form == "json":
            typer.echo(json.dumps(line, ensure_ascii=False))
            continue
        if writer is None:
            writer = csv.DictWriter(sys.stdout, fieldnames=list(line), lineterminator="\n")
            writer.writeheader()
        writer.writerow(line)
        sys.stdout.flush()


def parsed_lane(text: str) -> Lane:
    """`NAME:x,y x,y x,y`."""
    name, _, corners = text.rpartition(":")
    try:
        points = tuple((float(x), float(y)) for x, y in (pair.split(",") for pair in corners.split()))
    except ValueError as error:
        raise BadInput.of("lane", text, "format", "NAME:x,y x,y x,y with shares from 0 to 1") from error
    return Lane(name, points)
