"""What the page of an import says about its file: columns with samples, what is odd, where it lies."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.gis.gdal import GDALException, SpatialReference
from django.utils import timezone
from django.utils.translation import gettext_lazy

from naoso.core.objects.importing.targets import X, Y, number_of
from naoso.core.objects.importing_models import ImportRun

QUIET = dt.timedelta(minutes=2)
NOTES = {
    "bom": "",
    "legacy-encoding": gettext_lazy(
        "The text is not in Unicode. Choose its encoding, and it is converted; otherwise it stays as it is."
    ),
    "mixed-encoding": gettext_lazy(
        "The file mixes encodings: rows in another encoding than the file's will be refused."
    ),
    "not-degrees": gettext_lazy("The coordinates are no degrees: choose the system that they are in."),
    "no-prj": gettext_lazy("The shapefile has no .prj: choose its coordinate system."),
    "title-rows": gettext_lazy("Rows above the head of the table are passed over."),
    "binary-column": gettext_lazy("Columns of bytes are passed over."),
    "swapped": gettext_lazy("x looks like a latitude and y like a longitude: the columns may be swapped."),
    "metres": gettext_lazy("The coordinates look like metres, but the chosen system has degrees."),
}


def chosen_columns(run: ImportRun) -> list[dict[str, Any]]:
    """Each column with its samples and what it is taken for."""
    used = {column: target for target, column in run.mapping.items()}
    return [{**column, "target": used.get(column["name"], "")} for column in run.columns]


def notes(run: ImportRun) -> list[str]:
    """What a person should know before choosing."""
    found = [*run.notes, *doubts(run)]
    if run.crs:
        found = [note for note in found if note != "no-prj"]
    if run.encoding:
        found = [note for note in found if note != "legacy-encoding"]
    return [str(NOTES.get(note, note)) for note in dict.fromkeys(found) if NOTES.get(note, note)]


def doubts(run: ImportRun) -> list[str]:
    """By the samples of the chosen columns: swapped axes, and metres that are called degrees."""
    samples = {column["name"]: column["samples"] for column in run.columns}
    x, y = (numbers(samples.get(run.mapping.get(axis, ""), ())) for axis in (X, Y))
    if not (x and y):
        return []
    if all(6 <= one <= 24 for one in x) and all(102 <= one <= 118 for one in y):
        return ["swapped"]
    return ["metres"] if run.crs and in_degrees(run.crs) and max(map(abs, [*x, *y])) > 360 else []


def numbers(samples: Any) -> list[float]:
    """Those samples that are numbers."""
    return [number for number in map(number_of, samples) if number is not None]


def in_degrees(crs: str) -> bool:
    """Longitude and latitude."""
    try:
        return bool(SpatialReference(crs).geographic)
    except (GDALException, ValueError):
        return False


def system_words(crs: str) -> str:
    """The coordinate system by its name."""
    if not crs:
        return ""
    try:
        name = str(SpatialReference(crs).name)
    except (GDALException, ValueError):
        return crs[:80]
    return name if len(crs) > 40 else f"{name} ({crs})"


def resumable(run: ImportRun) -> bool:
    """It should be running, but nothing was heard of it for a while."""
    return run.running and timezone.now() - run.touched_at > QUIET
