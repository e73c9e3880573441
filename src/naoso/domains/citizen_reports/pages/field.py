"""The officer on the street: what is to do and where, one task, and what the phone sends of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.models import Account
from naoso.domains.citizen_reports.forms.field import DeedForm
from naoso.domains.citizen_reports.models import Deed, FieldPost, Report, Shows
from naoso.domains.citizen_reports.selectors import field as selectors
from naoso.domains.citizen_reports.selectors import reports
from naoso.domains.citizen_reports.selectors.field import HANDLE
from naoso.domains.citizen_reports.services import field as services
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.errors import BadInput, Conflict, NotAllowed
from naoso.ui.phone import field_worker, for_one


@dataclass(frozen=True, slots=True)
class Task:
    """A report as a line of the list."""

    report: Report
    photo: str
    place: str
    lon: str
    lat: str
    due: int


def task_of(report: Report) -> Task:
    """What the phone needs to sort it and to show it."""
    photo = next(iter(report.photos.all()), None)
    return Task(
        report=report,
        photo=reverse("citizen_reports:photo", args=[photo.key, "small"]) if photo else "",
        place=report.place_text or (report.unit.full_name if report.unit else ""),
        lon=f"{report.point.x:.6f}",
        lat=f"{report.point.y:.6f}",
        due=int(report.due_at.timestamp()),
    )


@never_cache
@permission_required(HANDLE)
def field_list(request: HttpRequest) -> HttpResponse:
    """My tasks, or those that nobody has yet; the phone sorts them by distance."""
    account, free = account_of(request), request.GET.get("who") == "nobody"
    rows = selectors.untaken(account) if free else selectors.mine(account)
    context = {
        "title": _("Not taken yet") if free else _("My tasks in the field"),
        "free": free,
        "tasks": [task_of(row) for row in rows],
        "most": selectors.MOST if len(rows) == selectors.MOST else 0,
    }
    return for_one(request, account, "citizen_reports/field/list.html", context)


@never_cache
@permission_required(HANDLE)
def field_task(request: HttpRequest, pk: int) -> HttpResponse:
    """One task: facts, photos, history, and the deeds. Never who sent it."""
    account = account_of(request)
    report = get_object_or_404(reports.visible(account).permitted_to(account, HANDLE), pk=pk)
    context = {
        "title": str(report.category),
        "report": report,
        "task": task_of(report),
        "mine": report.handler_id == account.pk and report.state != State.NEW,
        "entries": report.entries.select_related("actor"),
        "answers": reports.answers_of(report),
        "templates": selectors.answer_templates(report) if report.is_open else [],
    }
    return for_one(request, account, "citizen_reports/field/task.html", context)


@require_POST
@permission_required(HANDLE)
def field_send(request: HttpRequest, pk: int) -> HttpResponse:
    """One deed from the phone's outbox: 200, or a problem; 409 says what changed meanwhile.

    403 for what another account left on this phone: it waits for that one.
    """
    actor = account_of(request)
    if request.POST.get("account") != str(actor.pk):
        return refused(NotAllowed(_("Another account made this on this phone.")))
    try:
        return JsonResponse(told(sent(request, actor, pk)))
    except (BadInput, Conflict) as error:
        return refused(error)
    except NotAllowed:
        return refused(BadInput.of("report", pk, "scope", _("You may not do this here any more.")))


def sent(request: HttpRequest, actor: Account, pk: int) -> FieldPost:
    """The deed, done now or known by its key, whatever has become of the report since. Raises BadInput."""
    known = known_deed(actor, request.POST.get("key", ""))
    if known is not None:
        return known
    report = reports.visible(actor).filter(pk=pk).first()
    if report is None:
        raise BadInput.of("report", pk, "scope", _("This report went to another body."))
    form = DeedForm(request.POST, request.FILES)
    if not form.is_valid():
        raise form.problem()
    return done(report, actor, form.cleaned_data)


def known_deed(actor: Account, text: str) -> FieldPost | None:
    """By the key of the phone."""
    try:
        return services.done_before(actor=actor, key=uuid.UUID(text))
    except ValueError:
        return None


def done(report: Report, actor: Account, values: dict[str, Any]) -> FieldPost:
    """By the verb of its deed."""
    deed, key, seen = Deed(values["deed"]), values["key"], values["seen"]
    if deed == Deed.TAKE:
        return services.take(report=report, actor=actor, key=key, seen=seen)
    if deed == Deed.BEFORE:
        photos = values["photos"]
        return services.add_photos(report=report, actor=actor, photos=photos, shows=Shows.BEFORE, key=key)
    return services.finish(
        report=report,
        actor=actor,
        text=values["text"],
        photos=values["photos"],
        key=key,
        public=deed == Deed.ANSWER,
        seen=seen,
    )


def told(post: FieldPost) -> dict[str, Any]:
    """What the phone keeps of it."""
    state = State(Report.objects.values_list("state", flat=True).get(pk=post.report_id))
    return {"report": post.report_id, "deed": post.deed, "state": state, "words": str(state.label)}


def refused(error: BadInput | Conflict | NotAllowed) -> HttpResponse:
    """Problem details."""
    return JsonResponse(error.problem(), status=error.status, content_type="application/problem+json")


@login_not_required
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of these pages."""
    title, back = gettext_noop("My tasks in the field"), gettext_noop("My tasks")
    return field_worker(request, room=reverse("citizen_reports:field"), title=title, back=back)


urlpatterns = [
    path("field/", field_list, name="field"),
    path("field/<int:pk>/", field_task, name="field_task"),
    path("field/<int:pk>/send/", field_send, name="field_send"),
    path("field/worker.js", worker, name="field_worker"),
]
