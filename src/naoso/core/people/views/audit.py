"""The audit trail."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from naoso.core.people import trail
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import note
from naoso.core.people.forms import AuditFilter
from naoso.core.people.models import AuditAction, AuditEntry

PAGE = 50
PRINTED = 2000
KINDS = {
    "csv": (trail.as_csv, "text/csv; charset=utf-8"),
    "xlsx": (trail.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@permission_required("people.audit")
def listing(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    form, found = _narrowed(request)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    words = {"title": _("Audit trail"), "page": page, "lines": trail.told(page), "filter": form}
    return render(request, "people/audit.html", words)


@permission_required("people.audit")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry: what stood before, what after, and its seal."""
    entry = get_object_or_404(trail.entries(account_of(request)).select_related("seal"), pk=pk)
    (line,) = trail.told([entry])
    seal = getattr(entry, "seal", None)
    words = {
        "title": _("Entry %(number)s") % {"number": pk},
        "line": line,
        "changes": trail.changes(entry),
        "seal": bytes(seal.hash).hex() if seal else "",
    }
    return render(request, "people/audit_entry.html", words)


@permission_required("people.audit")
def printed(request: HttpRequest) -> HttpResponse:
    """The same list on paper, without the frame."""
    _form, found = _narrowed(request)
    lines = trail.told(found[:PRINTED])
    words = {"title": _("Audit trail"), "lines": lines, "cut": len(lines) == PRINTED, "limit": PRINTED}
    return render(request, "people/audit_print.html", words)


@permission_required("people.audit")
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The list as a file; that it was taken out is itself an entry."""
    _form, found = _narrowed(request)
    write, content_type = KINDS[kind]
    body = write(found)
    note(AuditAction.EXPORT, account_of(request), f"people:audit:{kind}", request.GET.urlencode()[:500])
    disposition = f'attachment; filename="audit.{kind}"'
    return HttpResponse(body, content_type=content_type, headers={"Content-Disposition": disposition})


def _narrowed(request: HttpRequest) -> tuple[AuditFilter, QuerySet[AuditEntry]]:
    found: QuerySet[AuditEntry] = trail.entries(account_of(request))
    form = AuditFilter(request.GET or None, tables=trail.tables())
    wanted: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    return form, trail.narrowed(found, wanted)
