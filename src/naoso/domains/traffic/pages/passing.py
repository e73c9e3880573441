"""Passages, hits, the review queue."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import note, note_read
from naoso.core.people.models import AuditAction
from naoso.core.places.models import UNIT_SHAPES
from naoso.domains.traffic.forms import HitFilter, PassageFilter
from naoso.domains.traffic.models import Hit, Passage, Sample
from naoso.domains.traffic.models.words import Review
from naoso.domains.traffic.pages.shell import picture_of, shown
from naoso.domains.traffic.selectors.ahead import junctions_ahead
from naoso.domains.traffic.selectors.samples import packed
from naoso.domains.traffic.services import reviewing
from naoso.domains.traffic.services.hits import HITS, decide
from naoso.kernel.errors import BadInput, Conflict

PASSAGES, REVIEW = "traffic.passages", "traffic.review"
PAGE, MOST = 50, 2000
LATELY = dt.timedelta(hours=24)  # older ones are followed inside a case


@permission_required(PASSAGES)
def passages(request: HttpRequest) -> HttpResponse:
    """Of the last day, never by plate; the look is told to the trail."""
    form = PassageFilter(request.GET, actor=account_of(request))
    said = form.cleaned_data if form.is_valid() else {}
    rows = Passage.objects.visible_to(request.user).filter(at__gte=timezone.now() - LATELY)
    # as they came in, by the key's index; of one camera, by its own
    rows = rows.select_related("camera").order_by("-id")
    if said.get("camera"):
        rows = rows.filter(camera=said["camera"]).order_by("-at")
    if said.get("vehicle"):
        rows = rows.filter(vehicle=said["vehicle"])
    if said.get("origin"):
        rows = rows.filter(local=said["origin"] == "home")
    page = Paginator(rows[:MOST], PAGE).get_page(request.GET.get("page"))
    note_read(account_of(request), "traffic:passages:list", request.GET.urlencode()[:200])
    return shown(request, "passages.html", "passages", {"title": _("Passages"), "filter": form, "page": page})


@permission_required(PASSAGES)
def passage(request: HttpRequest, pk: int) -> HttpResponse:
    """One, with its pictures and what else it may be."""
    rows = Passage.objects.visible_to(request.user).select_related("camera", "unit", "owner")
    row = get_object_or_404(rows.defer(*UNIT_SHAPES), pk=pk)
    note_read(account_of(request), f"traffic:passage:{pk}", "page")
    crumbs = [(_("Passages"), reverse("traffic:passages")), (row.shown, "")]
    return shown(request, "passage.html", "passages", {"title": row.shown, "passage": row, "crumbs": crumbs})


@permission_required(PASSAGES)
def passage_picture(request: HttpRequest, pk: int, name: str) -> Any:
    """Crop or scene."""
    return picture_of(request, get_object_or_404(Passage.objects.visible_to(request.user), pk=pk), name)


@permission_required(HITS)
def hits(request: HttpRequest) -> HttpResponse:
    """Waiting ones first."""
    form = HitFilter(request.GET)
    state = form.cleaned_data.get("state", "") if form.is_valid() else ""
    rows = Hit.objects.visible_to(request.user).select_related("camera", "entry__watch_list")
    rows = rows.filter(state=state) if state else rows
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    waiting = Hit.objects.visible_to(request.user).waiting().count()
    note_read(account_of(request), "traffic:hits:list", request.GET.urlencode()[:200])
    context = {"title": _("Plate hits"), "filter": form, "page": page, "waiting": waiting}
    return shown(request, "hits.html", "hits", context)


def hit_for(request: HttpRequest, pk: int) -> Hit:
    """In scope, or 404."""
    rows = Hit.objects.visible_to(request.user)
    rows = rows.select_related("camera", "entry__watch_list__owner", "unit", "decided_by")
    return get_object_or_404(rows.defer(*UNIT_SHAPES), pk=pk)


@permission_required(HITS)
def hit(request: HttpRequest, pk: int) -> HttpResponse:
    """Crop, scene, why it is looked for, three answers of one key each."""
    row = hit_for(request, pk)
    note_read(account_of(request), f"traffic:hit:{pk}", "page")
    others = Hit.objects.visible_to(request.user).filter(entry=row.entry_id).exclude(pk=pk)
    context = {
        "title": row.shown, "hit": row, "moves": row.moves,
        "ahead": junctions_ahead(row),
        "others": others.select_related("camera")[:5], "waiting": others.waiting().count(),
        "crumbs": [(_("Plate hits"), reverse("traffic:hits")), (row.shown, "")],
    }  # fmt: skip
    return shown(request, "hit.html", "hits", context)


@require_POST
@permission_required(HITS)
def hit_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is; then the page, with the incident where there is one."""
    row = hit_for(request, pk)
    try:
        done = decide(
            actor=account_of(request), hit=row, state=request.POST.get("state", ""),
            note=request.POST.get("note", ""),
        )  # fmt: skip
    except BadInput as error:
        messages.error(request, error.errors[0].message)
    except Conflict as error:
        messages.error(request, str(error))
    else:
        words = _("Incident %(number)s is open.") % {"number": done.incident_number}
        messages.success(request, words if done.incident_number else _("Noted."))
    return redirect("traffic:hit", pk)


