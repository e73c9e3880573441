"""A person's own messages and wishes; the log of deliveries; the gateway's receipts."""

from __future__ import annotations

import json
import secrets

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from naoso.core.notify import push, services
from naoso.core.notify.forms import PreferenceForm
from naoso.core.notify.models import Delivery, DeliveryState, Notification, Preference
from naoso.core.people.access import permission_required
from naoso.core.people.audit import recorded
from naoso.kernel.errors import BadInput

PAGE = 50


def inbox(request: HttpRequest) -> HttpResponse:
    """Everything that was said to this account."""
    rows = Notification.objects.filter(account=request.user)  # type: ignore[misc]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "notify/inbox.html", {"title": _("My messages"), "page": page})


def bell(request: HttpRequest) -> HttpResponse:
    """The count in the page's head, as a part."""
    unread = Notification.objects.filter(account=request.user, read_at__isnull=True)  # type: ignore[misc]
    return render(request, "notify/bell.html", {"unread": unread.count(), "newest": unread[:6]})


@require_POST
def read(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One message, or all of them, is read; one leads to what it is about."""
    services.mark_read(account=request.user, ids=[pk] if pk else None)  # type: ignore[arg-type]
    row = Notification.objects.filter(account=request.user, pk=pk).first() if pk else None  # type: ignore[misc]
    return redirect(row.url if row and row.url else "notify:inbox")


def preferences(request: HttpRequest) -> HttpResponse:
    """Channels and quiet hours of this account."""
    preference = Preference.objects.filter(account=request.user).first() or Preference(account=request.user)  # type: ignore[misc]
    form = PreferenceForm(request.POST or None, instance=preference)
    if request.method == "POST" and form.is_valid():
        with recorded(request.user):  # type: ignore[arg-type]
            form.save()
        messages.success(request, _("Your wishes are saved."))
        return redirect("notify:preferences")
    context = {
        "title": _("How I am told"),
        "form": form,
        "push_key": push.public_key(),
        "devices": request.user.push_subscriptions.all(),  # type: ignore[union-attr]
    }
    return render(request, "notify/preferences.html", context)


@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """A browser gives its push subscription (W3C Push API JSON)."""
    try:
        given = json.loads(request.body)
    except ValueError as error:
        raise BadInput.of("body", "", "json", _("This is not JSON.")) from error
    push.subscribe(account=request.user, given=given)  # type: ignore[arg-type]
    return JsonResponse({"subscribed": True}, status=201)


@require_POST
def unsubscribe(request: HttpRequest, pk: int) -> HttpResponse:
    """One device less."""
    request.user.push_subscriptions.filter(pk=pk).delete()  # type: ignore[union-attr]
    return redirect("notify:preferences")


@permission_required("notify.view_deliveries")
def deliveries(request: HttpRequest) -> HttpResponse:
    """What left the house, what waits, what failed and why."""
    rows = Delivery.objects.select_related("notification__account")
    state = request.GET.get("state", "")
    if state:
        rows = rows.filter(state=state)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"title": _("Deliveries"), "page": page, "state": state, "states": DeliveryState.choices}
    return render(request, "notify/deliveries.html", context)


@csrf_exempt
@require_POST
@login_not_required
def receipt(request: HttpRequest) -> HttpResponse:
    """The gateway reports that a message arrived: `{"id": …}` with its bearer token."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.GATEWAY_TOKEN or not secrets.compare_digest(token, settings.GATEWAY_TOKEN):
        return JsonResponse({"title": "wrong token", "status": 401}, status=401)
    try:
        reference = str(json.loads(request.body)["id"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput.of("id", "", "required", "the body must be JSON with the member id") from error
    known = services.confirm_receipt(receipt=reference)
    return JsonResponse({"known": known}, status=200 if known else 404)
