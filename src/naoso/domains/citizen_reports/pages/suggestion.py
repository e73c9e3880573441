"""The classifier's screen for those who keep it, and the suggestion that the citizens' page asks for."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from procrastinate.exceptions import AlreadyEnqueued

from naoso.core.people.access import account_of, permission_required
from naoso.domains.citizen_reports import tasks
from naoso.domains.citizen_reports.models import Category, ClassifierVersion
from naoso.domains.citizen_reports.services.choosing_version import use
from naoso.domains.citizen_reports.services.suggesting import suggest
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat
from naoso.ui.limits import limited

SETTINGS = "citizen_reports.edit_settings"


def place_of(request: HttpRequest) -> LonLat | None:
    """`lon` and `lat` of the address, where they make a place."""
    try:
        return LonLat.checked(float(request.GET["lon"]), float(request.GET["lat"]))
    except (KeyError, ValueError, BadInput):
        return None


@login_not_required
@require_GET
@limited("suggest", most=600, per_s=3600, methods=("GET",))
def suggestion(request: HttpRequest) -> JsonResponse:
    """`{"sure": bool, "suggestions": [{id, title, icon, confidence}]}` for `text`, `lon`, `lat`."""
    sure, found = suggest(request.GET.get("text", "")[:600], place_of(request))
    items = [
        {
            "id": one.category.pk,
            "title": str(one.category),
            "icon": one.category.icon,
            "confidence": round(one.confidence, 3),
        }
        for one in found
    ]
    return JsonResponse({"sure": sure, "suggestions": items})


@permission_required(SETTINGS)
def classifier(request: HttpRequest) -> HttpResponse:
    """Every version with its score, and a field to try the one in use."""
    rows = list(ClassifierVersion.objects.defer("weights"))
    active = next((row for row in rows if row.active), None)
    text = request.GET.get("text", "")
    sure, found = suggest(text) if text else (False, [])
    context: dict[str, Any] = {
        "title": _("Category suggestion"),
        "rows": rows,
        "active": active,
        "scores": scores(active) if active else [],
        "text": text,
        "sure": sure,
        "found": found,
        "tab": "classifier",
    }
    return render(request, "citizen_reports/setup/classifier.html", context)


def scores(version: ClassifierVersion) -> list[tuple[str, int, int, float]]:
    """Category, right, all, share; the weakest first."""
    titles = {row.code: str(row) for row in Category.objects.all()}
    found = [
        (titles.get(code, code), right, total, right / total if total else 0.0)
        for code, (right, total) in version.by_category.items()
    ]
    return sorted(found, key=lambda line: line[3])


@require_POST
@permission_required(SETTINGS)
def train_now(request: HttpRequest) -> HttpResponse:
    """In the background; the new version stands in the list when it is ready."""
    with suppress(AlreadyEnqueued), transaction.atomic():  # one that waits does for both
        tasks.train_classifier.defer(actor=account_of(request).pk)
    messages.success(request, _("Training has begun. The new version appears here in a minute or so."))
    return redirect("citizen_reports:classifier")


@require_POST
@permission_required(SETTINGS)
def use_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Another version from now on."""
    version = get_object_or_404(ClassifierVersion.objects.defer("weights"), pk=pk)
    use(version=version, actor=account_of(request))
    messages.success(request, _("Version %(number)s is in use.") % {"number": version.pk})
    return redirect("citizen_reports:classifier")


urlpatterns = [
    path("suggest/", suggestion, name="suggest"),
    path("suggestion/", classifier, name="classifier"),
    path("suggestion/train/", train_now, name="train"),
    path("suggestion/<int:pk>/use/", use_version, name="use_version"),
]
