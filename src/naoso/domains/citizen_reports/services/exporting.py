"""Figures as a spreadsheet and as a printed page."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from naoso.domains.citizen_reports.selectors.performance import AGES, Line, Period
from naoso.kernel.modules import resolve

WIDTHS = (42, *[13] * 14)


def heads(group_title: str) -> list[str]:
    """The columns of a performance table."""
    return [
        group_title,
        _("Received"),
        _("Ended"),
        _("On time, %"),
        _("Opened again, %"),
        _("Ratings"),
        _("Rating, 1–5"),
        _("Median, days"),
        _("90th percentile, days"),
        _("Open"),
        *(age_title(least, most) for least, most in AGES),
    ]


def age_title(least: int, most: int | None) -> str:
    """`open 1–3 days`, `open over 30 days`."""
    if most is None:
        return _("Open over %(days)s days") % {"days": least}
    return _("Open %(least)s–%(most)s days") % {"least": least, "most": most}


def figures(line: Line) -> list[Any]:
    """The same columns of one line."""
    return [
        line.name or _("All together"),
        line.received,
        line.ended,
        rounded(line.on_time_share),
        rounded(line.reopened_share),
        line.ratings,
        rounded(line.rating, 2),
        rounded(line.median_days, 2),
        rounded(line.p90_days, 2),
        line.open,
        *line.backlog,
    ]


def rounded(value: float | None, places: int = 1) -> float | None:
    """None stays an empty cell."""
    return None if value is None else round(float(value), places)


def spreadsheet(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """An XLSX file; text stays text, whatever sign it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31].translate(str.maketrans("[]:*?/\\", "       ")))
    for number, width in enumerate(WIDTHS[: len(columns)], 1):
        sheet.column_dimensions[chr(64 + number)].width = width
    sheet.freeze_panes = "B2"
    sheet.append([cell_of(sheet, column, bold=True) for column in columns])
    for row in rows:
        sheet.append([cell_of(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell_of(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    """A cell in which nothing is a formula."""
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def printed(
    title: str, period: Period, group_title: str, lines: Sequence[Line], whole: Line, printed_for: str
) -> bytes:
    """A PDF on A4 across."""
    html = render_to_string(
        "citizen_reports/performance_print.html",
        {
            "title": title,
            "period": period,
            "heads": heads(group_title),
            "rows": [figures(line) for line in lines],
            "whole": figures(whole),
            "printed_for": printed_for,
        },
    )
    made: bytes = resolve("naoso.ui.pdf.pdf_of")(html)  # loaded where somebody prints, not in every process
    return made
