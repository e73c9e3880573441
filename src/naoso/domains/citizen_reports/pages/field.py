"""The officer on the street: what is to do and where, one task, and what the phone sends of it."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.models import Account
from naoso.domains.citizen_reports.forms.field import DeedForm
from naoso.domains.citizen_reports.models import Deed, FieldPost, Report, Shows
from naoso.domains.citizen_reports.pages.phone import DIST, LANGUAGES, built_files, checked
from naoso.domains.citizen_reports.selectors import field as selectors
from naoso.domains.citizen_reports.selectors import reports
from naoso.domains.citizen_reports.selectors.field import HANDLE
from naoso.domains.citizen_reports.services import field as services
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.errors import BadInput, Conflict, NotAllowed

WORKER = "field-worker.js"
FIELD = "web/src/field/"
ACCOUNT = "X-Naoso-Account"


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
    return for_one(request, account, "list", context)


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
    return for_one(request, account, "task", context)


def for_one(request: HttpRequest, account: Account, name: str, context: dict[str, Any]) -> HttpResponse:
    """A page that the phone keeps for this account alone, and knows it by the header."""
    answer = render(request, f"citizen_reports/field/{name}.html", context | {"account": account})
    answer[ACCOUNT] = str(account.pk)
    return answer


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


def kept() -> dict[str, str]:
    """Address as the pages ask for it → address that the worker fetches it from."""
    others = (static("ui/theme.js"), static("ui/mark.svg"), reverse("map_place"), reverse("map_base"))
    words = {
        f"{reverse('js_words')}?{language}": reverse("citizen_reports:words", args=[language])
        for language in LANGUAGES
    }
    return {address: address for address in (*built_files(FIELD), *others)} | words


def words_of(language: str) -> dict[str, str]:
    """What the worker says by itself where nothing is kept."""
    with translation.override(language):
        none = _("This page has not been kept on this phone. Open it once with a network.")
        title = _("My tasks in the field")
        return {"language": language, "title": title, "none": none, "back": _("My tasks")}


@login_not_required
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of these pages with its list of files; it holds nobody's data by itself."""
    if not (DIST / WORKER).exists():
        raise Http404
    source = (DIST / WORKER).read_text(encoding="utf-8")
    language = request.GET.get("language", LANGUAGES[0])
    checked(language)
    told = {"keep": kept(), **words_of(language)}
    version = hashlib.sha256((source + json.dumps(told, sort_keys=True)).encode()).hexdigest()[:16]
    head = f"self.NAOSO = {json.dumps(told | {'version': version})};\n"
    answer = HttpResponse(head + source, content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


urlpatterns = [
    path("field/", field_list, name="field"),
    path("field/<int:pk>/", field_task, name="field_task"),
    path("field/<int:pk>/send/", field_send, name="field_send"),
    path("field/worker.js", worker, name="field_worker"),
]
