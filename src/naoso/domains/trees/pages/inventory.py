"""The inventory in number and value, by ward and by species, as a page, XLSX and PDF."""

from __future__ import annotations

import io
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.styles import Font

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import note
from naoso.core.people.models import AuditAction
from naoso.core.people.scope import allowed
from naoso.domains.trees import selectors
from naoso.domains.trees.models import Programme
from naoso.domains.trees.selectors import Line
from naoso.kernel.modules import resolve

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def heads(by: str) -> list[str]:
    """The columns."""
    first = _("Ward or commune") if by == "unit" else _("Species")
    return [
        first, _("Trees"), _("Conserved"), _("Ancient"), pgettext("tree", "Hazardous"), _("In poor health"),
        _("Inspection overdue"), _("Value, million đ"), _("Stored CO₂, t"), _("Shade, ha"),
    ]  # fmt: skip


def figures(line: Line) -> list[Any]:
    """The same columns of one line."""
    return [
        line.name or _("Not in a unit"), line.trees, line.conserved, line.ancient, line.hazardous,
        line.unhealthy, line.overdue, round(line.value_vnd / 1e6, 1), round(line.co2_t, 1),
        round(line.shade_m2 / 1e4, 2),
    ]  # fmt: skip


def filters(line: Line, by: str) -> list[str]:
    """For each figure the CQL2 filter of its rows; "" where there is none."""
    name = line.key.replace("'", "''")
    base = (
        f"unit = {line.key}"
        if by == "unit" and line.key
        else "unit IS NULL"
        if by == "unit"
        else f"species = '{name}'"
    )
    today = timezone.localdate().isoformat()
    more = ["", "class = 'conserved'", "class = 'ancient'", "class = 'hazardous'",
            "health IN ('poor','dying','dead')", f"next_inspection < DATE('{today}')"]  # fmt: skip
    return ["", *(f"{base} AND {one}" if one else base for one in more), "", "", ""]


def grouping(request: HttpRequest) -> str:
    """`unit` or `species`."""
    return "species" if request.GET.get("by") == "species" else "unit"


@permission_required("trees.view")
def inventory(request: HttpRequest) -> HttpResponse:
    """Each figure opens to its trees."""
    by = grouping(request)
    lines, whole = selectors.inventory(request.user, by)
    base = reverse("objects:list", args=["tree"])
    rows = [
        (
            line,
            [
                (value, f"{base}?{urlencode({'filter': rows_of})}" if rows_of and value else "")
                for value, rows_of in zip(figures(line), filters(line, by), strict=True)
            ],
        )
        for line in lines
    ]
    context = {
        "title": _("Inventory of trees"), "by": by, "heads": heads(by), "rows": rows,
            "whole": figures(whole)[1:],
        "missing": whole.trees - whole.measured, "unvalued": whole.trees - whole.valued,
        "programme": Programme.now(), "may_edit": allowed(request.user, "trees.edit_species"),
        "total": whole,
    }  # fmt: skip
    return render(request, "trees/inventory.html", context)


@permission_required("trees.view")
def inventory_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file; the export is noted."""
    if form not in {"xlsx", "pdf"}:
        raise Http404
    by = grouping(request)
    lines, whole = selectors.inventory(request.user, by)
    whole.name = _("All together")
    rows = [figures(line) for line in [*lines, whole]]
    note(AuditAction.EXPORT, account_of(request), f"trees:inventory:{form}", by)
    if form == "pdf":
        page = render_to_string(
            "trees/inventory_print.html",
            {"title": _("Inventory of trees"), "heads": heads(by), "rows": rows, "printed_for": request.user},
        )
        printed = resolve("naoso.ui.pdf.pdf_of")(page)  # loaded where somebody prints
        answer = HttpResponse(printed, content_type="application/pdf")
    else:
        answer = HttpResponse(spreadsheet(heads(by), rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="cay-xanh-{timezone.localdate():%Y%m%d}.{form}"'
    return answer


def spreadsheet(columns: list[str], rows: list[list[Any]]) -> bytes:
    """An XLSX file; a name that begins like a formula stays text."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = _("Trees")
    sheet.append(columns)
    for row in rows:
        sheet.append(row)
        sheet.cell(sheet.max_row, 1).data_type = "s"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.column_dimensions["A"].width = 36
    sheet.freeze_panes = "B2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


urlpatterns = [
    path("", inventory, name="inventory"),
    path("inventory.<str:form>", inventory_file, name="inventory_file"),
]
