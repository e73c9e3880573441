"""History from a file: looked at, mapped, tried, taken batch by batch; what is refused can be mended."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zipfile import BadZipFile

from django.contrib.gis.geos import Point
from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import require
from naoso.core.places.selectors import unit_at
from naoso.core.response.working_time import add_working_time
from naoso.domains.citizen_reports.models import (
    Category,
    Channel,
    Entry,
    EntryKind,
    ImportRun,
    ImportState,
    Report,
    Visibility,
)
from naoso.domains.citizen_reports.rules.history import REQUIRED, Past, guessed, read_row
from naoso.domains.citizen_reports.rules.words import without_personal_data
from naoso.domains.citizen_reports.selectors.directory import Directory, directory
from naoso.domains.citizen_reports.services.clocks import wind
from naoso.domains.citizen_reports.services.routing import case_of
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.errors import BadInput, FieldError
from naoso.kernel.ids import readable_code
from naoso.kernel.text import folded

SETTINGS = "citizen_reports.edit_settings"
MOST_BYTES = 100 * 1024 * 1024
MOST_ROWS = 500_000
MOST_SHOWN = 500
BATCH = 500
SPACE = uuid.UUID("6f3e0f5c-6f0b-4f57-9a34-1d7e2a5b8c90")
ZIP = b"PK\x03\x04"


def upload(*, actor: Account, name: str, data: bytes) -> ImportRun:
    """Keep the file, read its columns, guess what they are."""
    require(actor, SETTINGS)
    if len(data) > MOST_BYTES:
        raise BadInput.of("file", f"{len(data)} bytes", "size", _("A file may have at most 100 MB."))
    rows = rows_of(data)
    first = next(rows, None)
    if first is None:
        raise BadInput.of("file", name, "empty", _("The file has no rows under its head."))
    columns = list(first)
    with recorded(actor):
        run = ImportRun(name=name[:200], columns=columns, mapping=guessed(columns), created_by=actor)
        run.rows = 1 + sum(1 for _row in rows)
        run.file.save(f"{uuid.uuid4()}{'.xlsx' if data.startswith(ZIP) else '.csv'}", ContentFile(data))
    return run


def rows_of(data: bytes) -> Iterator[dict[str, Any]]:
    """Rows by their head, of XLSX or CSV; raises BadInput for anything else."""
    lines = sheet_lines(data) if data.startswith(ZIP) else text_lines(data)
    head = [str(one).strip() for one in next(lines, [])]
    if not any(head):
        return
    for number, line in enumerate(lines, 1):
        if number > MOST_ROWS:
            raise BadInput.of("file", number, "rows", _("A file may have at most 500,000 rows."))
        if any(value not in (None, "") for value in line):
            yield dict(zip(head, line, strict=False))


def sheet_lines(data: bytes) -> Iterator[list[Any]]:
    """Values of the first sheet, never formulas."""
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError) as error:
        raise BadInput.of("file", "", "type", _("This is no XLSX file that can be read.")) from error
    sheet = book.worksheets[0]
    yield from ([*line] for line in sheet.iter_rows(values_only=True))


def text_lines(data: bytes) -> Iterator[list[Any]]:
    """UTF-8 with comma, semicolon or tab."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput.of("file", "", "encoding", _("A CSV file must be in UTF-8.")) from error
    first = text.partition("\n")[0]
    sign = max(",;\t", key=first.count)
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=sign)


def choose_columns(*, run: ImportRun, actor: Account, mapping: dict[str, str]) -> ImportRun:
    """Which column is which field; then every row is tried and nothing is written."""
    require(actor, SETTINGS)
    missing = [field for field in REQUIRED if mapping.get(field) not in run.columns]
    if missing:
        raise BadInput(*(FieldError(f, "", "required", _("Choose a column.")) for f in missing))
    with recorded(actor):
        run.mapping, run.state = {k: v for k, v in mapping.items() if v in run.columns}, ImportState.CHECKED
        tell(run, Taker(run, write=False).go())
        run.save()
    return run


