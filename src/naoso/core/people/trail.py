"""Reads of the audit trail: narrowed, told in words, carried out as a file."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

from django.conf import settings
from django.contrib.postgres.lookups import Unaccent
from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook

from naoso.core.people.audit_triggers import audited_models
from naoso.core.people.models import Account, AuditAction, AuditEntry
from naoso.core.people.rights import require_everywhere
from naoso.core.people.selectors import search_accounts
from naoso.kernel.text import folded

EXPORTED_AT_MOST = 100_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as a reader sees it."""

    entry: AuditEntry
    who: str
    what: str
    row: str
    action: str


def entries(viewer: Account) -> QuerySet[AuditEntry]:
    """The trail has no owner, so it is for those who may read all of it; raises NotAllowed otherwise."""
    require_everywhere(viewer, "people.audit")
    return AuditEntry.objects.order_by("-id")


def narrowed(found: QuerySet[AuditEntry], wanted: dict[str, Any]) -> QuerySet[AuditEntry]:
    """By the fields of `AuditFilter`; the words are sought without tone marks."""
    for field in ("table", "row", "action"):
        if wanted.get(field):
            found = found.filter(**{field: wanted[field]})
    if wanted.get("actor"):
        found = found.filter(
            actor_id__in=search_accounts(Account.objects.all(), wanted["actor"]).values("pk")
        )
    if wanted.get("since"):
        found = found.filter(at__gte=_midnight(wanted["since"]))
    if wanted.get("until"):
        found = found.filter(at__lt=_midnight(wanted["until"] + dt.timedelta(days=1)))
    return _with_words(found, folded(wanted.get("q") or ""))


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _with_words(found: QuerySet[AuditEntry], words: str) -> QuerySet[AuditEntry]:
    if not words:
        return found
    cells = [
        Coalesce(Cast(name, TextField()), Value(""), output_field=TextField()) for name in ("before", "after")
    ]
    text = Concat("reason", Value(" "), *cells, output_field=TextField())
    return found.annotate(words=Lower(Unaccent(text))).filter(words__contains=words)


def _cells(column: str) -> Coalesce:
    return Coalesce(Cast(column, TextField()), Value(""), output_field=TextField())


def tables() -> list[tuple[str, str]]:
    """Audited tables with their names, for choosing."""
    named = {model._meta.db_table: str(model._meta.verbose_name) for model in audited_models()}  # noqa: SLF001
    return sorted(named.items(), key=lambda pair: pair[1])


def told(found: Iterable[AuditEntry]) -> list[Told]:
    """With the actors' names: one query for all of them."""
    listed = list(found)
    people = Account.objects.in_bulk({e.actor_id for e in listed if e.actor_id})
    names = dict(tables())
    house = _("the house itself")
    subjects = [_subject(entry, names) for entry in listed]
    return [
        Told(
            entry=entry,
            who=_name(people, entry.actor_id) if entry.actor_id else house,
            what=what,
            row=row,
            action=str(AuditAction(entry.action).label)
            if entry.action in AuditAction.values
            else entry.action,
        )
        for entry, (what, row) in zip(listed, subjects, strict=True)
    ]


def _subject(entry: AuditEntry, names: dict[str, str]) -> tuple[str, str]:
    """What and which: of a table, or of a reference such as `people:account:7`."""
    if entry.table:
        return names.get(entry.table, entry.table), entry.row
    domain, _colon, rest = entry.row.partition(":")
    kind, _colon, number = rest.partition(":")
    name = names.get(f"{domain}_{kind}")
    if name:
        return name, number
    room = next((str(module.title) for module in settings.MODULES if module.slug == domain), "")
    return (room, rest) if room else ("", entry.row)


def _name(people: dict[int, Account], pk: int) -> str:
    person = people.get(pk)
    return f"{person} ({person.username})" if person else _("account %(number)d (removed)") % {"number": pk}


def changes(entry: AuditEntry) -> list[tuple[str, Any, Any]]:
    """Column, before, after; columns in the order of their names."""
    before, after = entry.before or {}, entry.after or {}
    return [(name, before.get(name), after.get(name)) for name in sorted(before.keys() | after.keys())]


def heads() -> list[str]:
    """Column heads of a file."""
    return [
        _("Entry"), _("Time"), _("Who"), _("Address"), _("Database user"), _("Action"), _("What"), _("Row"),
        _("Reason"), _("Before"), _("After"),
    ]  # fmt: skip


def lines(found: QuerySet[AuditEntry]) -> Iterator[list[str]]:
    """Rows of a file, formula-proof, read in rounds."""
    limited = list(found[:EXPORTED_AT_MOST])
    for start in range(0, len(limited), 1000):
        for line in told(limited[start : start + 1000]):
            entry = line.entry
            yield [
                harmless(cell)
                for cell in (
                    str(entry.pk), timezone.localtime(entry.at).strftime("%d/%m/%Y %H:%M:%S"), line.who,
                    entry.address or "", entry.db_user, line.action, line.what, line.row, entry.reason,
                    str(entry.before or ""), str(entry.after or ""),
                )
            ]  # fmt: skip


def harmless(cell: str) -> str:
    """A spreadsheet must not take a cell for a formula (OWASP: CSV injection)."""
    text = "".join(c for c in cell if c.isprintable() or c in "\n\t")
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def as_csv(found: QuerySet[AuditEntry]) -> bytes:
    """UTF-8 with the mark that spreadsheets need to see the tone marks."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(heads())
    writer.writerows(lines(found))
    return file.getvalue().encode("utf-8-sig")


def as_xlsx(found: QuerySet[AuditEntry]) -> bytes:
    """One sheet; every cell is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("audit")
    sheet.append(heads())
    for line in lines(found):
        sheet.append([cell[:32_000] for cell in line])
    file = BytesIO()
    book.save(file)
    return file.getvalue()
