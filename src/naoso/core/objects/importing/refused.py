"""What was refused: listed with its rule in words, and as a file that can be mended and sent again."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naoso.connectors import datasets
from naoso.connectors.datasets.arrow import text
from naoso.connectors.datasets.write import harmless
from naoso.core.objects.importing import files
from naoso.core.objects.importing.targets import number_of, targets
from naoso.core.objects.importing_models import ImportRun

BLOCK = 2000
WKT_COLUMN = "wkt"
RULES = {
    "place": gettext_lazy("The row has no place."),
    "shape": gettext_lazy("The shape cannot be read."),
    "type": gettext_lazy("This kind of object is drawn in another way."),
    "size": gettext_lazy("Too many corners; simplify the shape."),
    "axes": gettext_lazy("Longitude and latitude stand in the wrong order."),
    "metres": gettext_lazy("These are metres, but the coordinate system has degrees."),
    "degrees": gettext_lazy("A longitude lies in -180…180 degrees, a latitude in -90…90."),
    "transform": gettext_lazy("The coordinate system holds no such place."),
    "range": gettext_lazy("The place lies outside Vietnam; is the coordinate system right?"),
    "valid": gettext_lazy("The shape is broken."),
    "area": gettext_lazy("The place lies outside the area in which you may import."),
    "nowhere": gettext_lazy("The place lies in no commune of this centre."),
    "unique": gettext_lazy("An earlier row has the same code."),
    "foreign": gettext_lazy("An object that you may not change has this code."),
    "near": gettext_lazy("Perhaps a double: another stands in the same place."),
    "order": gettext_lazy("It ends before it begins."),
    "required": gettext_lazy("This value is required."),
    "coordinate": gettext_lazy("A coordinate is expected, such as 105,84 or 21°35′12″."),
    "side": gettext_lazy("The side of the world is not clear."),
    "encoding": gettext_lazy("The text is in another encoding than the file."),
    "length": gettext_lazy("The text is too long."),
    "nul": gettext_lazy("The text holds a character that cannot be stored."),
    "finite": gettext_lazy("A number is expected."),
    "syntax": gettext_lazy("The row cannot be read."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the list."""

    number: int
    field: str
    title: str
    value: str
    rule: str
    message: str


def words(problem: dict[str, Any]) -> str:
    """The broken rule in the language of whoever looks; what has only words of its own keeps them."""
    known = RULES.get(problem["rule"])
    return str(known) if known is not None else str(problem["message"])


LISTED = """
SELECT s.number, p.problem FROM objects_staged s CROSS JOIN LATERAL jsonb_array_elements(s.{column})
       WITH ORDINALITY AS p (problem, place)
WHERE s.run_id = %s AND (%s = '' OR p.problem ->> 'rule' = %s) AND (%s = '' OR p.problem ->> 'field' = %s)
ORDER BY s.number, p.place LIMIT %s
"""
RULES_MET = """
SELECT p.problem ->> 'field', p.problem ->> 'rule', count(*), min(p.problem ->> 'message')
FROM objects_staged s CROSS JOIN LATERAL jsonb_array_elements(s.{column}) AS p (problem)
WHERE s.run_id = %s AND s.{column} <> '[]' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""


def titles(run: ImportRun) -> dict[str, str]:
    """What each field is called."""
    own = {"shape": _("Place"), "geometry": _("Place"), "unit": _("Unit"), "row": _("Row")}
    return own | {target.name: str(target.title) for target in targets(run.kind)}


def listed(
    run: ImportRun, *, warnings: bool = False, rule: str = "", field: str = "", most: int = 200
) -> list[Problem]:
    """The first problems, or warnings, in the order of the rows."""
    sql, named = LISTED.format(column=column(warnings=warnings)), titles(run)
    with connection.cursor() as cursor:
        cursor.execute(sql, [run.pk, rule, rule, field, field, most])
        rows = [
            (number, one if isinstance(one, dict) else json.loads(one)) for number, one in cursor.fetchall()
        ]
    return [
        Problem(
            number, name := str(one["field"]), named.get(name, name), one["value"], one["rule"], words(one)
        )
        for number, one in rows
    ]


def met(run: ImportRun, *, warnings: bool = False) -> list[dict[str, Any]]:
    """Which rules were broken on which field, and how often: what the list is filtered by."""
    named = titles(run)
    with connection.cursor() as cursor:
        cursor.execute(RULES_MET.format(column=column(warnings=warnings)), [run.pk])
        return [
            {"field": field, "rule": rule, "n": n, "title": named.get(field, field),
             "words": words({"rule": rule, "message": message})}
            for field, rule, n, message in cursor.fetchall()
        ]  # fmt: skip


def column(*, warnings: bool) -> str:
    """Where they are kept."""
    return "warnings" if warnings else "problems"


def keep(run: ImportRun) -> None:
    """Writes the file of refused rows, where there are any; the former one goes."""
    files.forget(run.refused_file)
    run.refused_file = ""
    if not run.count("refused"):
        return
    with tempfile.TemporaryDirectory(prefix="naoso-import-") as folder, files.opened(run) as source:
        path = Path(folder) / "refused.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(refused_lines(run, source))
        with path.open("rb") as file:
            run.refused_file = default_storage.save(f"{files.FOLDER}/refused-{run.pk}.csv", File(file))


def refused_lines(run: ImportRun, path: Path) -> Iterator[list[str]]:
    """The file is read once more beside the list of refused numbers, both in order."""
    names = [one["name"] for one in run.columns]
    shaped = [WKT_COLUMN] if run.geometry else []
    yield [guarded(name) for name in (*names, *shaped, _("Row"), _("Problem"))]
    waiting = reasons(run)
    wanted = next(waiting, None)
    for row in files.rows_of(run, path):
        if wanted is None:
            return
        if row.number == wanted[0]:
            cells = [guarded(row.values.get(name)) for name in names]
            yield [*cells, *(wkt(row.wkb) for _one in shaped), str(row.number), guarded(wanted[1])]
            wanted = next(waiting, None)


def guarded(cell: datasets.Value) -> str:
    """As text that no spreadsheet runs; a number stays one, so that the file can be sent again."""
    written = text(cell)
    return written if number_of(written) is not None else str(harmless(written))


def wkt(packed: bytes | None) -> str:
    """The shape in the file's own coordinates; empty where it has none that can be read."""
    shape = shapely.from_wkb(packed, on_invalid="ignore")
    return "" if shape is None else str(shapely.to_wkt(shape, rounding_precision=9))


def reasons(run: ImportRun) -> Iterator[tuple[int, str]]:
    """Refused rows in order with what is wrong with each, some at a time."""
    named, after = titles(run), -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT number, problems::text FROM objects_staged WHERE run_id = %s AND problems <> '[]' "
                "AND number > %s ORDER BY number LIMIT %s",
                [run.pk, after, BLOCK],
            )
            found = cursor.fetchall()
        if not found:
            return
        for number, problems in found:
            yield (
                number,
                "; ".join(
                    f"{named.get(one['field'], one['field'])}: {words(one)}" for one in json.loads(problems)
                ),
            )
        after = found[-1][0]
