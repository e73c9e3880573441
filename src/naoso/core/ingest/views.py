"""Pages of the quarantine."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from naoso.core.ingest import selectors, services
from naoso.core.ingest.forms import DiscardForm, MendForm, QuarantineFilter
from naoso.core.ingest.models import Quarantine, QuarantineState
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import allowed

PAGE = 50
SHOWN_CHARACTERS = 100_000


@permission_required("ingest.view")
def listing(request: HttpRequest) -> HttpResponse:
    """Refused messages, the open ones unless asked otherwise."""
    user = account_of(request)
    form = QuarantineFilter(request.GET or {"state": QuarantineState.OPEN}, user=user)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = Paginator(selectors.quarantine(user, **chosen), PAGE).get_page(request.GET.get("page"))
    words = {"title": _("Quarantine"), "page": page, "filter": form}
    return render(request, "ingest/quarantine.html", words)


@permission_required("ingest.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: what is wrong with it, its text, what was decided."""
    return _page(request, _message(request, pk))


@require_POST
@permission_required("ingest.mend")
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends the mended text through the stream."""
    message, form = _message(request, pk), MendForm(request.POST)
    if form.is_valid():
        form.carry_out(services.replay, message=message, actor=account_of(request))
    if form.errors:
        return _page(request, message, mend=form, status=422)
    messages.success(request, _("The message was sent again."))
    return redirect("ingest:quarantine")


@require_POST
@permission_required("ingest.mend")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Leaves the message out for good."""
    message, form = _message(request, pk), DiscardForm(request.POST)
    if form.is_valid():
        form.carry_out(services.discard, message=message, actor=account_of(request))
    if form.errors:
        return _page(request, message, drop=form, status=422)
    messages.success(request, _("The message was discarded."))
    return redirect("ingest:quarantine")


def _message(request: HttpRequest, pk: int) -> Quarantine:
    visible = Quarantine.objects.visible_to(account_of(request)).select_related("source")
    return get_object_or_404(visible, pk=pk)


def _page(
    request: HttpRequest,
    message: Quarantine,
    *,
    mend: MendForm | None = None,
    drop: DiscardForm | None = None,
    status: int = 200,
) -> HttpResponse:
    open_ = message.state == QuarantineState.OPEN
    words = {
        "title": _("Quarantined message %(number)s") % {"number": message.pk},
        "crumbs": [(_("Quarantine"), "/quarantine/"), (str(message.pk), "")],
        "message": message,
        "text": message.text[:SHOWN_CHARACTERS],
        "decisions": message.decisions.select_related("actor"),
        "mend": mend or MendForm(initial={"text": message.text[:SHOWN_CHARACTERS]}),
        "drop": drop or DiscardForm(),
        "may_mend": open_ and allowed(account_of(request), "ingest.mend", message),
    }
    return render(request, "ingest/message.html", words, status=status)
