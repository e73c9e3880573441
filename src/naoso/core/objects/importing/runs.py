"""The verbs of an import: take a file, say what its columns are, check, write, cancel."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from naoso.connectors.datasets import Row
from naoso.core.objects import values
from naoso.core.objects.importing import applying, files, judging, places, refused, staging
from naoso.core.objects.importing.places import IMPORT
from naoso.core.objects.importing.targets import WKT, X, Y, guessed, targets
from naoso.core.objects.importing_models import ImportRun, ImportState
from naoso.core.objects.models import ObjectKind
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import allowed, scope_of
from naoso.kernel.errors import BadInput, FieldError, NaosoError, NotAllowed

log = logging.getLogger(__name__)
LOCKS = 0x6F626A69
KEPT = dt.timedelta(days=30)
OPEN = (ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED)
Progress = Callable[[ImportRun], None]


def begin(
    *,
    actor: Account | None,
    kind: ObjectKind,
    owner: Organisation,
    name: str = "",
    file: IO[bytes] | None = None,
    address: str = "",
    encoding: str = "",
    layer: str = "",
) -> ImportRun:
    """Keeps a file, or an address, looks into it and guesses what its columns are; raises BadInput."""
    require_owner(actor, owner.pk)
    run = ImportRun(
        kind=kind, owner=owner, name=(name or address)[:200], address=address[:2000], created_by=actor,
        encoding=encoding, layer=layer,
    )  # fmt: skip
    if file is not None:
        files.keep(run, file, name)
    elif not address:
        raise BadInput.of("file", "", "required", _("Choose a file, or give an address."))
    try:
        files.look(run)
    except BadInput:
        files.forget(run.file)
        raise
    run.mapping = guessed(kind, run.columns, run.geometry)
    run.save()
    return run


def require_owner(actor: Account | None, owner_id: int) -> None:
    """Raises NotAllowed where the person may import for that organisation in no unit at all."""
    if actor is None:
        return
    scope = scope_of(actor, IMPORT)
    if not scope.everything and all(owner_id not in owners for owners, _units in scope.bindings):
        raise NotAllowed(f"{IMPORT} is not held for this organisation by {actor}")


def look_again(*, run: ImportRun, actor: Account | None, encoding: str, layer: str) -> ImportRun:
    """The same file in another encoding, or another layer of it; the columns are guessed anew."""
    require_open(run, actor)
    before = {column["name"] for column in run.columns}
    run.encoding, run.layer = encoding, layer
    files.look(run)
    if {column["name"] for column in run.columns} != before:
        run.mapping = guessed(run.kind, run.columns, run.geometry)
    run.save()
    return run


def choose(*, run: ImportRun, actor: Account | None, mapping: Mapping[str, str], crs: str = "") -> ImportRun:
    """Which column is what, and in which system its places are; raises BadInput with all that is missing."""
    require_open(run, actor)
    names = {column["name"] for column in run.columns}
    run.mapping = {target: column for target, column in mapping.items() if column}
    run.crs = crs.strip() or run.crs
    broken = [
        FieldError(target, column, "known", _("The file has no such column."))
        for target, column in run.mapping.items() if column not in names
    ]  # fmt: skip
    broken += missing(run)
    try:
        places.system(run.crs)
    except BadInput as error:
        broken += error.errors
    if broken:
        raise BadInput(*broken)
    require_fields(run, actor)
    run.save()
    return run


def missing(run: ImportRun) -> list[FieldError]:
    """What no import can be without: a place; and for objects without code their required values."""
    found = []
    known = {target.name for target in targets(run.kind)}
    unknown = [name for name in run.mapping if name not in known]
    found += [FieldError(name, "", "known", _("This kind of object has no such field.")) for name in unknown]
    placed = run.geometry or WKT in run.mapping or {X, Y} <= run.mapping.keys()
    if not placed or (X in run.mapping) != (Y in run.mapping):
        found.append(FieldError(X, "", "place", _("Choose the columns of x and y, or one of WKT.")))
    if "code" not in run.mapping:
        found += [
            FieldError(one.name, "", "required", _("This value is required: choose its column."))
            for one in targets(run.kind) if one.needed and one.name not in run.mapping
        ]  # fmt: skip
    return found


def require_fields(run: ImportRun, actor: Account | None) -> None:
    """Raises BadInput where a mapped field asks for a right that is not held."""
    if actor is None:
        return
    for field in run.kind.spec.fields:
        try:
            values.require_field_rights(
                run.kind, {field.name} & run.mapping.keys(), lambda right: allowed(actor, right)
            )
        except NotAllowed as error:
            words = _("You may not change this value: leave its column out.")
            raise BadInput.of(field.name, run.mapping[field.name], "right", words) from error


def require_open(run: ImportRun, actor: Account | None) -> None:
    """Raises NotAllowed for somebody else's, BadInput for one that is running or over."""
    require_owner(actor, run.owner_id)
    if run.state not in OPEN:
        raise BadInput.of("state", run.get_state_display(), "open", _("This import cannot be changed now."))


