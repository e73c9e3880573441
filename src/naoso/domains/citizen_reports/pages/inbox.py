"""The officer's inbox: filtered, kept filters, a board by state, several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.models import Account
from naoso.domains.citizen_reports.forms.inbox import QUEUES, BulkForm, FilterNameForm, InboxForm
from naoso.domains.citizen_reports.models import Report, SavedFilter
from naoso.domains.citizen_reports.selectors import inbox as selectors
from naoso.domains.citizen_reports.selectors.lines import Row
from naoso.domains.citizen_reports.services import moves, publishing
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.errors import BadInput, Conflict, NotAllowed
from naoso.ui import icons
from naoso.ui.templatetags.ui import age, badge


@permission_required("citizen_reports.view")
def report_list(request: HttpRequest) -> HttpResponse:
    """Open ones first, page by key."""
    form = InboxForm(request.GET)
    asked = form.asked()
    rows = selectors.asked_for(request.user, asked)
    page = selectors.page_of(rows, form.book, sort=asked.sort, after=request.GET.get("after", ""))
    context = {
        "title": _("Citizen reports"),
        "form": form.with_choices() if form.narrowed_further else form,
        "page": page,
        "lines": [line_of(row) for row in page.rows],
        "next": address_with(request, after=page.after) if page.after else "",
        "filters": kept_filters(account_of(request)),
        "query": kept_query(request),
    }
    return render(request, "citizen_reports/inbox.html", context)


@dataclass(frozen=True, slots=True)
class Line:
    """A report as a line of the list: all words ready, for fifty of them stand on a page."""

    report: Row
    url: str
    photo: str
    icon: SafeString
    facts: str
    text: str
    signs: SafeString
    received: SafeString
    due: str


def line_of(row: Row) -> Line:
    """What the line shows of it."""
    return Line(
        report=row,
        url=f"/reports/{row.pk}/",
        photo=row.photo,
        icon=icons.svg(row.category_icon),
        facts=" · ".join(filter(None, (row.code, row.unit, row.owner, row.handler))),
        text=Truncator(row.text).chars(110),
        signs=signs_of(row),
        received=age(row.created_at),
        due=f"{timezone.localtime(row.due_at):%H:%M %d/%m}" if row.is_open and row.paused_at is None else "",
    )


STATE_SIGNS = {
    State.NEW: "new",
    State.ACCEPTED: "in_progress",
    State.WAITING: "waiting",
    State.OUTSIDE: "waiting",
    State.ANSWERED: "done",
    State.MERGED: "merged",
    State.REJECTED: "rejected",
}


def signs_of(row: Row) -> SafeString:
    """Its state, and what an operator must not overlook."""
    found = [badge(STATE_SIGNS[State(row.state)], State(row.state).label)]
    if row.is_late:
        found.append(badge("late"))
    if row.held:
        found.append(badge("waiting", _("Held back"), "warn", "hand-stop"))
    if row.reopened:
        found.append(badge("waiting", _("Opened again"), "warn", "rotate"))
    return format_html_join("", "{}", ((one,) for one in found))


def address_with(request: HttpRequest, **more: str) -> str:
    """The same address with other values."""
    values = {key: str(value) for key, value in request.GET.items() if value} | more
    return f"{request.path}?{urlencode(values)}"


def kept_query(request: HttpRequest) -> str:
    """The filters of the address, without the page."""
    return urlencode({key: str(value) for key, value in request.GET.items() if value and key != "after"})


def kept_filters(account: Account) -> list[SavedFilter]:
    """One's own, and what colleagues share."""
    mine = Q(account=account)
    if account.organisation_id:
        mine |= Q(shared_with=account.organisation_id)
    return list(SavedFilter.objects.filter(mine))


@permission_required("citizen_reports.view")
def further_filters(request: HttpRequest) -> HttpResponse:
    """The filters behind "More filters": a part that is fetched when somebody opens them."""
    form = InboxForm(request.GET).with_choices()
    return render(request, "citizen_reports/parts/filters.html", {"form": form})


@permission_required("citizen_reports.handle")
def bulk_bar(request: HttpRequest) -> HttpResponse:
    """The moves of several: a part that is fetched with the first mark."""
    return render(request, "citizen_reports/parts/bulk.html", {"form": BulkForm()})


