"""What is kept no longer than it must be: identities of reporters, codes to sign in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from naoso.core.people.audit import recorded
from naoso.domains.citizen_reports.models import Follower, Reporter, SignInCode, Submission
from naoso.domains.citizen_reports.selectors.directory import desk
from naoso.domains.citizen_reports.services.persons import NOTHING

BATCH = 1000
CODES_KEPT = timedelta(days=1)


def erase_old_identities(now: datetime | None = None) -> int:
    """One batch of reporters whose report ended long enough ago; how many. The reports stay."""
    now = now or timezone.now()
    old = Reporter.objects.filter(erased_at__isnull=True, report__ended_at__lt=now - desk().keep_identity)
    with recorded(None, reason="retention"):
        batch = list(old.order_by("pk").values_list("pk", flat=True)[:BATCH])
        Reporter.objects.filter(pk__in=batch).update(**NOTHING, erased_at=now)
        Follower.objects.filter(report__in=batch).update(
            email="", push="", device="", citizen=None, ended_at=now
        )
        Submission.objects.filter(report__in=batch).update(account_id="")
    return len(batch)


def drop_old_codes(now: datetime | None = None) -> int:
    """Codes hold an address and are good for minutes."""
    deleted, _by_model = SignInCode.objects.filter(
        created_at__lt=(now or timezone.now()) - CODES_KEPT
    ).delete()
    return deleted
