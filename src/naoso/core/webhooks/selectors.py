"""Reads about endpoints and their deliveries."""

from __future__ import annotations

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from naoso.core.people.models import Account
from naoso.core.webhooks.models import Delivery, Endpoint, State


def endpoints(user: Account) -> QuerySet[Endpoint]:
    """Those in scope, with how much waits and how much failed."""
    found = Endpoint.objects.visible_to(user).select_related("owner", "unit")
    counts = {"waiting": count(State.WAITING), "failed": count(State.FAILED)}
    return found.annotate(**counts).order_by("name", "id")


def count(state: State) -> Coalesce:
    """Counted by an index of that state alone: what was delivered may be a million rows."""
    rows = Delivery.objects.filter(endpoint=OuterRef("pk"), state=state).order_by().values("endpoint")
    return Coalesce(Subquery(rows.annotate(rows=Count("pk")).values("rows")), 0)


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
