"""Reads about endpoints and their deliveries."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from naoso.core.people.models import Account
from naoso.core.webhooks.models import Delivery, Endpoint, State


def endpoints(user: Account) -> QuerySet[Endpoint]:
    """Those in scope, with how much waits and how much failed."""
    waiting = Count("deliveries", filter=Q(deliveries__state=State.WAITING))
    failed = Count("deliveries", filter=Q(deliveries__state=State.FAILED))
    found = Endpoint.objects.visible_to(user).select_related("owner", "unit")
    return found.annotate(waiting=waiting, failed=failed).order_by("name", "id")


def deliveries(user: Account) -> QuerySet[Delivery]:
    """The log, newest first, without the bodies."""
    return Delivery.objects.visible_to(user).select_related("endpoint").defer("body")


def narrowed(
    found: QuerySet[Delivery],
    *,
    webhook: Endpoint | None = None,
    state: str = "",
    event: str = "",
) -> QuerySet[Delivery]:
    """By endpoint, by state, by the beginning of the event's name."""
    if webhook is not None:
        found = found.filter(endpoint=webhook)
    if state:
        found = found.filter(state=state)
    return found.filter(event__startswith=event) if event else found
