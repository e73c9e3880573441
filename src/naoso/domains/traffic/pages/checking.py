"""The page in the hand: a plate typed, said or photographed, an answer in a second, each a row."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.connectors.photo import read_photo
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import note_read
from naoso.domains.traffic.forms import CheckForm
from naoso.domains.traffic.models import Check, CheckPoint
from naoso.domains.traffic.pages.shell import refuse, shown
from naoso.domains.traffic.plates import known
from naoso.domains.traffic.plates import shown as as_shown
from naoso.domains.traffic.reading import has_reader, read_picture
from naoso.domains.traffic.services.checks import CHECK, Question, check_plate, entry_shown
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat
from naoso.kernel.ids import row_number
from naoso.kernel.plates import PROVINCES, parse

PAGE = 50


@permission_required(CHECK)
def check(request: HttpRequest) -> HttpResponse:
    """The page; without a script it answers as a form."""
    if request.method == "POST":
        return ask(request)
    return check_page(request, CheckForm(initial={"reason": "patrol"}))


def check_page(request: HttpRequest, form: CheckForm, **more: Any) -> HttpResponse:
    """With one's own last checks."""
    context = {
        "title": _("Check a plate"), "form": form, "points": points_of(request), "has_reader": has_reader(),
        "mine": Check.objects.filter(by=account_of(request))[:5], **more,
    }  # fmt: skip
    return shown(request, "check.html", "check", context, status=422 if form.errors else 200)


def points_of(request: HttpRequest) -> Any:
    """Check-points where this person is on duty now."""
    now = timezone.now()
    rows = CheckPoint.objects.filter(
        duties__person=account_of(request), operation__ended_at=None, operation__starts_at__lte=now,
        operation__ends_at__gt=now,
    )  # fmt: skip
    return rows.select_related("operation")


def ask(request: HttpRequest) -> HttpResponse:
    """The answer: a part of the page for a script, the whole page without one."""
    form, scripted = CheckForm(request.POST), request.headers.get("X-Requested-With") == "plate-check"
    row: Check | None = None
    if form.is_valid():
        try:
            row = check_plate(actor=account_of(request), question=question(request, form.cleaned_data))
        except BadInput as error:
            refuse(form, error)
    if row is None:
        words = [str(fault) for faults in form.errors.values() for fault in faults]
        if scripted:
            return render(request, "traffic/parts/verdict_refused.html", {"words": words}, status=422)
        return check_page(request, form)
    context = {
        "check": row, "entry": entry_shown(row),
        "province": PROVINCES.get(row.plate[:2], "") if row.local is False else "",
        "in_grammar": parse(row.text) is not None,
    }  # fmt: skip
    if scripted:
        return render(request, "traffic/parts/verdict.html", context)
    return check_page(request, CheckForm(initial={"reason": row.reason, "words": row.words}), **context)


def question(request: HttpRequest, said: dict[str, Any]) -> Question:
    """As it was asked; a position or a key that cannot be is left out."""
    key, place, point = uuid.uuid4(), None, request.POST.get("point", "")
    with suppress(ValueError):
        key = uuid.UUID(request.POST.get("key", ""))
    with suppress(ValueError, BadInput):
        place = LonLat.checked(float(request.POST.get("lon", "")), float(request.POST.get("lat", "")))
    how = request.POST.get("how", "")
    return Question(
        text=said["text"], reason=said["reason"], words=said["words"], key=key, place=place,
        how=how if how in Check.How.values else Check.How.TYPED,
        point_id=row_number(point),
    )  # fmt: skip


@require_POST
@permission_required(CHECK)
def check_photo(request: HttpRequest) -> JsonResponse:
    """Which plates are in a photo; nothing is looked up or kept."""
    file = request.FILES.get("photo")
    try:
        if file is None:
            raise BadInput.of("photo", "", "required", _("Choose a photo."))
        photo = read_photo(bytes(file.read()), field="photo")
    except BadInput as error:
        return JsonResponse({"plates": [], "fault": error.errors[0].message}, status=422)
    texts = [plate.plate if (plate := known(text)) else text for text in read_picture(photo.jpeg)]
    return JsonResponse({"plates": [as_shown(text) for text in dict.fromkeys(texts)], "fault": ""})


@permission_required(CHECK)
def checks(request: HttpRequest) -> HttpResponse:
    """Who checked what and why."""
    rows = Check.objects.visible_to(request.user).select_related("by", "check_point__operation")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    note_read(account_of(request), "traffic:checks:list", request.GET.urlencode()[:200])
    return shown(request, "checks.html", "check", {"title": _("Checks made"), "page": page})


urlpatterns = [
    path("check/", check, name="check"),
    path("check/photo/", check_photo, name="check_photo"),
    path("checks/", checks, name="checks"),
]