def take(run: ImportRun) -> ImportRun:
    """Write what is right; may be called again after a crash and goes on."""
    taker = Taker(run, write=True)
    try:
        tell(run, taker.go())
        run.state = ImportState.DONE
    except BadInput as error:
        run.state, run.error = ImportState.FAILED, str(error)[:500]
    run.finished_at = timezone.now()
    run.save()
    return run


@dataclass(slots=True)
class Tally:
    """What came of the rows."""

    good: int = 0
    known: int = 0
    refused: list[tuple[int, dict[str, Any], list[FieldError]]] | None = None


def tell(run: ImportRun, tally: Tally) -> None:
    """Counts and problems onto the run; the refused rows as a file that can be mended and sent again."""
    refused = tally.refused or []
    run.good, run.known, run.bad = tally.good, tally.known, len(refused)
    run.problems = [
        {"row": number, "field": one.field, "value": str(one.value)[:80], "rule": in_words(one)}
        for number, _row, errors in refused
        for one in errors
    ][:MOST_SHOWN]
    if refused:
        run.rejected.save(f"{uuid.uuid4()}.csv", ContentFile(rejected_file(run, refused)), save=False)


def rejected_file(run: ImportRun, refused: list[tuple[int, dict[str, Any], list[FieldError]]]) -> bytes:
    """The same columns with what is wrong at the end."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*run.columns, _("Row"), _("Problem")])
    for number, row, errors in refused:
        words = "; ".join(f"{field_words(one.field)}: {in_words(one)}" for one in errors)
        writer.writerow([*(harmless(row.get(column)) for column in run.columns), number, words])
    return out.getvalue().encode("utf-8-sig")


FIELDS = {
    "number": gettext_lazy("Number in the old system"),
    "received": gettext_lazy("Received at"),
    "category": gettext_lazy("Category (code or title)"),
    "text": gettext_lazy("Words of the citizen"),
    "lon": gettext_lazy("Longitude"),
    "lat": gettext_lazy("Latitude"),
    "place": gettext_lazy("Place in words"),
    "owner": gettext_lazy("Organisation (code or name)"),
    "answer": gettext_lazy("Answer"),
    "ended": gettext_lazy("Answered at"),
    "rating": gettext_lazy("Rating, 1–5"),
}
RULES = {
    "required": gettext_lazy("This is needed."),
    "received": gettext_lazy("A date such as 22/11/2026 or 22/11/2026 08:30, not in the future."),
    "ended": gettext_lazy("A date such as 22/11/2026 or 22/11/2026 08:30, not in the future."),
    "order": gettext_lazy("Ended before it was received."),
    "lon": gettext_lazy("A number of degrees such as 105,84."),
    "lat": gettext_lazy("A number of degrees such as 21,59."),
    "rating": gettext_lazy("A rating is 1 to 5."),
    "text": gettext_lazy("At most 4,000 letters."),
    "answer": gettext_lazy("At most 4,000 letters."),
}


def in_words(error: FieldError) -> str:
    """The broken rule in the language of whoever looks; rules are pure and speak English."""
    return str(RULES.get(error.rule, error.message))


def field_words(field: str) -> str:
    """The field as the mapping screen calls it."""
    return str(FIELDS.get(field, field))


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} and not is_number(text) else text


def is_number(text: str) -> bool:
    """`-105.8` is no formula."""
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


class Taker:
    """One pass over the file; with `write` it stores batch by batch and tells how far it is."""

    def __init__(self, run: ImportRun, *, write: bool) -> None:
        self.run, self.write, self.tally = run, write, Tally(refused=[])
        self.book: Directory = directory()
        self.categories = {folded(name): row for row in self.book.categories.values()
                           for name in (row.code, row.title, row.title_en) if name}  # fmt: skip
        self.bodies = {
            folded(name): row for row in Organisation.objects.all() for name in (row.code, row.name)
        }
        self.numbers: set[uuid.UUID] = set()

    def go(self) -> Tally:
        """Every row once."""
        with self.run.file.open("rb") as file:
            data = file.read()
        batch: list[Report] = []
        for number, row in enumerate(rows_of(data), 2):
            try:
                batch.append(self.report_of(read_row(row, self.run.mapping)))
            except BadInput as error:
                assert self.tally.refused is not None
                self.tally.refused.append((number, row, list(error.errors)))
            if len(batch) >= BATCH:
                self.store(batch, number)
                batch = []
        self.store(batch, self.run.rows + 1)
        return self.tally

    def report_of(self, past: Past) -> Report:
        """Not saved; the number of the old system makes it known when it comes again."""
        category = self.category_named(folded(past.category))
        if category is None:
            raise BadInput.of("category", past.category, "choice", _("There is no such category."))
        unit = unit_at(past.place)
        if unit is None:
            place = f"{past.place.lat:.5f}, {past.place.lon:.5f}"
            raise BadInput.of("place", place, "area", _("This place lies outside the province."))
        key = past.number or f"{past.received.isoformat()} {past.place} {past.text}"
        draft = uuid.uuid5(SPACE, key)
        if draft in self.numbers:
            raise BadInput.of("number", past.number, "once", _("This number stands in the file twice."))
        self.numbers.add(draft)
        body = self.bodies.get(folded(past.owner)) if past.owner else None
        if body is None:
            case = case_of(self.book, category=category, unit=unit, text=past.text, at=past.received)
            body = self.book.bodies[self.book.decide(case).organisation_id]
        return self.dated(past, Report(
            code=readable_code(), draft=draft, channel=Channel.IMPORT, category=category, text=past.text,
            point=Point(past.place.lon, past.place.lat, srid=4326), place_text=past.place_text, unit=unit,
            owner=body, created_at=past.received, routed_by=_("import %(name)s") % {"name": self.run.name},
        ))  # fmt: skip

    def category_named(self, name: str) -> Category | None:
        """By code or title; where none is exact, the only one whose title holds the words."""
        exact = self.categories.get(name)
        if exact is not None or not name:
            return exact
        near = {row.pk: row for title, row in self.categories.items() if name in title}
        return next(iter(near.values())) if len(near) == 1 else None

    def dated(self, past: Past, report: Report) -> Report:
        """What has an answer is ended; what has none is open, its clocks begin now."""
        now: datetime = timezone.now()
        start = past.received if past.answer else now
        report.changed_at = now
        report.answer_due_at = add_working_time(start, report.category.answer_deadline, self.book.days)
        report.due_at = add_working_time(start, report.category.deadline, self.book.days)
        if past.answer:
            report.state, report.answer = State.ANSWERED, past.answer
            report.ended_at = report.first_answer_at = past.ended or past.received
            report.rating = past.rating
        if past.answer and report.category.visibility == Visibility.PUBLIC:
            report.public_since, report.public_text = report.ended_at, without_personal_data(report.text)
        wind(report, self.book)
        return report

    def store(self, batch: list[Report], number: int) -> None:
        """A batch in one transaction; known drafts are left as they are."""
        known = set(
            Report.objects.filter(draft__in=[one.draft for one in batch]).values_list("draft", flat=True)
        )
        fresh = [one for one in batch if one.draft not in known]
        self.tally.good += len(fresh)
        self.tally.known += len(known)
        if not self.write:
            return
        with recorded(self.run.created_by, reason=f"import {self.run.name}"):
            Report.objects.bulk_create(fresh)
            Entry.objects.bulk_create(entries_of(fresh))
            ImportRun.objects.filter(pk=self.run.pk).update(read=min(number - 1, self.run.rows))


def entries_of(reports: list[Report]) -> Iterator[Entry]:
    """Each report's history as far as the file tells it."""
    for report in reports:
        sent = _("Taken over from another system")
        yield Entry(report=report, kind=EntryKind.SENT, at=report.created_at, public=False, text=sent)
        if report.answer and report.ended_at:
            yield Entry(report=report, kind=EntryKind.ANSWER, at=report.ended_at, text=report.answer)
