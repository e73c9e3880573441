"""The moderator's room: photos newly public, what is withdrawn or held, blocks, blocked words."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, re_path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.domains.citizen_reports.forms.moderation import BlockForm, BoxesForm, PublicTextForm
from naoso.domains.citizen_reports.models import Block, BlockedWord, Photo, Report
from naoso.domains.citizen_reports.selectors import moderation as selectors
from naoso.domains.citizen_reports.selectors.inbox import midnight
from naoso.domains.citizen_reports.services import blocking, moderation, publishing
from naoso.kernel.errors import BadInput, Conflict

MODERATE = "citizen_reports.moderate"
ROOM = "citizen_reports/moderation"


@permission_required(MODERATE)
def photo_queue(request: HttpRequest) -> HttpResponse:
    """Photos that everybody sees and no moderator has seen, beside their originals."""
    rows = list(selectors.to_check(account_of(request))[: selectors.PAGE])
    return render(request, f"{ROOM}/photos.html", {"title": _("Moderation"), "tab": "photos", "rows": rows})


@permission_required(MODERATE)
def withdrawn(request: HttpRequest) -> HttpResponse:
    """What is kept from the public, with its way back."""
    actor = account_of(request)
    context = {
        "title": _("Moderation"),
        "tab": "withdrawn",
        "photos": list(selectors.withdrawn_photos(actor)[:100]),
        "reports": list(selectors.withdrawn_reports(actor)[:100]),
    }
    return render(request, f"{ROOM}/withdrawn.html", context)


@permission_required(MODERATE)
def held(request: HttpRequest) -> HttpResponse:
    """Reports held back for a look."""
    rows = list(selectors.held(account_of(request))[:100])
    return render(request, f"{ROOM}/held.html", {"title": _("Moderation"), "tab": "held", "rows": rows})


@permission_required(MODERATE)
def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    """All decisions about one report."""
    return moderated(request, report_of(request, pk))


def report_of(request: HttpRequest, pk: int) -> Report:
    """One in the moderator's scope, or 404."""
    return get_object_or_404(selectors.reports_of(account_of(request)).select_related("category"), pk=pk)


def moderated(request: HttpRequest, report: Report, status: int = 200, **more: Any) -> HttpResponse:
    """The page of one report with its forms."""
    context = {
        "title": _("Moderation of %(code)s") % {"code": report.code},
        "report": report,
        "photos": list(report.photos.all()),
        "text_form": PublicTextForm(initial={"text": report.public_text, "seen": report.version}),
        "block_form": BlockForm(report=report, prefix="block"),
        "blockable": blocking.kinds_for(report),
        **more,
    }
    return render(request, f"{ROOM}/report.html", context, status=status)


