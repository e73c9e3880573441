"""Pages of citizens: report, follow, rate. No account is needed; the code is the key."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, re_path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.domains.citizen_reports import forms
from naoso.domains.citizen_reports.models import Photo
from naoso.domains.citizen_reports.selectors import reports as selectors
from naoso.domains.citizen_reports.services import moves, sending
from naoso.kernel.errors import BadInput
from naoso.kernel.ids import normalise_code
from naoso.ui.limits import limited

HOUR = 3600


@login_not_required
@limited("report", most=30, per_s=HOUR)
def report_new(request: HttpRequest) -> HttpResponse:
    """Photo, place, category, words: sent in one go."""
    form = forms.ReportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            report = sending.send_report(
                draft=values["draft"],
                category=values["category"],
                place=values["place"],
                text=values["text"],
                photos=values["photos"],
                contact=sending.Contact(email=values["contact_email"]),
            )
        except BadInput as error:
            form.add_error(None, error.errors[0].message)
        else:
            return redirect("citizen_reports:follow", report.code)
    status = 422 if form.errors else 200
    context = {"title": _("Report a problem"), "form": form, "status": status}
    return render(request, "citizen_reports/new.html", context, status=status)


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
    return render(request, "citizen_reports/find.html", context, status=404 if problem else 200)


@login_not_required
@limited("follow-page", most=600, per_s=HOUR, methods=("GET",))
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Each step in plain words, the answer, "is it solved?"."""
    report = selectors.followed(code)
    if report is None:
        raise Http404
    if report.code != code:
        return redirect("citizen_reports:follow", report.code)
    context = {"title": _("Report %(code)s") % {"code": report.code}, "report": report}
    return render(request, "citizen_reports/follow.html", context)


@login_not_required
@require_POST
@limited("rate", most=60, per_s=HOUR)
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """Solved or not."""
    report = selectors.followed(code)
    if report is None:
        raise Http404
    moves.rate(report=report, solved=request.POST.get("solved") == "yes")
    return redirect("citizen_reports:follow", report.code)


@login_not_required
def citizen_photo(_request: HttpRequest, code: str, key: uuid.UUID, size: str) -> HttpResponseBase:
    """A photo of the report that the code opens."""
    photo = get_object_or_404(Photo, key=key, report__code=normalise_code(code))
    return served(photo, size)


def officer_photo(request: HttpRequest, key: uuid.UUID, size: str) -> HttpResponseBase:
    """A photo of a report in the officer's scope."""
    photo = get_object_or_404(Photo, key=key, report__in=selectors.visible(request.user))
    return served(photo, size)


def served(photo: Photo, size: str) -> FileResponse:
    """A JPEG that the browser may keep for itself and must not guess about."""
    file = photo.thumbnail if size == "small" else photo.file
    answer = FileResponse(file.open("rb"), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


urlpatterns = [
    path("new/", report_new, name="new"),
    path("follow/", find, name="find"),
    path("follow/<str:code>/", follow, name="follow"),
    path("follow/<str:code>/rate/", rate, name="rate"),
    re_path(
        r"^follow/(?P<code>[\w-]+)/(?P<key>[0-9a-f-]{36})-(?P<size>small|full)\.jpg$",
        citizen_photo,
        name="citizen_photo",
    ),
    re_path(r"^photos/(?P<key>[0-9a-f-]{36})-(?P<size>small|full)\.jpg$", officer_photo, name="photo"),
]
