"""Pages of citizens: report, follow, reply, rate. No account is needed; the code is the key."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, re_path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from naoso.connectors.video import MOST_BYTES
from naoso.domains.citizen_reports.forms.citizen import ANSWERS, RateForm, ReplyForm, ReportForm
from naoso.domains.citizen_reports.models import Entry, EntryKind, Photo, Report
from naoso.domains.citizen_reports.pages.films import played
from naoso.domains.citizen_reports.pages.visitor import (
    citizen_of,
    contact_of,
    device_of,
    limit_key,
    named,
)
from naoso.domains.citizen_reports.selectors import reports as selectors
from naoso.domains.citizen_reports.selectors.choosing import asked, tree
from naoso.domains.citizen_reports.services import following, moves
from naoso.domains.citizen_reports.services.sending import send_report
from naoso.kernel.errors import BadInput
from naoso.kernel.ids import normalise_code
from naoso.ui.limits import limited

HOUR = 3600
# many phones share one address of a mobile network, so the phone itself is held shorter than the address
A_PHONE, AN_ADDRESS = 30, 300


def report_page(
    request: HttpRequest, form: ReportForm, status: int = 200, *, nobody: bool = False
) -> HttpResponseBase:
    """The page with its form; for `nobody` it is what the phone keeps for a start offline."""
    branches = tree()
    chosen = str(form["category"].value() or "")
    given = form.answers() if form.is_bound else {}
    leaves = [leaf for branch in branches for leaf in branch.leaves()]
    context = {
        "title": _("Report a problem"),
        "form": form,
        "branches": branches,
        "chosen": chosen,
        "chosen_title": next((str(leaf.category) for leaf in leaves if str(leaf.category.pk) == chosen), ""),
        "asking": [(leaf.category, asked(leaf.questions, {})) for leaf in leaves if leaf.questions],
        "asked": [
            row for leaf in leaves if str(leaf.category.pk) == chosen for row in asked(leaf.questions, given)
        ],
        "citizen": None if nobody else citizen_of(request),
        "shell": nobody,
        "video_mb": MOST_BYTES // (1024 * 1024),
    }
    return named(request, render(request, "citizen_reports/citizen/new.html", context, status=status))


@login_not_required
@never_cache
@limited("report", most=A_PHONE, per_s=HOUR, key=limit_key)
@limited("report-address", most=AN_ADDRESS, per_s=HOUR)
def report_new(request: HttpRequest) -> HttpResponseBase:
    """Photo, place, category, words: sent in one go, with a script or without."""
    form = ReportForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        try:
            report = taken(request, form)
        except BadInput as error:
            shown_on(form, error)
            return report_page(request, form, 422)
        return named(request, redirect("citizen_reports:follow", report.code))
    return report_page(request, form)


@login_not_required
@require_POST
@limited("report", most=A_PHONE, per_s=HOUR, key=limit_key)
@limited("report-address", most=AN_ADDRESS, per_s=HOUR)
def send(request: HttpRequest) -> HttpResponseBase:
    """The same for the phone's outbox: 201 with the code, or a problem that names field, value and rule.

    The draft is the idempotency key: after a lost reply the same draft gets the same code.
    """
    try:
        report = taken(request, ReportForm(request.POST, request.FILES))
    except BadInput as error:
        return JsonResponse(error.problem(), status=422, content_type="application/problem+json")
    answer = {
        "code": report.code,
        "url": reverse("citizen_reports:follow", args=[report.code]),
        "title": str(report.category),
    }
    return named(request, JsonResponse(answer, status=201))


def taken(request: HttpRequest, form: ReportForm) -> Report:
    """The report of this form, made now or known by its draft. Raises BadInput."""
    if not form.is_valid():
        known = known_draft(request.POST.get("draft", ""))
        if known is not None:
            return known
        raise form.problem()
    values = form.cleaned_data
    report = send_report(
        draft=values["draft"],
        category=values["category"],
        place=values["place"],
        text=values["text"],
        place_text=values["place_text"],
        answers=form.answers(),
        photos=values["photos"].photos,
        clip=values["photos"].clip,
        contact=contact_of(request, email=values["contact_email"]),
    )
    wants = values["contact_email"]
    if wants:
        mine = following.follow(report=report, device=device_of(request), citizen=citizen_of(request))
        following.tell_by_email(follower=mine, email=wants)
    return report


def known_draft(text: str) -> Report | None:
    """A draft that has arrived before, whatever has changed since."""
    try:
        return Report.objects.select_related("category").filter(draft=uuid.UUID(text)).first()
    except ValueError:
        return None


def shown_on(form: ReportForm, error: BadInput) -> None:
    """Errors of the service stand beside the fields that they name."""
    if form.errors:
        return
    for one in error.errors:
        if one.field.startswith(ANSWERS):
            words = _("Please answer: %(question)s") % {"question": one.message}
            form.add_error(None, words if one.rule == "required" else one.message)
        else:
            form.add_error(one.field if one.field in form.fields else None, one.message)


@login_not_required
@require_GET
@never_cache
@limited("token", most=600, per_s=HOUR, methods=("GET",), key=limit_key)
def token(request: HttpRequest) -> HttpResponseBase:
    """A token of the moment for what has waited on the phone, perhaps for days."""
    return named(request, JsonResponse({"token": get_token(request)}))


@login_not_required
@limited("follow", most=60, per_s=HOUR)
def find(request: HttpRequest) -> HttpResponse:
    """Type the code."""
    problem = ""
    if request.method == "POST":
        report = selectors.followed(request.POST.get("code", ""))
        if report is not None:
            return redirect("citizen_reports:follow", report.code)
        problem = _("There is no report with this code. Look at the letters once more.")
    context = {"title": _("Follow a report"), "problem": problem, "code": request.POST.get("code", "")}
    return render(request, "citizen_reports/citizen/find.html", context, status=404 if problem else 200)


def opened(code: str) -> Report:
    """The report of a code, or 404."""
    report = selectors.followed(code)
    if report is None:
        raise Http404
    return report


@login_not_required
@never_cache
@limited("follow-page", most=600, per_s=HOUR, methods=("GET",))
def follow(request: HttpRequest, code: str) -> HttpResponseBase:
    """Each step in plain words, the officer's question, the answer, "is it solved?"."""
    report = opened(code)
    if report.code != code:
        return redirect("citizen_reports:follow", report.code)
    return follow_page(request, report)