@require_POST
@permission_required(MODERATE)
def report_do(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """One decision about the report as a whole."""
    report, actor = report_of(request, pk), account_of(request)
    text, block = PublicTextForm(request.POST), BlockForm(request.POST, report=report, prefix="block")
    verbs: dict[str, Callable[[], Any]] = {
        "text": lambda: moderation.edit_public_text(report=report, actor=actor, **checked(text)),
        "reset": lambda: moderation.reset_public_text(report=report, actor=actor),
        "hide": lambda: publishing.hide(report=report, actor=actor, reason=reason_in(request)),
        "show": lambda: publishing.show(report=report, actor=actor),
        "release": lambda: publishing.release(report=report, actor=actor),
        "block": lambda: blocking.block(report=report, actor=actor, **until_midnight(checked(block))),
    }
    if action not in verbs:
        raise Http404
    if action == "release":
        return done(request, verbs[action], "citizen_reports:moderation_held")
    return done(request, verbs[action], "citizen_reports:moderation_report", report.pk)


def checked(form: Any) -> dict[str, Any]:
    """The values of a form. Raises BadInput with its first complaint."""
    if form.is_valid():
        return dict(form.cleaned_data)
    field, complaints = next(iter(form.errors.items()))
    raise BadInput.of(field, "", "form", f"{form.fields[field].label or field}: {complaints[0]}")


def until_midnight(values: dict[str, Any]) -> dict[str, Any]:
    """A day means its beginning."""
    day = values["until"]
    return values | {"until": midnight(day) if day else None}


def reason_in(request: HttpRequest) -> str:
    """Raises BadInput where none was typed."""
    reason = request.POST.get("reason", "").strip()[:300]
    if not reason:
        raise BadInput.of("reason", "", "required", _("Say why."))
    return reason


def done(request: HttpRequest, verb: Callable[[], Any], back: str, *args: Any) -> HttpResponse:
    """Do it, say so, and go back; a refusal is told on the page where one came from."""
    try:
        verb()
    except BadInput as error:
        messages.error(request, "; ".join(one.message for one in error.errors))
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Done."))
    return redirect(back, *args)


@permission_required(MODERATE)
def photo_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw boxes over one photo."""
    photo = get_object_or_404(selectors.photos_of(account_of(request)), pk=pk)
    context = {"title": _("Cover more of a photo"), "photo": photo, "report": photo.report}
    return render(request, f"{ROOM}/photo.html", context)


@require_POST
@permission_required(MODERATE)
def photo_do(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """One decision about a photo; then on with the queue, or back to the photo."""
    photo, actor = get_object_or_404(selectors.photos_of(account_of(request)), pk=pk), account_of(request)
    verbs: dict[str, Callable[[], Any]] = {
        "check": lambda: moderation.check(photo=photo, actor=actor),
        "blank": lambda: moderation.blank(photo=photo, actor=actor, **checked(BoxesForm(request.POST))),
        "uncover": lambda: moderation.uncover(photo=photo, actor=actor),
        "withdraw": lambda: moderation.withdraw(photo=photo, actor=actor, reason=reason_in(request)),
        "restore": lambda: moderation.restore(photo=photo, actor=actor),
    }
    if action not in verbs:
        raise Http404
    if action in {"blank", "uncover", "restore"}:
        return done(request, verbs[action], "citizen_reports:moderation_photo", photo.pk)
    return done(request, verbs[action], "citizen_reports:moderation")


@permission_required(MODERATE)
def covered_photo(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """The covered picture as the public would see it, withdrawn or not."""
    rows = Photo.objects.filter(report__in=selectors.reports_of(account_of(request))).exclude(public_file="")
    photo = get_object_or_404(rows, key=key)
    answer = FileResponse(photo.public_file.open("rb"), content_type="image/jpeg")
    answer["Cache-Control"] = "private, no-cache"
    return answer


@permission_required(MODERATE)
def block_list(request: HttpRequest) -> HttpResponse:
    """What is blocked and what was."""
    in_force, over = selectors.blocks()
    context = {"title": _("Moderation"), "tab": "blocks", "in_force": in_force, "over": over}
    return render(request, f"{ROOM}/blocks.html", context)


@require_POST
@permission_required(MODERATE)
def block_lift(request: HttpRequest, pk: int) -> HttpResponse:
    """One block less."""
    row = get_object_or_404(Block, pk=pk)
    return done(
        request,
        lambda: blocking.lift(block=row, actor=account_of(request)),
        "citizen_reports:moderation_blocks",
    )


@permission_required(MODERATE)
def word_list(request: HttpRequest) -> HttpResponse:
    """Words that hold a report back; typed here, switched off here."""
    back = "citizen_reports:moderation_words"
    if request.method == "POST":
        words, actor = request.POST.get("words", ""), account_of(request)
        return done(request, lambda: blocking.add_words(words=words, actor=actor), back)
    context = {"title": _("Moderation"), "tab": "words", "rows": selectors.blocked_words()}
    return render(request, f"{ROOM}/words.html", context)


@require_POST
@permission_required(MODERATE)
def word_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Off, or on again."""
    row, on = get_object_or_404(BlockedWord, pk=pk), request.POST.get("on") == "1"
    actor = account_of(request)
    return done(
        request,
        lambda: blocking.switch_words(row=row, actor=actor, on=on),
        "citizen_reports:moderation_words",
    )


urlpatterns = [
    path("moderation/", photo_queue, name="moderation"),
    path("moderation/withdrawn/", withdrawn, name="moderation_withdrawn"),
    path("moderation/held/", held, name="moderation_held"),
    path("moderation/blocks/", block_list, name="moderation_blocks"),
    path("moderation/blocks/<int:pk>/lift/", block_lift, name="moderation_lift"),
    path("moderation/words/", word_list, name="moderation_words"),
    path("moderation/words/<int:pk>/switch/", word_switch, name="moderation_word_switch"),
    path("moderation/reports/<int:pk>/", report_page, name="moderation_report"),
    path("moderation/reports/<int:pk>/<slug:action>/", report_do, name="moderation_report_do"),
    path("moderation/photos/<int:pk>/", photo_page, name="moderation_photo"),
    path("moderation/photos/<int:pk>/<slug:action>/", photo_do, name="moderation_photo_do"),
    re_path(r"^moderation/photos/(?P<key>[0-9a-f-]{36})\.jpg$", covered_photo, name="covered_photo"),
]
