"""Personal data go: some days after a call was closed, or because somebody asked."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.domains.sos.events import told as event_of
from naoso.domains.sos.models import Call
from naoso.domains.sos.selectors import desk
from naoso.domains.sos.services.media import drop_files
from naoso.domains.sos.services.receiving import locked
from naoso.kernel.errors import Conflict

BATCH = 200


def wipe_old(now: dt.datetime | None = None) -> int:
    """One batch of calls that ended long enough ago; how many."""
    now = now or timezone.now()
    limit = now - dt.timedelta(days=desk().keep_days)
    old = Call.objects.filter(closed_at__lt=limit, wiped_at=None).order_by("pk")[:BATCH]
    with recorded(None, "retention"):
        for call in (rows := list(old)):
            _wipe(locked(call), now)
    return len(rows)


def wipe(*, call: Call, actor: Account, reason: str) -> Call:
    """On request; the call itself, its times and its outcome stay."""
    require(actor, "sos.setup", call)
    with recorded(actor, reason or "wiped on request"):
        row = locked(call)
        if row.is_open:
            raise Conflict("a call is closed before its data are erased")
        _wipe(row, timezone.now())
    return row


def _wipe(row: Call, now: dt.datetime) -> None:
    files = [name for media in row.media.all() for name in (media.file, media.small)]
    row.media.all().delete()
    row.positions.all().delete()
    row.texts.update(text="", sender="")
    row.phone = row.device = row.text = ""
    row.network, row.point, row.accuracy_m, row.wiped_at = None, None, None, now
    row.save()
    drop_files(files)
    emit(event_of(row, "changed"))
