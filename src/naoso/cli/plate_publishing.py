"""Plates of pictures and films told to the running centre, as if a camera of its had seen them now."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from naoso.cli.plate_messages import Keep, of_passage, of_picture
from naoso.cli.run import setup
from naoso.connectors.plates import Lane, PlateReader, frames_of, passages_of, pixels_of
from naoso.connectors.plates.live import plate_picture
from naoso.connectors.plates.pictures import PICTURES
from naoso.kernel.errors import BadInput


def publish(path: Path, camera: str, lanes: tuple[Lane, ...], a_second: float) -> int:
    """How many were sent. Raises BadInput for a camera that is not read for plates."""
    setup()
    from naoso.cli.plate_reading.process import kept
    from naoso.core.ingest.front import publish_message
    from naoso.domains.traffic.models import PlateCamera

    row = PlateCamera.objects.filter(camera__code=camera).select_related("source").first()
    if row is None:
        raise BadInput.of("publish", camera, "known", "no camera with this code is read for plates")
    count = 0
    for told in told_of(path, camera, lanes, a_second, kept):
        publish_message(row.source.code, json.dumps(told).encode())
        count += 1
    return count


def told_of(
    path: Path, camera: str, lanes: tuple[Lane, ...], a_second: float, keep: Keep
) -> Iterator[dict[str, Any]]:
    """A film ends now; pictures are of now."""
    reader, now = PlateReader(), dt.datetime.now(dt.UTC)
    if path.is_file() and path.suffix.lower() not in PICTURES:
        passages = list(passages_of(frames_of(path, a_second=a_second), reader, lanes))
        last = max((one.last_at for one in passages), default=0.0)
        for passage in passages:
            yield of_passage(passage, camera, now - dt.timedelta(seconds=last - passage.at), keep)
        return
    pictures = [path] if path.is_file() else sorted(p for p in path.iterdir() if p.suffix.lower() in PICTURES)
    for picture in pictures:
        data = picture.read_bytes()
        pixels = pixels_of(data, field=picture.name)
        scene = keep(data, now)
        for seen in reader.read(pixels, lanes):
            yield of_picture(seen, camera, now, keep(plate_picture(pixels, seen), now), scene)