@permission_required(HITS)
def hit_picture(request: HttpRequest, pk: int, name: str) -> Any:
    """Crop or scene."""
    return picture_of(request, get_object_or_404(Hit.objects.visible_to(request.user), pk=pk), name)


@permission_required(REVIEW)
def review(request: HttpRequest) -> HttpResponse:
    """One picture, one key, the next."""
    return next_one(request)


def next_one(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    """The oldest that waits, and one's own last answer, which may be taken back."""
    waiting = Passage.objects.permitted_to(request.user, REVIEW).filter(review=Review.DUE)
    row = more.pop("passage", None) or waiting.select_related("camera").order_by("at").first()
    last = Sample.objects.visible_to(request.user).filter(by=account_of(request)).first()
    if row is not None:
        note_read(account_of(request), f"traffic:passage:{row.pk}", "review")
    context = {
        "title": _("Review of doubtful plates"), "passage": row, "waiting": waiting.count(), "last": last,
        "done": Sample.objects.visible_to(request.user).filter(said_at__date=timezone.localdate()).count(),
    }  # fmt: skip
    return shown(request, "review.html", "review", context | more, status=status)


@require_POST
@permission_required(REVIEW)
def review_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Right, typed otherwise, or no plate."""
    rows = Passage.objects.permitted_to(request.user, REVIEW).select_related("camera", "owner", "unit")
    row = get_object_or_404(rows.defer(*UNIT_SHAPES), pk=pk)
    text = "" if request.POST.get("none") else request.POST.get("text", "")
    fault = (
        "" if text or request.POST.get("none") else _("Type what you read, or say that there is no plate.")
    )
    try:
        if not fault:
            reviewing.answer(actor=account_of(request), passage=row, text=text)
    except BadInput as error:
        fault = error.errors[0].message
    except Conflict as error:
        messages.warning(request, str(error))
    if fault:
        return next_one(request, status=422, passage=row, fault=fault, text=text)
    return next_one(request)


@require_POST
@permission_required(REVIEW)
def review_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """The last answer, taken back; its picture is shown again."""
    sample = get_object_or_404(Sample.objects.visible_to(request.user), pk=pk, by=account_of(request))
    row = reviewing.undo(actor=account_of(request), sample=sample)
    return next_one(request, passage=row)


@permission_required(REVIEW)
def review_picture(request: HttpRequest, pk: int, name: str) -> Any:
    """Crop or scene of one that waits."""
    rows = Passage.objects.permitted_to(request.user, REVIEW).filter(review=Review.DUE)
    return picture_of(request, get_object_or_404(rows, pk=pk), name)


@permission_required(REVIEW)
def samples(request: HttpRequest) -> FileResponse:
    """Labelled pictures, to measure readers with."""
    file, count = packed(request.user)
    note(AuditAction.EXPORT, account_of(request), "traffic:samples:zip", f"{count} pictures")
    return FileResponse(file, as_attachment=True, filename="plate-samples.zip")


urlpatterns = [
    path("passages/", passages, name="passages"),
    path("passages/<int:pk>/", passage, name="passage"),
    path("passages/<int:pk>/<slug:name>.jpg", passage_picture, name="passage_picture"),
    path("hits/", hits, name="hits"),
    path("hits/<int:pk>/", hit, name="hit"),
    path("hits/<int:pk>/decide/", hit_decide, name="hit_decide"),
    path("hits/<int:pk>/<slug:name>.jpg", hit_picture, name="hit_picture"),
    path("review/", review, name="review"),
    path("review/samples.zip", samples, name="samples"),
    path("review/<int:pk>/", review_answer, name="review_answer"),
    path("review/<int:pk>/undo/", review_undo, name="review_undo"),
    path("review/<int:pk>/<slug:name>.jpg", review_picture, name="review_picture"),
]
