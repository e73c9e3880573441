"""Writes about places."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.gis.geos import MultiPolygon
from django.db import connection, transaction
from django.utils import timezone

from naoso.core.places.importing import Progress, Read, Refusal, Row, read
from naoso.core.places.models import LOCAL, PROVINCIAL, AdminUnit, UnitKind
from naoso.kernel.errors import BadInput
from naoso.kernel.text import folded

KINDS = {
    "tỉnh": UnitKind.PROVINCE,
    "thành phố": UnitKind.CITY,
    "phường": UnitKind.WARD,
    "xã": UnitKind.COMMUNE,
    "đặc khu": UnitKind.SPECIAL_ZONE,
}


@dataclass
class ImportReport:
    """What an import did, or would do; `stored` False means that nothing was written."""

    stored: bool = False
    changed: list[str] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    systems: list[str] = field(default_factory=list)


def import_units(
    path: Path,
    *,
    crs: str = "",
    day: dt.date | None = None,
    parent: str = "",
    source: str = "",
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Outlines (and new units) as they are on `day`, matched by official code.

    One refused row refuses the file: nothing is stored by halves. A unit that is known keeps its
    name, its parent and its days of validity, and gets the outline; one that is not known is made
    when the row names it and its parent stands.
    """
    found = read(path, crs=crs, progress=progress)
    report = ImportReport(refusals=found.refusals, systems=sorted(found.systems))
    day = day or timezone.localdate()
    with transaction.atomic():
        _store(found, report, day, parent, source or path.name)
        report.stored = not report.refusals and not dry_run
        if not report.stored:
            transaction.set_rollback(True)
    return report


def _store(found: Read, report: ImportReport, day: dt.date, parent: str, source: str) -> None:
    known = {unit.code: unit for unit in AdminUnit.objects.on(day)}
    for row in sorted(found.rows, key=lambda row: len(row.code)):
        unit = known.get(row.code)
        try:
            if unit is None:
                unit = known[row.code] = _new_unit(row, known, day, parent)
                report.created.append(row.code)
            else:
                report.changed.append(row.code)
                if row.name and folded(row.name) != unit.folded_name:
                    report.notes.append(f"{row.code}: the file says {row.name!r}, kept {unit.name!r}")
            _draw(unit, row.outline, source)
        except BadInput as error:
            report.refusals.append(Refusal(row.number, row.file, error.errors[0]))
    report.refusals.sort(key=lambda refusal: (refusal.file, refusal.number))


def _new_unit(row: Row, known: dict[str, AdminUnit], day: dt.date, parent: str) -> AdminUnit:
    if not row.name:
        raise BadInput.of("name", "", "required", f"{row.code} is not known, and the row has no name")
    kind = _kind(row)
    above = row.parent or parent
    if kind not in PROVINCIAL and above not in known:
        raise BadInput.of("parent", above, "known", f"{row.code} is not known, and neither is its parent")
    return AdminUnit(
        code=row.code,
        name=row.name,
        kind=kind,
        parent=known.get(above) if kind not in PROVINCIAL else None,
        valid_from=day,
    )


def _kind(row: Row) -> UnitKind:
    words = (row.kind or row.full_name).casefold()
    for word, kind in KINDS.items():
        if words.startswith(word):
            return kind
    if words in UnitKind.values:
        return UnitKind(words)
    raise BadInput.of("kind", words, "known", f"{row.code} is not known, and the row does not say what it is")


def _draw(unit: AdminUnit, outline: MultiPolygon, source: str) -> None:
    unit.outline, unit.outline_approximate, unit.outline_source = outline, False, source
    centroid = outline.centroid
    unit.centre = centroid if outline.contains(centroid) else outline.point_on_surface
    unit.save()


def redraw_provinces(day: dt.date | None = None) -> int:
    """A province without a real outline gets the union of its units' outlines; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH u AS MATERIALIZED ( -- a union takes a second: once, not for every province looked at
                 SELECT parent_id, ST_Multi(ST_Union(outline)) AS shape FROM places_adminunit
                 WHERE outline IS NOT NULL AND kind = ANY(%s) AND valid_from <= %s
                   AND (valid_to IS NULL OR valid_to > %s) GROUP BY parent_id)
               UPDATE places_adminunit p SET outline = u.shape, outline_source = 'union of its units'
               FROM u WHERE p.id = u.parent_id AND p.outline_approximate""",
            [list(LOCAL), day or timezone.localdate(), day or timezone.localdate()],
        )
        return int(cursor.rowcount)
