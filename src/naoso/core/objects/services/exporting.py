"""Objects → a file that others open: read through a cursor of the server, in constant memory, and audited."""

from __future__ import annotations

import datetime as dt
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, connections, transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from naoso.connectors.datasets import write
from naoso.connectors.datasets.types import Column, Row
from naoso.core.objects.exporting_models import ExportRun, ExportState
from naoso.core.objects.models import ObjectKind, State
from naoso.core.objects.selectors import Question, question, seen_fields
from naoso.core.people.audit import note
from naoso.core.people.models import Account, AuditAction
from naoso.kernel.errors import BadInput
from naoso.kernel.kinds import Field

FORMATS = {"csv": "csv", "xlsx": "xlsx", "geojson": "geojson", "gpkg": "gpkg", "parquet": "geoparquet"}
TABLES = frozenset({"csv", "xlsx"})
"""For people: titles instead of names, choices in words."""
KEPT_FOR = dt.timedelta(days=1)
FOLDER = "exports"
TOLD_EVERY = 10_000
BATCH = 2000
KINDS = {"integer": "integer", "number": "number", "boolean": "boolean", "date": "date"}
ROWS = """
SELECT o.code, o.state, b.name, u.name, o.valid_from, o.valid_to, o.data::text, ST_AsBinary(o.shape)
FROM objects_cityobject o JOIN people_organisation b ON b.id = o.owner_id
LEFT JOIN places_adminunit u ON u.id = o.unit_id
WHERE {where} ORDER BY o.code
"""
Told = Callable[[int], None]


def columns_of(fields: list[Field], *, titled: bool) -> list[tuple[str, Column]]:
    """(key of the value, column) in the order of the file; two fields of one title keep their names apart."""
    own = {"code": _("Code"), "state": _("State"), "owner": _("Owner"), "unit": _("Administrative unit"),
           "valid_from": _("Since"), "valid_to": _("Until")}  # fmt: skip
    kinds = {"valid_from": "date", "valid_to": "date"}
    listed = [(name, title, kinds.get(name, "text")) for name, title in own.items()]
    listed[1:1] = [(field.name, str(field.title), KINDS.get(field.type, "text")) for field in fields]
    seen: set[str] = set()
    found = []
    for name, title, kind in listed:
        words = title if titled and title not in seen else name
        seen.add(words)
        found.append((name, Column(words, kind=kind)))
    return found


def cell_of(field: Field, value: Any, *, titled: bool) -> Any:
    """A value as a cell of the file."""
    if value is None or field.type not in {"choice", "choices", "date"}:
        return value
    if field.type == "date":
        return dt.date.fromisoformat(str(value))
    titles = {choice.value: str(choice.title) for choice in field.choices} if titled else {}
    listed = value if isinstance(value, list) else [value]
    return "; ".join(titles.get(one, str(one)) for one in listed)


def rows_of(asked: Question, columns: list[tuple[str, Column]], *, titled: bool) -> Iterator[Row]:
    """Every object that is asked for, in the order of codes, as of one instant."""
    fields = {field.name: field for field in seen_fields(asked.kind, asked.user)}
    states = {state.value: str(state.label) if titled else state.value for state in State}
    where, given = asked.where()
    for number, row in enumerate(fetched(ROWS.format(where=where), given), 1):
        code, state, owner, unit, since, until, text, shape = row
        data = msgspec.json.decode(text)
        own = {"code": code, "state": states.get(state, state), "owner": owner, "unit": unit,
               "valid_from": since, "valid_to": until}  # fmt: skip
        values = {
            column.name: cell_of(fields[name], data.get(name), titled=titled) if name in fields else own[name]
            for name, column in columns
        }
        yield Row(number, values, bytes(shape))


def fetched(sql: str, given: list[Any]) -> Iterator[tuple[Any, ...]]:
    """Some thousands at a time from the server's own cursor."""
    with transaction.atomic(), closing(connection.chunked_cursor()) as cursor:
        cursor.execute(sql, given)
        while batch := cursor.fetchmany(BATCH):
            yield from batch


def counted(rows: Iterator[Row], told: Told) -> Iterator[Row]:
    """The rows; now and then how many there were."""
    for row in rows:
        if row.number % TOLD_EVERY == 0:
            told(row.number)
        yield row


def write_file(asked: Question, format_: str, path: Path, told: Told = lambda _n: None) -> int:
    """Writes what the person may see of what is asked for; returns how many objects."""
    if format_ not in FORMATS:
        raise BadInput.of("format", format_, "known", f"one of {', '.join(FORMATS)} is expected")
    titled = format_ in TABLES
    columns = columns_of(seen_fields(asked.kind, asked.user), titled=titled)
    rows = counted(rows_of(asked, columns, titled=titled), told)
    return write(rows, [column for _name, column in columns], path, FORMATS[format_])


def noted(asked: Question, format_: str, words: str, n: int) -> None:
    """The trail says who took what away."""
    reason = f"{format_}, {n}" + (f": {words}" if words else "")
    note(AuditAction.EXPORT, asked.user, f"objects:kind:{asked.kind.slug}", reason[:500])


def name_of(kind: ObjectKind, format_: str) -> str:
    """With the day: a file outlives the page that it came from."""
    return f"{kind.slug}-{timezone.localdate():%Y-%m-%d}.{format_}"


def begin(
    *, actor: Account, kind: ObjectKind, format_: str, words: str, within: str, total: int
) -> ExportRun:
    """An export for the worker; whoever asked for it may look at it."""
    return ExportRun.objects.create(  # type: ignore[no-any-return]
        key=secrets.token_hex(16), kind=kind, account=actor, format=format_, filter=words, within=within,
        total=total, name=name_of(kind, format_), language=get_language() or "vi",
    )  # fmt: skip


def carry_out(run: ExportRun) -> None:
    """The job: writes the file and keeps it; what cannot be written says why."""
    with override(run.language), tempfile.TemporaryDirectory() as folder, progress(run) as told:
        path = Path(folder) / run.name
        try:
            asked = question(run.kind, run.account, run.filter, run.within)
            n = write_file(asked, run.format, path, told)
        except BadInput as error:
            run.state, run.problem = ExportState.FAILED, error.errors[0].message[:300]
        else:
            with path.open("rb") as file:
                run.file = default_storage.save(f"{FOLDER}/{run.key}/{run.name}", File(file))
            run.state, run.read, run.total = ExportState.DONE, n, n
            noted(asked, run.format, run.filter, n)
        run.save()


@contextmanager
def progress(run: ExportRun) -> Iterator[Told]:
    """Tells how far it is over a connection of its own: the cursor's transaction is not over yet."""
    beside = connections.create_connection("default")

    def told(n: int) -> None:
        with beside.cursor() as cursor:
            cursor.execute("UPDATE objects_exportrun SET read = %s WHERE id = %s", [n, run.pk])

    try:
        yield told
    finally:
        beside.close()


def forget_old() -> int:
    """Files are kept for a day; returns how many went."""
    old = ExportRun.objects.filter(made_at__lt=timezone.now() - KEPT_FOR)
    for run in old:
        if run.file:
            default_storage.delete(run.file)
    n, _each = old.delete()
    return n
