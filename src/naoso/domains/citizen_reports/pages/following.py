"""What others have reported near by, "me too", and the ways to hear of a report."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, re_path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from naoso.domains.citizen_reports.models import Category, Follower, Photo, Report
from naoso.domains.citizen_reports.pages.visitor import citizen_of, device_of, limit_key, named
from naoso.domains.citizen_reports.selectors import reports as selectors
from naoso.domains.citizen_reports.selectors.nearby import for_everybody, near
from naoso.domains.citizen_reports.services import following
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat
from naoso.ui.limits import limited

HOUR = 3600


@login_not_required
@require_GET
@limited("near", most=600, per_s=HOUR, methods=("GET",), key=limit_key)
def nearby(request: HttpRequest) -> HttpResponse:
    """`?lon=&lat=&category=`: the same thing, reported already? A part of the page; empty for none."""
    try:
        place = LonLat.checked(number(request, "lon"), number(request, "lat"))
    except BadInput as error:
        return JsonResponse(error.problem(), status=422, content_type="application/problem+json")
    category = get_object_or_404(Category, pk=int(number(request, "category")))
    context = {"found": near(place=place, category=category, now=timezone.now())}
    return render(request, "citizen_reports/citizen/nearby.html", context)


def number(request: HttpRequest, name: str) -> float:
    """A number of the address. Raises BadInput."""
    try:
        return float(request.GET.get(name, ""))
    except ValueError:
        raise BadInput.of(name, request.GET.get(name, ""), "number", "a number is expected") from None


@login_not_required
@require_POST
@limited("me-too", most=30, per_s=HOUR, key=limit_key)
@limited("me-too-address", most=300, per_s=HOUR)
def me_too(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Follow somebody else's public report instead of making another; twice is once."""
    report = get_object_or_404(Report.objects.public(), pk=pk, held=False)
    device = device_of(request) or str(uuid.uuid4())
    follower = following.follow(report=report, device=device, citizen=citizen_of(request), me_too=True)
    url = reverse("citizen_reports:following", args=[follower.token])
    if "json" in request.headers.get("Accept", ""):
        answer: HttpResponseBase = JsonResponse({"url": url, "title": str(report.category)}, status=201)
    else:
        answer = redirect(url)
    return named(request, answer, device)


def follower_of(token: uuid.UUID) -> Follower:
    """The follower of a token; 404 for none, and for a report that is public no longer."""
    return get_object_or_404(Follower.objects.select_related("report"), token=token)


@login_not_required
@never_cache
@require_GET
def follower_page(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """The public side of a report for somebody who follows it; the link of each letter."""
    follower = follower_of(token)
    if not follower.me_too:
        report = selectors.followed(follower.report.code)
    else:
        report = for_everybody().filter(pk=follower.report_id).first()
    context = {
        "title": _("A report that you follow") if follower.me_too else _("How you hear of your report"),
        "report": report,
        "follower": follower,
        "push_key": following.push_key(),
    }
    return render(request, "citizen_reports/citizen/following.html", context)


@login_not_required
@require_POST
@limited("choose", most=60, per_s=HOUR)
def follower_email(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Letters to this address; an empty one ends them."""
    follower = follower_of(token)
    try:
        following.tell_by_email(follower=follower, email=request.POST.get("email", ""))
    except BadInput as error:
        messages.error(request, error.errors[0].message)
    else:
        messages.success(request, _("Your wishes are saved."))
    return redirect(back_of(follower))


@login_not_required
@require_POST
@limited("choose", most=60, per_s=HOUR)
def follower_push(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """The browser gives its push subscription (W3C Push API JSON), or null to end it."""
    try:
        following.tell_by_push(follower=follower_of(token), given=body_of(request))
    except BadInput as error:
        return JsonResponse(error.problem(), status=422, content_type="application/problem+json")
    return JsonResponse({"told": True}, status=201)


def body_of(request: HttpRequest) -> Any:
    """The JSON of the request. Raises BadInput."""
    try:
        return json.loads(request.body)
    except ValueError as error:
        raise BadInput.of("body", "", "json", _("This is not JSON.")) from error


@login_not_required
@require_POST
@limited("choose", most=60, per_s=HOUR)
def follower_stop(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Nothing more is said."""
    following.stop(follower=follower_of(token))
    messages.success(request, _("You will hear nothing more of this report."))
    return redirect("citizen_reports:following", token)


@login_not_required
@require_POST
@limited("choose", most=60, per_s=HOUR)
def follow_start(request: HttpRequest, code: str) -> HttpResponseBase:
    """Whoever holds the code wants to hear: by e-mail, or by web push in the next step."""
    report = selectors.followed(code)
    if report is None:
        raise Http404
    device = device_of(request) or str(uuid.uuid4())
    follower = following.follow(report=report, device=device, citizen=citizen_of(request))
    if "json" in request.headers.get("Accept", ""):
        push = reverse("citizen_reports:follower_push", args=[follower.token])
        return named(request, JsonResponse({"push": push}, status=201), device)
    try:
        following.tell_by_email(follower=follower, email=request.POST.get("email", ""))
    except BadInput as error:
        messages.error(request, error.errors[0].message)
    else:
        messages.success(request, _("Your wishes are saved."))
    return named(request, redirect("citizen_reports:follow", report.code), device)


def back_of(follower: Follower) -> str:
    """The page of the code for its holder; for others the public side."""
    if follower.me_too:
        return reverse("citizen_reports:following", args=[follower.token])
    return reverse("citizen_reports:follow", args=[follower.report.code])


@login_not_required
@require_GET
def blurred_photo(_request: HttpRequest, key: uuid.UUID, size: str) -> HttpResponseBase:
    """A photo that everybody may see: faces and plates are blurred."""
    rows = Photo.objects.filter(report__in=Report.objects.public(), hidden=False, blurred_at__isnull=False)
    photo = get_object_or_404(rows.exclude(public_file=""), key=key)
    file = photo.public_thumbnail if size == "small" else photo.public_file
    answer = FileResponse(file.open("rb"), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=60"
    return answer


urlpatterns = [
    path("near/", nearby, name="near"),
    path("near/<int:pk>/me-too/", me_too, name="me_too"),
    re_path(r"^near/(?P<key>[0-9a-f-]{36})-(?P<size>small|full)\.jpg$", blurred_photo, name="blurred_photo"),
    path("following/<uuid:token>/", follower_page, name="following"),
    path("following/<uuid:token>/email/", follower_email, name="follower_email"),
    path("following/<uuid:token>/push/", follower_push, name="follower_push"),
    path("following/<uuid:token>/stop/", follower_stop, name="follower_stop"),
    path("follow/<str:code>/start/", follow_start, name="follow_start"),
]
