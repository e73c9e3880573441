"""Tables that leave as CSV: with the mark by which spreadsheets see tone marks, and without formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from django.http import HttpResponse
from django.utils import timezone

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_answer(name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    """To be kept by whoever asked."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(heads)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    answer = HttpResponse(file.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y%m%d}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def harmless(cell: str) -> str:
    """A cell that a spreadsheet would reckon is shown as it is."""
    return (
        f"'{cell}" if cell.startswith(FORMULA) and not cell.lstrip("-").replace(".", "").isdigit() else cell
    )
