"""Files of plates: read in the background, line by line told what became of it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.connectors.datasets import Row, describe, rows
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.domains.traffic.models import ListImport, WatchList
from naoso.domains.traffic.plates import Known, known
from naoso.domains.traffic.services.lists import LISTS, Line, add_lines, in_grammar
from naoso.kernel.errors import BadInput
from naoso.kernel.ids import uuid7
from naoso.kernel.text import folded

FOLDER = "traffic-imports"
AT_ONCE = 5000
SHOWN = 300
PLATE_NAMES = {
    "bien so",
    "bien so xe",
    "bien kiem soat",
    "bks",
    "so xe",
    "plate",
    "license plate",
    "number plate",
}
NOTE_NAMES = {"ghi chu", "ly do", "note", "reason", "mo ta"}
UNTIL_NAMES = {
    "het han",
    "han",
    "hieu luc den",
    "co hieu luc den",
    "co hieu luc den ngay",
    "den ngay",
    "valid until",
    "expires",
}
Told = tuple[int, str, str, str]
"""Number of the line, as written, what became of it, the plate or the rule."""


def begin_import(*, actor: Account, watch_list: WatchList, name: str, data: bytes) -> ListImport:
    """Keeps the file and leaves the rest to the background. Raises BadInput for a file that holds no rows."""
    require(actor, LISTS, watch_list)
    suffix = Path(name).suffix.lower() if len(Path(name).suffix) < 8 else ""
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(data)
        file.flush()
        total = describe(Path(file.name)).rows
    with recorded(actor):
        kept = default_storage.save(f"{FOLDER}/{uuid7()}{suffix}", ContentFile(data))
        return ListImport.objects.create(
            watch_list=watch_list, file=kept, name=name[:160], total=total, by=actor
        )


def run_import(*, run_id: int) -> ListImport:
    """All of it, in portions that each stand by themselves; run again, it adds nothing twice."""
    run = ListImport.objects.select_related("watch_list", "by").get(pk=run_id)
    if run.state in {ListImport.State.DONE, ListImport.State.FAILED}:
        return run
    ListImport.objects.filter(pk=run.pk).update(
        state="running", seen=0, added=0, repaired=0, joined=0, refused=0
    )
    run.refresh_from_db()
    report = io.StringIO()
    writer = csv.writer(report)
    writer.writerow(["line", "text", "outcome", "plate or rule"])
    try:
        for portion in portions(Path(default_storage.path(run.file))):
            for told in take_portion(run, portion):
                writer.writerow(told)
                if len(run.report) < SHOWN:
                    run.report.append(told)
        run.state = ListImport.State.DONE
        if not run.seen:
            run.state, run.problem = ListImport.State.FAILED, _("No line could be read in this file.")
    except BadInput as error:
        run.state, run.problem = ListImport.State.FAILED, str(error)[:300]
    run.ended_at = timezone.now()
    run.save()
    kept = default_storage.save(f"{run.file}.report.csv", ContentFile(report.getvalue().encode("utf-8-sig")))
    default_storage.delete(run.file)
    ListImport.objects.filter(pk=run.pk).update(file=kept)
    return run


def portions(path: Path) -> Iterator[list[Row]]:
    """The file's rows; a file without a heading begins with a plate."""
    names = [column.name for column in describe(path).columns]
    first = next((name for name in names if in_grammar(name)), None)
    found = rows(path)
    if first is not None:
        yield [Row(0, {"plate": first})]
        found = (Row(row.number, {"plate": row.values.get(first)}, problem=row.problem) for row in found)
    while portion := list(islice(found, AT_ONCE)):
        yield portion


def take_portion(run: ListImport, portion: Sequence[Row]) -> list[Told]:
    """Adds what can be added; tells of every line that was not simply added."""
    lines: dict[str, tuple[int, Line]] = {}
    told: list[Told] = []
    for row in portion:
        text = cell(row, PLATE_NAMES) or first_cell(row)
        plate = known(text, repair=True) if text and len(text) <= 40 else None
        if plate is None:
            rule = row.problem.rule if row.problem else ("empty" if not text else "no plate of the grammar")
            told.append((row.number, text[:40], "refused", rule))
        elif plate.plate in lines:
            told.append((row.number, text, "joined", plate.plate))
        else:
            written = cell(row, UNTIL_NAMES)
            until = date_of(written)
            if written and until is None:
                told.append((row.number, text, "refused", "no date"))
                continue
            lines[plate.plate] = row.number, Line(text, plate, cell(row, NOTE_NAMES), until)
    with transaction.atomic(), recorded(run.by, run.name):
        fresh = add_lines(run.by, run.watch_list, [line for _number, line in lines.values()])
        told += [outcome(number, line, fresh) for number, line in lines.values()]
        tally(run, told, len(portion))
        run.save(update_fields=["seen", "added", "repaired", "joined", "refused"])
    return sorted(one for one in told if one[2] != "added")


def outcome(number: int, line: Line, fresh: set[str]) -> Told:
    """What became of a line that holds a plate."""
    plate = line.plate.plate
    if plate not in fresh:
        return number, line.text, "joined", plate
    return number, line.text, "repaired" if line.plate.mended else "added", plate


def tally(run: ListImport, told: Sequence[Told], seen: int) -> None:
    """The figures so far; a repaired plate is added as well."""
    words = [one[2] for one in told]
    run.seen += seen
    run.added += words.count("added") + words.count("repaired")
    run.repaired += words.count("repaired")
    run.joined += words.count("joined")
    run.refused += words.count("refused")


def cell(row: Row, names: set[str]) -> str:
    """The first filled cell under one of these headings."""
    for name, value in row.values.items():
        if value not in (None, "") and folded(name) in names:
            return str(value).strip()
    return ""


def first_cell(row: Row) -> str:
    """Where no heading names the plate: the first cell that is one, else the first that is filled."""
    texts = [str(value).strip() for value in row.values.values() if value not in (None, "")]
    return next((text for text in texts if known_plate(text)), texts[0] if texts else "")


def known_plate(text: str) -> Known | None:
    """Short enough to be one, and one."""
    return in_grammar(text) if len(text) <= 40 else None


def date_of(text: str) -> dt.date | None:
    """dd/mm/yyyy or ISO; nothing where it is neither."""
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        with suppress(ValueError):
            return dt.datetime.strptime(text[:10], form).date()  # noqa: DTZ007 - a day
    return None
