"""Files of plates: read in the background, line by line told what became of it.

A job that is tried again goes on behind the last portion that was taken: each portion's entries, counts and
lines of the report are of one transaction, and its part of the whole report is a file named by its place.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.connectors.datasets import Row, describe, rows
from naoso.core.objects.importing.unreadable import described, in_words
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.domains.traffic.models import ListImport, WatchList
from naoso.domains.traffic.queue import import_later
from naoso.domains.traffic.services.import_lines import Told, columns, headings, judged
from naoso.domains.traffic.services.lists import LISTS, Line, add_lines, in_grammar
from naoso.kernel.errors import BadInput, Conflict
from naoso.kernel.ids import uuid7

FOLDER = "traffic-imports"
AT_ONCE = 5000
SHOWN = 300
COUNTS = ("seen", "added", "repaired", "joined", "refused")


def begin_import(*, actor: Account, watch_list: WatchList, name: str, data: bytes) -> ListImport:
    """Keeps the file and leaves the rest to the background. Raises BadInput for a file that holds no rows."""
    require(actor, LISTS, watch_list)
    suffix = Path(name).suffix.lower() if len(Path(name).suffix) < 8 else ""
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(data)
        file.flush()
        total = described(Path(file.name)).rows
    with recorded(actor):
        kept = default_storage.save(f"{FOLDER}/{uuid7()}{suffix}", ContentFile(data))
        run = ListImport.objects.create(
            watch_list=watch_list, file=kept, name=name[:160], total=total, by=actor
        )
        transaction.on_commit(partial(import_later, run.pk))
    return run


def run_import(*, run_id: int, last: bool = True) -> ListImport:
    """All of it, in portions that each stand by themselves; run again, it goes on, and adds nothing twice.

    What breaks off the last try is told on the page: the entries until there stay.
    """
    run = ListImport.objects.select_related("watch_list", "by").get(pk=run_id)
    if run.state in {ListImport.State.DONE, ListImport.State.FAILED}:
        return run
    ListImport.objects.filter(pk=run.pk).update(state=ListImport.State.RUNNING)
    try:
        for portion in portions(Path(default_storage.path(run.file)), after=run.seen):
            take_portion(run, portion)
        run.state = ListImport.State.DONE
        if not run.seen:
            run.state, run.problem = ListImport.State.FAILED, _("No line could be read in this file.")
    except BadInput as error:
        words = "; ".join(one.message for one in in_words(error).errors)
        run.state, run.problem = ListImport.State.FAILED, words[:300]
    except Exception:
        if last:
            run.refresh_from_db()
            run.state = ListImport.State.FAILED
            run.problem = _("Reading broke off. Load the file again: what is in the list stays as it is.")
            finish(run)
        raise
    finish(run)
    return run


def finish(run: ListImport) -> None:
    """The report whole, then the run; then the file and the parts go. Broken off before, it is done again."""
    given, parts = run.file, parts_of(run)
    run.file, run.ended_at = f"{given}.report.csv", timezone.now()
    taken = [part for part in parts if int(part.suffixes[-2].lstrip(".")) < run.seen]
    whole = line_of(headings()) + "".join(part.read_text(encoding="utf-8") for part in taken)
    Path(default_storage.path(run.file)).write_text(whole, encoding="utf-8-sig")
    run.save(update_fields=["state", "problem", "file", "ended_at"])
    default_storage.delete(given)
    for part in parts:
        part.unlink()


def parts_of(run: ListImport) -> list[Path]:
    """In the order of the file; one behind what was taken is of a portion that was never stored."""
    given = Path(default_storage.path(run.file))
    return sorted(given.parent.glob(f"{given.name}.*.part"))


def portions(path: Path, *, after: int = 0) -> Iterator[list[Row]]:
    """The rows behind the first `after`, numbered as in the sheet; the first may be a plate itself."""
    about = describe(path)
    first = next((column.name for column in about.columns if in_grammar(column.name)), None)
    found: Iterator[Row] = (replace(row, number=row.number + about.heading) for row in rows(path))
    if first is not None:
        plates = (replace(row, values={"plate": row.values.get(first)}) for row in found)
        found = chain([Row(about.heading, {"plate": first})], plates)
    found = islice(found, after, None)
    while portion := list(islice(found, AT_ONCE)):
        yield portion


def take_portion(run: ListImport, portion: Sequence[Row]) -> None:
    """Adds what can be added; tells of every line that was not simply added."""
    lines: dict[str, tuple[int, Line]] = {}
    told: list[Told] = []
    for row in portion:
        one = judged(row)
        if isinstance(one, Told):
            told.append(one)
        elif one.plate.plate in lines:
            told.append(Told(row.number, one.text, "joined", one.plate.plate))
        else:
            lines[one.plate.plate] = row.number, one
    with transaction.atomic(), recorded(run.by, run.name):
        stored = ListImport.objects.select_for_update().values_list("seen", flat=True).get(pk=run.pk)
        if stored != run.seen:
            raise Conflict(f"another job reads import {run.pk}")
        fresh = add_lines(run.by, run.watch_list, [line for _number, line in lines.values()])
        told += [outcome(number, line, fresh) for number, line in lines.values()]
        report = sorted((one for one in told if one.outcome != "added"), key=lambda one: one.number)
        part = Path(default_storage.path(f"{run.file}.{run.seen:09}.part"))
        part.write_text("".join(line_of(columns(one)) for one in report), encoding="utf-8")
        tally(run, told, len(portion))
        run.report += [one.stored() for one in report[: max(0, SHOWN - len(run.report))]]
        run.save(update_fields=[*COUNTS, "report"])


def line_of(cells: Sequence[object]) -> str:
    """Of CSV."""
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def outcome(number: int, line: Line, fresh: set[str]) -> Told:
    """What became of a line that holds a plate."""
    plate = line.plate.plate
    word = "joined" if plate not in fresh else "repaired" if line.plate.mended else "added"
    return Told(number, line.text, word, plate)


def tally(run: ListImport, told: Sequence[Told], seen: int) -> None:
    """The figures so far; a repaired plate is added as well."""
    words = [one.outcome for one in told]
    run.seen += seen
    run.added += words.count("added") + words.count("repaired")
    run.repaired += words.count("repaired")
    run.joined += words.count("joined")
    run.refused += words.count("refused")