@permission_required("citizen_reports.view")
def queues(request: HttpRequest) -> HttpResponse:
    """How many wait in each queue: a part that the inbox fetches after itself."""
    found = selectors.counts(request.user)
    shown = [(key, label, found[key]) for key, label in QUEUES if key in found]
    context = {"queues": shown, "mine": found["me"], "most": selectors.MOST_COUNTED}
    return render(request, "citizen_reports/parts/queues.html", context)


@permission_required("citizen_reports.view")
def board(request: HttpRequest) -> HttpResponse:
    """Columns by state."""
    form = InboxForm(request.GET)
    context = {
        "title": _("Board of reports"),
        "form": form,
        "columns": selectors.board(request.user, form.asked()),
    }
    return render(request, "citizen_reports/board.html", context)


@require_POST
@permission_required("citizen_reports.view")
def filter_keep(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the screen under a name; the same name again replaces them."""
    form, account = FilterNameForm(request.POST), account_of(request)
    if not form.is_valid():
        messages.error(request, _("Give the filter a name."))
        return redirect("citizen_reports:list")
    values = form.cleaned_data
    SavedFilter.objects.update_or_create(
        account=account,
        title=values["title"],
        defaults={
            "query": values["query"],
            "shared_with_id": account.organisation_id if values["shared"] else None,
        },
    )
    messages.success(request, _("The filter “%(title)s” is kept.") % {"title": values["title"]})
    return redirect(f"{request.path.removesuffix('filters/')}?{values['query']}")


@require_POST
@permission_required("citizen_reports.view")
def filter_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own filter goes."""
    get_object_or_404(SavedFilter, pk=pk, account=account_of(request)).delete()
    return redirect("citizen_reports:list")


Verb = Callable[[Report, Account, dict[str, Any]], object]
BULK: dict[str, Verb] = {
    "accept": lambda report, actor, _values: moves.accept(report=report, actor=actor),
    "assign": lambda report, actor, values: moves.assign(report=report, actor=actor, owner=values["owner"]),
    "category": lambda report, actor, values: moves.recategorise(
        report=report, actor=actor, category=values["category"]
    ),
    "note": lambda report, actor, values: moves.note(report=report, actor=actor, text=values["text"]),
    "release": lambda report, actor, _values: publishing.release(report=report, actor=actor),
}


@require_POST
@permission_required("citizen_reports.handle")
def bulk(request: HttpRequest) -> HttpResponse:
    """One move of several reports: each by itself, and what was refused is named."""
    form, back = BulkForm(request.POST), f"/reports/?{request.POST.get('query', '')}"
    if not form.is_valid():
        messages.error(request, "; ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(back)
    values = form.cleaned_data
    rows = Report.objects.visible_to(request.user).filter(pk__in=values["ids"])
    done, refused = carried_out(rows, account_of(request), BULK[values["move"]], values)
    if done:
        words = ngettext("%(count)s report was changed.", "%(count)s reports were changed.", done)
        messages.success(request, words % {"count": done})
    for line in refused:
        messages.error(request, line)
    return redirect(back)


def carried_out(
    rows: Iterable[Report], actor: Account, verb: Verb, values: dict[str, Any]
) -> tuple[int, list[str]]:
    """How many went well, and a line for each that did not."""
    done, refused = 0, []
    for report in rows:
        try:
            verb(report, actor, values)
            done += 1
        except BadInput as error:
            refused.append(f"{report.code}: {error.errors[0].message}")
        except Conflict as error:
            refused.append(f"{report.code}: {error}")
        except NotAllowed:
            refused.append(f"{report.code}: {_('You may not do this here.')}")
    return done, refused


urlpatterns = [
    path("", report_list, name="list"),
    path("queues/", queues, name="queues"),
    path("filters/further/", further_filters, name="further_filters"),
    path("bulk/bar/", bulk_bar, name="bulk_bar"),
    path("board/", board, name="board"),
    path("bulk/", bulk, name="bulk"),
    path("filters/", filter_keep, name="filter_keep"),
    path("filters/<int:pk>/drop/", filter_drop, name="filter_drop"),
]
