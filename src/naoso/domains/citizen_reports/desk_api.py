"""/api/v1/citizen_reports/desk: what officers do with reports, for their own programs and apps.

Signed in as on the screens, in the same scope; the same filters, the same actions, the same refusals.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from ninja import Query, Router, Schema
from ninja.security import SessionAuth

from naoso.core.people.access import account_of
from naoso.core.people.models import Account, name_of
from naoso.core.people.scope import allowed, require
from naoso.domains.citizen_reports.actions import ACTIONS, offered
from naoso.domains.citizen_reports.forms.inbox import InboxForm
from naoso.domains.citizen_reports.models import Report
from naoso.domains.citizen_reports.selectors import inbox
from naoso.domains.citizen_reports.selectors import reports as selectors
from naoso.domains.citizen_reports.selectors.lines import Row, line_of, thumbnail
from naoso.kernel.errors import BadInput, FieldError, NotAllowed

VIEW = "citizen_reports.view"


class OfficerAuth(SessionAuth):
    """An account that may see reports somewhere; a signed-in account without the right is told so."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Account | None:  # noqa: ARG002
        """The account of the session."""
        if not isinstance(request.user, Account) or not request.user.is_active:
            return None
        if not allowed(request.user, VIEW):
            raise NotAllowed(f"{VIEW} is not held")
        return request.user


router = Router(auth=OfficerAuth(), tags=["officers"])


class Filters(Schema):
    """As in the inbox; what is empty does not narrow. Dates are dd/mm/yyyy."""

    q: str = ""
    state: str = ""
    category: str = ""
    unit: str = ""
    owner: str = ""
    who: str = ""
    queue: str = ""
    channel: str = ""
    since: str = ""
    until: str = ""
    sort: str = ""
    after: str = ""


class LineOut(Schema):
    """A report in a list."""

    id: int
    code: str
    state: str
    late: bool
    category: str
    text: str
    owner: str
    handler: str
    unit: str
    lon: float
    lat: float
    created_at: str
    due_at: str
    version: int
    photo: str


class PageOut(Schema):
    """Fifty at most; `after` of the next page, empty on the last."""

    reports: list[LineOut]
    after: str


class EntryOut(Schema):
    """A line of the history."""

    at: str
    actor: str
    public: bool
    kind: str
    text: str


class DetailOut(LineOut):
    """One report with its history; never who sent it."""

    place_text: str
    answers: dict[str, Any]
    answer_due_at: str
    paused: str
    answer: str
    rating: int | None
    photos: list[str]
    history: list[EntryOut]
    actions: list[str]


def line_out(row: Row) -> dict[str, Any]:
    """The facts of a line."""
    return {
        "id": row.pk,
        "code": row.code,
        "state": row.state,
        "late": row.is_late,
        "category": row.category_code,
        "text": row.text,
        "owner": row.owner,
        "handler": row.handler,
        "unit": row.unit,
        "lon": row.lon,
        "lat": row.lat,
        "created_at": row.created_at.isoformat(),
        "due_at": row.due_at.isoformat(),
        "version": row.version,
        "photo": row.photo,
    }


def told(data: dict[str, Any]) -> HttpResponse:
    """JSON whose shape the description already tells: not checked a second time for each row."""
    return HttpResponse(json.dumps(data, ensure_ascii=False), content_type="application/json; charset=utf-8")


@router.get("/reports", response=PageOut, summary="Reports in your scope")
def report_list(request: HttpRequest, filters: Query[Filters]) -> HttpResponse:
    """Filtered, in pages by key: pass `after` of a page to get the next."""
    given = QueryDict(mutable=True)
    given.update({name: value for name, value in filters.dict().items() if value})
    form = InboxForm(given)
    if not form.is_valid():
        raise BadInput(
            *(
                FieldError(name, given.get(name), "choice", str(words[0]))
                for name, words in form.errors.items()
            )
        )
    asked = form.asked()
    rows = inbox.asked_for(request.user, asked)
    page = inbox.page_of(rows, form.book, sort=asked.sort, after=filters.after)
    return told({"reports": [line_out(row) for row in page.rows], "after": page.after})


@router.get("/reports/{pk}", response=DetailOut, summary="One report")
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """With its history and the actions that you may take."""
    return told(detail_out(selectors.report_in_full(request.user, pk), account_of(request)))


def detail_out(report: Report, actor: Account) -> dict[str, Any]:
    """The facts of one report."""
    photos = list(report.photos.values_list("key", flat=True))
    return line_out(line_of(report, thumbnail(photos[0]) if photos else "")) | {
        "place_text": report.place_text,
        "answers": report.answers,
        "answer_due_at": report.answer_due_at.isoformat(),
        "paused": report.pause_reason,
        "answer": report.answer,
        "rating": report.rating,
        "photos": [f"/reports/photos/{key}-full.jpg" for key in photos],
        "history": list(history_out(report)),
        "actions": list(offered(report, actor)),
    }


ENTRY = ("at", "public", "kind", "text", "actor__last_name", "actor__first_name", "actor__username")


def history_out(report: Report) -> Iterator[dict[str, Any]]:
    """Line by line, the oldest first."""
    for at, public, kind, text, last, first, username in report.entries.values_list(*ENTRY):
        yield {
            "at": at.isoformat(),
            "actor": name_of(last or "", first or "", username or ""),
            "public": public,
            "kind": kind,
            "text": text,
        }


@router.post("/reports/{pk}/{action}", response=DetailOut, summary="Act on a report")
def report_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """The fields of the action as a form; `seen` is the version that you have. 409: it changed meanwhile."""
    report, actor = selectors.report_to_change(request.user, pk), account_of(request)
    entry = ACTIONS.get(action)
    if entry is None:
        raise Http404
    require(actor, entry.permission, report)
    form = entry.form(request.POST, request.FILES, report=report, actor=actor)
    if not form.is_valid():
        errors = form.errors.items()
        raise BadInput(*(FieldError(n, request.POST.get(n), "form", str(w[0])) for n, w in errors))
    entry.run(report=report, actor=actor, **form.cleaned_data)
    return told(detail_out(Report.objects.get(pk=pk), actor))
