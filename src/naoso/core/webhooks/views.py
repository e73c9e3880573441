"""Pages of the webhooks."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from naoso.core.people.access import account_of, permission_required
from naoso.core.people.scope import allowed
from naoso.core.webhooks import selectors, services
from naoso.core.webhooks.forms import EndpointForm, LogFilter, OffForm, seeing_choices
from naoso.core.webhooks.models import Delivery, Endpoint, State
from naoso.core.webhooks.services import MANAGE
from naoso.kernel.errors import BadInput

PAGE = 50
NEWEST = 10


@permission_required("webhooks.view")
def endpoints(request: HttpRequest) -> HttpResponse:
    """Who hears of us, and how well it arrives."""
    user = account_of(request)
    page = Paginator(selectors.endpoints(user), PAGE).get_page(request.GET.get("page"))
    words = {"title": _("Webhooks"), "page": page, "may_create": allowed(user, MANAGE)}
    return render(request, "webhooks/endpoints.html", words)


@permission_required("webhooks.view")
def endpoint(request: HttpRequest, pk: int) -> HttpResponse:
    """One webhook: what it hears, its health, its newest deliveries."""
    return _page(request, _endpoint(request, pk))


@never_cache
@permission_required(MANAGE)
def create(request: HttpRequest) -> HttpResponse:
    """A new webhook; its secret is on the answering page and nowhere else."""
    user = account_of(request)
    form = EndpointForm(request.POST or None, actor=user)
    if request.method == "POST" and form.is_valid():
        made = form.carry_out(services.create_endpoint, actor=user)
        if made:
            return _page(request, _endpoint(request, made[0].pk), secret=made[1])
    words = {"title": _("New webhook"), "form": form, "crumbs": _crumbs()}
    return render(request, "webhooks/form.html", words, status=422 if form.errors else 200)


@permission_required(MANAGE)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """What it hears and where."""
    user, row = account_of(request), _endpoint(request, pk)
    initial = {name: getattr(row, name) for name in EndpointForm.base_fields}
    form = EndpointForm(request.POST or None, actor=user, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.carry_out(services.change_endpoint, endpoint=row, actor=user)
    ):
        messages.success(request, _("Saved."))
        return redirect("webhooks:endpoint", pk=pk)
    words = {"title": row.name, "form": form, "crumbs": _crumbs()}
    return render(request, "webhooks/form.html", words, status=422 if form.errors else 200)


@require_POST
@never_cache
@permission_required(MANAGE)
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret, shown once."""
    row = _endpoint(request, pk)
    return _page(request, row, secret=services.rotate_secret(endpoint=row, actor=account_of(request)))


@require_POST
@permission_required(MANAGE)
def switch_off(request: HttpRequest, pk: int) -> HttpResponse:
    """It hears nothing more."""
    row, form = _endpoint(request, pk), OffForm(request.POST)
    if form.is_valid():
        form.carry_out(services.switch_off, endpoint=row, actor=account_of(request))
    if form.errors:
        return _page(request, row, off=form, status=422)
    messages.success(request, _("The webhook was switched off."))
    return redirect("webhooks:endpoint", pk=pk)


@require_POST
@permission_required(MANAGE)
def switch_on(request: HttpRequest, pk: int) -> HttpResponse:
    """It hears again."""
    services.switch_on(endpoint=_endpoint(request, pk), actor=account_of(request))
    messages.success(request, _("The webhook was switched on."))
    return redirect("webhooks:endpoint", pk=pk)


@require_POST
@permission_required(MANAGE)
def ping(request: HttpRequest, pk: int) -> HttpResponse:
    """A test event; its page shows what came of it."""
    try:
        made = services.ping(endpoint=_endpoint(request, pk), actor=account_of(request))
    except BadInput as error:
        messages.error(request, error.errors[0].message)
        return redirect("webhooks:endpoint", pk=pk)
    return redirect("webhooks:delivery", pk=made.pk)


@permission_required("webhooks.view")
def log(request: HttpRequest) -> HttpResponse:
    """Everything that was sent or waits, newest first."""
    user = account_of(request)
    form = LogFilter(request.GET or None, actor=user)
    found = selectors.deliveries(user)
    if form.is_valid():
        found = selectors.narrowed(found, **form.cleaned_data)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    words = {"title": _("Webhook deliveries"), "page": page, "filter": form, "crumbs": _crumbs()}
    return render(request, "webhooks/log.html", words)


@permission_required("webhooks.view")
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery: its body and every try, with the heads of both sides."""
    row = _delivery(request, pk)
    words = {
        "title": row.event,
        "crumbs": [*_crumbs(), (row.endpoint.name, reverse("webhooks:endpoint", args=[row.endpoint_id]))],
        "delivery": row,
        "tries": row.tries.all()[:50],
        "waits": row.state == State.WAITING and row.endpoint.enabled,
        "may_manage": allowed(account_of(request), MANAGE, row.endpoint),
    }
    return render(request, "webhooks/delivery.html", words)


@require_POST
@permission_required(MANAGE)
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """The same event once more."""
    services.send_again(delivery=_delivery(request, pk), actor=account_of(request))
    messages.success(request, _("It goes out again in a moment."))
    return redirect("webhooks:delivery", pk=pk)


@require_POST
@permission_required(MANAGE)
def send_failed_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that failed here."""
    count = services.send_failed_again(endpoint=_endpoint(request, pk), actor=account_of(request))
    words = ngettext("%(count)s delivery goes out again.", "%(count)s deliveries go out again.", count)
    messages.success(request, words % {"count": count})
    return redirect("webhooks:endpoint", pk=pk)


def _endpoint(request: HttpRequest, pk: int) -> Endpoint:
    return get_object_or_404(selectors.endpoints(account_of(request)), pk=pk)


def _delivery(request: HttpRequest, pk: int) -> Delivery:
    found = Delivery.objects.visible_to(account_of(request)).select_related("endpoint")
    return get_object_or_404(found, pk=pk)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Webhooks"), reverse("webhooks:endpoints"))]


def _page(
    request: HttpRequest, row: Endpoint, *, secret: str = "", off: OffForm | None = None, status: int = 200
) -> HttpResponse:
    user = account_of(request)
    words = {
        "title": row.name,
        "crumbs": _crumbs(),
        "endpoint": row,
        "sees": [title for code, title in seeing_choices() if code in row.permissions],
        "secret": secret,
        "off": off or OffForm(),
        "page": selectors.deliveries(user).filter(endpoint=row)[:NEWEST],
        "may_manage": allowed(user, MANAGE, row),
    }
    return render(request, "webhooks/endpoint.html", words, status=status)
