"""Reads about sources and things."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from naoso.core.people.models import Account
from naoso.core.places.models import UNIT_SHAPES
from naoso.core.registry import secrets
from naoso.core.registry.models import Source, Thing


def sources(user: Account) -> QuerySet[Source]:
    """Sources that the user may see, with their last word."""
    return Source.objects.visible_to(user).select_related("owner", "unit", "last_word").defer(*UNIT_SHAPES)


def things(user: Account) -> QuerySet[Thing]:
    """Things that the user may see."""
    return Thing.objects.visible_to(user).select_related("owner", "unit").defer(*UNIT_SHAPES)


def silent_sources(now: dt.datetime) -> list[Source]:
    """Enabled sources whose last word is older than they promise."""
    return list(filtered(Source.objects.select_related("owner", "unit", "last_word"), now, state="silent"))


def source_of_token(token: str) -> Source | None:
    """`<code>.<secret>` → the enabled source whose secret it is; None for anything else."""
    code, _, secret = token.partition(".")
    source = Source.objects.enabled().filter(code=code).first()
    # An unknown code costs the same digest, so that codes cannot be told from the time.
    known = secrets.matches(secret, source.secret_digest if source else "0" * 64)
    return source if known else None


def filtered(found: QuerySet[Source], now: dt.datetime, *, q: str = "", state: str = "") -> QuerySet[Source]:
    """By words in code or name, and by state."""
    if q:
        found = found.filter(Q(code__icontains=q) | Q(name__icontains=q))
    if state == "silent":
        return _with_silence(found.filter(enabled=True, silence_after__isnull=False), now).filter(
            silence__gt=F("silence_after")
        )
    return found.filter(enabled=state == "enabled") if state else found


def _with_silence(found: QuerySet[Source], now: dt.datetime) -> QuerySet[Any]:
    """A source that was never heard is silent since it was registered."""
    since = Coalesce(F("last_word__at"), F("created_at"))
    return found.annotate(silence=ExpressionWrapper(Value(now) - since, output_field=DurationField()))
