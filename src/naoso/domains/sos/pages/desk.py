"""Operators: the list, one call, what they do with it, what it showed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.audit import note_read
from naoso.core.people.scope import allowed
from naoso.domains.sos import selectors
from naoso.domains.sos.forms import CallFilter, WipeForm
from naoso.domains.sos.models import Call, Media
from naoso.domains.sos.panel import about
from naoso.domains.sos.services import handling, retention
from naoso.kernel.errors import BadInput, Conflict
from naoso.ui.sending import stored

VIEW, HANDLE, SETUP = "sos.view", "sos.handle", "sos.setup"
PAGE = 50


@permission_required(VIEW)
def call_list(request: HttpRequest) -> HttpResponse:
    """What nobody has seen yet stands first."""
    form = CallFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    rows = selectors.listed(
        request.user, text=said.get("q", ""), state=said.get("state", ""), kind=said.get("kind", ""),
        mark=said.get("mark", ""),
    )  # fmt: skip
    context = {
        "title": _("SOS calls"), "filter": form, "counts": selectors.counts(request.user), "tab": "calls",
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "may_setup": allowed(request.user, SETUP),
    }  # fmt: skip
    return render(request, "sos/list.html", context)


def call_for(request: HttpRequest, pk: int) -> Call:
    """One in scope."""
    return get_object_or_404(selectors.calls(request.user), pk=pk)


@permission_required(VIEW)
def call_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything of one call; that its number was shown is noted."""
    call = call_for(request, pk)
    crumbs = [(_("SOS calls"), reverse("sos:calls")), (call.code, "")]
    context = about(request.user, call) | {
        "title": _("SOS call %(code)s") % {"code": call.code}, "crumbs": crumbs, "wipe_form": WipeForm(),
    }  # fmt: skip
    return render(request, "sos/call.html", context)


@permission_required(VIEW)
def call_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The card on the map."""
    return render(request, "sos/card.html", about(request.user, call_for(request, pk)))


def done(request: HttpRequest, pk: int, do: Callable[[Call], Any], word: str) -> HttpResponse:
    """Carry it out and go back to where the button stood."""
    call = call_for(request, pk)
    try:
        do(call)
    except (BadInput, Conflict) as error:
        messages.error(request, error.errors[0].message if isinstance(error, BadInput) else str(error))
    else:
        messages.success(request, word)
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return redirect(back)
    return redirect("sos:call", pk)


@require_POST
@permission_required(HANDLE)
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """The caller's phone says so."""
    word = _("The caller sees that you have seen it.")
    return done(request, pk, lambda call: handling.mark_seen(call=call, actor=account_of(request)), word)


@require_POST
@permission_required(HANDLE)
def helping(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody is on the way."""
    word = _("The caller sees that help is on the way.")
    return done(request, pk, lambda call: handling.help_is_coming(call=call, actor=account_of(request)), word)


@require_POST
@permission_required(HANDLE)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The call back."""
    said = request.POST.get("result", "")
    return done(
        request, pk, lambda call: handling.check_back(call=call, actor=account_of(request), result=said),
        _("The call back was noted."),
    )  # fmt: skip


@require_POST
@permission_required(HANDLE)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """It has ended."""
    outcome, note = request.POST.get("outcome", ""), request.POST.get("note", "")
    return done(
        request, pk,
        lambda call: handling.close_call(call=call, actor=account_of(request), outcome=outcome, note=note),
        _("The call is closed; the caller was told."),
    )  # fmt: skip


@require_POST
@permission_required(SETUP)
def wipe(request: HttpRequest, pk: int) -> HttpResponse:
    """Personal data go."""
    reason = request.POST.get("reason", "")
    return done(
        request, pk, lambda call: retention.wipe(call=call, actor=account_of(request), reason=reason),
        _("The personal data of this call were erased."),
    )  # fmt: skip


@permission_required(VIEW)
def file(request: HttpRequest, key: uuid.UUID, size: str) -> Any:
    """A photo or a voice note of a call in scope; that it was opened is noted."""
    row = get_object_or_404(Media.objects.filter(call__in=selectors.calls(request.user)), key=key)
    name = row.small if size == "small" and row.small else row.file
    answer = stored(name, row.mime, kept_s=3600)
    if size != "small":
        note_read(account_of(request), f"sos:call:{row.call_id}", f"{row.sort} opened")
    return answer


urlpatterns = [
    path("calls/", call_list, name="calls"),
    path("calls/<int:pk>/", call_page, name="call"),
    path("calls/<int:pk>/panel/", call_panel, name="panel"),
    path("calls/<int:pk>/seen/", seen, name="seen"),
    path("calls/<int:pk>/helping/", helping, name="helping"),
    path("calls/<int:pk>/check/", check, name="check"),
    path("calls/<int:pk>/close/", close, name="close"),
    path("calls/<int:pk>/wipe/", wipe, name="wipe"),
    path("files/<uuid:key>-<slug:size>/", file, name="file"),
]
