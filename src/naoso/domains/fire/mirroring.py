"""Feeds of the national fire database that we ask ourselves."""

from __future__ import annotations

import logging

import httpx
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from naoso.connectors.firemirror import Page, pull
from naoso.connectors.outbound import guard
from naoso.domains.fire.hearing import hear
from naoso.domains.fire.intake import known_premises, mirrored
from naoso.domains.fire.models import MirrorFeed
from naoso.kernel.errors import BadInput

log = logging.getLogger(__name__)
TIMEOUT_S = 15


def pull_all() -> int:
    """Ask every feed that has an address; returns how many answered."""
    return sum(ask(feed) for feed in MirrorFeed.objects.filter(enabled=True).exclude(url=""))


def ask(feed: MirrorFeed) -> bool:
    """One feed; what is wrong with it stands on its page, and is logged once when it changes."""
    try:
        with guard.client(settings.WEBHOOK_NETWORKS, timeout=TIMEOUT_S) as client:
            page = pull(client, feed.url, feed.access_token, feed.mapping)
        unknown = take(feed, page)
    except (BadInput, httpx.HTTPError) as error:
        problem = str(error) or type(error).__name__
    else:
        errors = [f"{e.field}: {e.message}" for e in page.errors] + [f"? {code}" for code in sorted(unknown)]
        problem = "; ".join(errors)
    problem = problem[:300]
    if problem != feed.problem:
        log.warning("mirror %s: %s", feed.name, problem or "recovered")
    MirrorFeed.objects.filter(pk=feed.pk).update(asked_at=timezone.now(), problem=problem)
    return not problem


def take(feed: MirrorFeed, page: Page) -> set[str]:
    """Its alarms, of premises that we know; returns the codes that nobody knows."""
    now = timezone.now()
    where = known_premises(alarm.premises for alarm in page.alarms)
    with transaction.atomic():
        hear([mirrored(feed, a, where[a.premises], now) for a in page.alarms if a.premises in where])
    return {alarm.premises for alarm in page.alarms} - set(where)