def follow_page(request: HttpRequest, report: Report, status: int = 200, **more: Any) -> HttpResponseBase:
    """The page of the one who holds the code."""
    lines: list[Entry] = getattr(report, "public_entries", [])
    context = {
        "title": _("Report %(code)s") % {"code": report.code},
        "report": report,
        "reply_form": ReplyForm(),
        "last_question": next((line for line in reversed(lines) if line.kind == EntryKind.QUESTION), None),
        "stars_given": "★" * (report.rating or 0),
        "follower": following.of_link(report, request.GET.get("by", ""))
        or following.of_visitor(report, device=device_of(request), citizen=citizen_of(request)),
        "push_key": following.push_key(),
        "citizen": citizen_of(request),
        **more,
    }
    return named(request, render(request, "citizen_reports/citizen/follow.html", context, status=status))


@login_not_required
@require_POST
@limited("reply", most=30, per_s=HOUR)
def reply(request: HttpRequest, code: str) -> HttpResponseBase:
    """The citizen answers the officer's question."""
    report = opened(code)
    form = ReplyForm(request.POST, request.FILES if request.FILES.getlist("photos") else None)
    if form.is_valid():
        try:
            moves.reply(report=report, text=form.cleaned_data["text"], photos=form.cleaned_data["photos"])
        except BadInput as error:
            form.add_error(None, error.errors[0].message)
        else:
            return redirect("citizen_reports:follow", report.code)
    return follow_page(request, report, 422, reply_form=form)


@login_not_required
@require_POST
@limited("rate", most=60, per_s=HOUR)
def rate(request: HttpRequest, code: str) -> HttpResponseBase:
    """Solved or not, with stars and words; "no" opens it again."""
    report = opened(code)
    form = RateForm(request.POST)
    problem = _("Say first whether it is solved.")
    if form.is_valid():
        values = form.cleaned_data
        try:
            moves.rate(
                report=report,
                solved=values["solved"] == "yes",
                rating=values["rating"],
                text=values["text"],
            )
        except BadInput as error:
            problem = error.errors[0].message
        else:
            return redirect("citizen_reports:follow", report.code)
    return follow_page(request, report, 422, rate_problem=problem)


@login_not_required
def citizen_photo(_request: HttpRequest, code: str, key: uuid.UUID, size: str) -> HttpResponseBase:
    """A photo of the report that the code opens."""
    photo = get_object_or_404(Photo, key=key, report__code=normalise_code(code))
    return served(photo, size)


def officer_photo(request: HttpRequest, key: uuid.UUID, size: str) -> HttpResponseBase:
    """A photo of a report in the officer's scope."""
    photo = get_object_or_404(Photo, key=key, report__in=selectors.visible(request.user))
    return served(photo, size)


@login_not_required
def citizen_video(request: HttpRequest, code: str, key: uuid.UUID) -> HttpResponseBase:
    """The film of the report that the code opens."""
    photo = get_object_or_404(Photo, ~Q(video=""), key=key, report__code=normalise_code(code))
    return played(request, photo.video)


def officer_video(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """A film of a report in the officer's scope."""
    rows = Photo.objects.filter(~Q(video=""), report__in=selectors.visible(request.user))
    return played(request, get_object_or_404(rows, key=key).video)


def served(photo: Photo, size: str) -> FileResponse:
    """A JPEG that the browser may keep for itself and must not guess about."""
    file = photo.thumbnail if size == "small" else photo.file
    answer = FileResponse(file.open("rb"), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


urlpatterns = [
    path("new/", report_new, name="new"),
    path("send/", send, name="send"),
    path("token/", token, name="token"),
    path("follow/", find, name="find"),
    path("follow/<str:code>/", follow, name="follow"),
    path("follow/<str:code>/reply/", reply, name="reply"),
    path("follow/<str:code>/rate/", rate, name="rate"),
    re_path(
        r"^follow/(?P<code>[\w-]+)/(?P<key>[0-9a-f-]{36})-(?P<size>small|full)\.jpg$",
        citizen_photo,
        name="citizen_photo",
    ),
    re_path(r"^follow/(?P<code>[\w-]+)/(?P<key>[0-9a-f-]{36})\.mp4$", citizen_video, name="citizen_video"),
    re_path(r"^photos/(?P<key>[0-9a-f-]{36})\.mp4$", officer_video, name="video"),
    re_path(r"^photos/(?P<key>[0-9a-f-]{36})-(?P<size>small|full)\.jpg$", officer_photo, name="photo"),
]
