"""Reads of the quarantine."""

from __future__ import annotations

from django.db.models import QuerySet

from naoso.core.ingest.models import Quarantine
from naoso.core.people.models import Account


def quarantine(
    user: Account, *, state: str = "", rule: str = "", source: str = "", text: str = ""
) -> QuerySet[Quarantine]:
    """Refused messages in the user's scope, newest first."""
    found = Quarantine.objects.visible_to(user).select_related("source").defer("payload")
    if state:
        found = found.filter(state=state)
    if rule:
        found = found.filter(rule=rule)
    if source:
        found = found.filter(source__code=source)
    if text:
        found = found.filter(message__icontains=text)
    return found.order_by("-id")