def start_check(*, run: ImportRun, actor: Account | None) -> bool:
    """From its beginning; True once, so that one job is enqueued."""
    require_open(run, actor)
    begun = ImportRun.objects.filter(pk=run.pk, state__in=OPEN).update(
        state=ImportState.CHECKING, read=0, counts={}, error="", touched_at=timezone.now()
    )
    run.refresh_from_db()
    if begun:
        staging.clear(run)
    return bool(begun)


def check(run: ImportRun, progress: Progress | None = None) -> ImportRun:
    """Every row is read and judged, nothing is written; goes on behind the last batch of a killed one."""
    with held(run) as mine:
        if not mine or run.state != ImportState.CHECKING:
            return run
        with spoken(run), failing(run):
            try:
                read_all(run, progress)
            except staging.Stopped:
                staging.clear(run)
                return run
            run.counts = judging.judge(run)
            run.total = run.read
            run.state = ImportState.CHECKED
            refused.keep(run)
            run.touched_at = timezone.now()
            run.save()
    return run


def read_all(run: ImportRun, progress: Progress | None) -> None:
    """What is not staged yet; where the waiting rows were lost, everything."""
    if run.address and not run.file:
        files.fetch(run)
    if run.read and staging.staged(run) == 0:
        run.read = 0
    with files.opened(run) as path:
        staging.stage(run, watched(run, path, progress), places.given(run))


def watched(run: ImportRun, path: Path, progress: Progress | None) -> Iterator[Row]:
    """The rows, and word of how far they are."""
    rows = files.rows_of(run, path, run.read)
    if progress is None:
        return rows

    def told() -> Iterator[Row]:
        for row in rows:
            if row.number % staging.BATCH == 0:
                progress(run)
            yield row

    return chain(told())


@contextmanager
def held(run: ImportRun) -> Iterator[bool]:
    """One process at a time works on a run; one that dies lets go of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, run.pk])
        mine = bool(cursor.fetchone()[0])
    try:
        if mine:
            run.refresh_from_db()
        yield mine
    finally:
        if mine and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, run.pk])


@contextmanager
def spoken(run: ImportRun) -> Iterator[None]:
    """In the language of whoever began it."""
    with override(run.created_by.language if run.created_by else settings.LANGUAGE_CODE):
        yield


@contextmanager
def failing(run: ImportRun) -> Iterator[None]:
    """A file that breaks off leaves a failed run with the reason, and no rows that wait."""
    try:
        yield
    except NaosoError as error:
        log.warning("import %s failed: %s", run.pk, error)
        staging.clear(run)
        run.state, run.error, run.read = ImportState.FAILED, str(error)[:2000], 0
        run.touched_at = timezone.now()
        run.save()


def start_apply(*, run: ImportRun, actor: Account | None) -> bool:
    """True once, where there is something to write."""
    require_owner(actor, run.owner_id)
    require_fields(run, actor)
    wanted = ImportRun.objects.filter(pk=run.pk, state=ImportState.CHECKED)
    begun = bool(wanted.update(state=ImportState.APPLYING, touched_at=timezone.now()))
    run.refresh_from_db()
    return begun


def write(run: ImportRun) -> ImportRun:
    """What was checked, whole or not at all; a killed one is written when this is called again."""
    with held(run) as mine:
        if not mine or run.state != ImportState.APPLYING:
            return run
        with failing(run):
            if staging.staged(run) != run.read:
                raise BadInput.of(
                    "run", run.pk, "staged", _("The checked rows are lost: check the file again.")
                )
            applying.apply(run)
    return run


def cancel(*, run: ImportRun, actor: Account | None) -> ImportRun:
    """Nothing of it is written; a running check stops at its next batch."""
    require_owner(actor, run.owner_id)
    stopped = ImportRun.objects.filter(pk=run.pk, state__in=[*OPEN, ImportState.CHECKING])
    if stopped.update(state=ImportState.CANCELLED, finished_at=timezone.now()):
        staging.clear(run)
        files.forget(run.file, run.refused_file)
    run.refresh_from_db()
    return run


def forget_old() -> int:
    """Imports that nobody wrote within a month are cancelled; returns how many."""
    old = ImportRun.objects.filter(state__in=OPEN, touched_at__lt=timezone.now() - KEPT)
    return len([cancel(run=run, actor=None) for run in old])
