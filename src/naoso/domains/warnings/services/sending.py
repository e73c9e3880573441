"""Messages leave: claimed in batches, no faster than the channel may, tried again, dropped when too late.

A batch is claimed in one short transaction, sent outside of any, and settled in another. A worker that
dies leaves a claim that lapses; the message's key lets the carrier drop the copy.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from naoso.core.notify.channels import Channel, ChannelError, Letter, channels
from naoso.core.outbox.services import emit_all
from naoso.domains.warnings import rules
from naoso.domains.warnings.events import delivered
from naoso.domains.warnings.models import ChannelName, Device, Outgoing, OutgoingState, Pace, PublicWarning
from naoso.domains.warnings.vocabulary import Status

BATCH = 200
THREADS = 16
LEASE_S = 180
PER_SECOND = {ChannelName.PUSH: 500, ChannelName.GATEWAY: 30}
CLAIM = """
WITH due AS (
    SELECT o.id FROM warnings_outgoing o JOIN warnings_publicwarning w ON w.id = o.warning_id
    WHERE o.channel = %(channel)s AND o.state IN ('queued', 'sending') AND o.due_at <= %(now)s
      AND w.state = 'published' AND w.expires > %(now)s
    ORDER BY o.due_at, o.id LIMIT %(most)s FOR UPDATE OF o SKIP LOCKED
), claimed AS (
    UPDATE warnings_outgoing o SET state = 'sending', attempts = o.attempts + 1,
        due_at = %(now)s + make_interval(secs => %(lease)s)
    FROM due WHERE o.id = due.id RETURNING o.id, o.warning_id, o.device_id, o.attempts
)
SELECT c.id, c.warning_id, c.device_id, c.attempts, d.address, d.language, d.token
FROM claimed c LEFT JOIN warnings_device d ON d.id = c.device_id
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message on its way; without an address its device asked to be forgotten."""

    pk: int
    warning: int
    device: int
    attempts: int
    address: str | None
    language: str | None
    token: object


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the carrier said; an empty error is a success."""

    message: Claimed
    error: str = ""
    final: bool = False


def send_due(channel: str, *, seconds: float = 20.0) -> int:
    """Sends what is due of one channel, at most for so long; returns how many left."""
    carrier = channels().get(channel)
    until = time.monotonic() + seconds
    sent = 0
    with ThreadPoolExecutor(THREADS) as pool:
        while carrier is not None and time.monotonic() < until:
            batch, wait = claim(channel)
            if batch:
                sent += settle(send(carrier, batch, pool))
            elif not wait:
                break
            else:
                time.sleep(wait)
    return sent


def claim(channel: str) -> tuple[list[Claimed], float]:
    """A batch within the channel's pace, and how many seconds to wait where the pace allows none yet."""
    with transaction.atomic():
        pace = pace_of(channel)
        now = timezone.now()
        bucket = rules.Bucket(pace.per_second, max(1, pace.per_second), pace.tokens, pace.refilled_at)
        after, granted = rules.taken(bucket, BATCH, now)
        waiting = Outgoing.objects.filter(channel=channel, state__in=["queued", "sending"], due_at__lte=now)
        if granted == 0:
            return [], 1 / pace.per_second if waiting.exists() else 0.0
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, {"channel": channel, "most": granted, "lease": LEASE_S, "now": now})
            rows = [Claimed(*row) for row in cursor.fetchall()]
        pace.tokens, pace.refilled_at = after.tokens + granted - len(rows), now
        Pace.objects.filter(pk=pace.pk).update(tokens=pace.tokens, refilled_at=now)
    return rows, 0.0


def pace_of(channel: str) -> Pace:
    """The channel's bucket, held until the transaction ends: all workers drink from the same."""
    Pace.objects.get_or_create(channel=channel, defaults={"per_second": PER_SECOND[ChannelName(channel)]})
    return Pace.objects.select_for_update().get(channel=channel)


def send(carrier: Channel, batch: Sequence[Claimed], pool: ThreadPoolExecutor) -> list[Outcome]:
    """Outside of any transaction; no thread touches the database."""
    written = {
        (pk, language): letter
        for pk, language, letter in letters(
            {(one.warning, one.language) for one in batch if one.language is not None}
        )
    }

    def carry(one: Claimed) -> Outcome:
        letter = written.get((one.warning, one.language or ""))
        if one.address is None or letter is None:
            return Outcome(one, "gone", final=True)
        key = f"warning-{one.warning}-{one.device}"
        try:
            carrier.send(Letter(one.address, letter.title, letter.body, letter.url, letter.severity, key))
        except ChannelError as error:
            return Outcome(one, str(error) or "refused", final=error.final)
        except (ValueError, TypeError, LookupError) as error:  # an address that no carrier can read
            return Outcome(one, f"{type(error).__name__}: {error}", final=True)
        return Outcome(one)

    return list(pool.map(carry, batch))


def letters(wanted: Iterable[tuple[int, str]]) -> Iterable[tuple[int, str, Letter]]:
    """The words of each warning in each language, once a batch."""
    wanted = set(wanted)
    rows = PublicWarning.objects.filter(pk__in={pk for pk, _language in wanted}).prefetch_related("texts")
    by_pk = {row.pk: row for row in rows}
    for pk, language in wanted:
        if pk in by_pk:
            yield pk, language, letter_of(by_pk[pk], language)


def letter_of(warning: PublicWarning, language: str) -> Letter:
    """The headline, then what to do; an exercise says first that it is one."""
    texts = {text.language: text for text in warning.texts.all()}
    text = texts.get(language) or texts["vi"]
    title = text.headline
    if warning.status == Status.EXERCISE:
        with translation.override("en" if language == "en" else "vi"):
            title = f"[{_('EXERCISE')}] {title}"
    body = rules.short(text.instruction or text.description)
    return Letter("", title, body, f"/warnings/{warning.identifier}/", warning.severity, "")


def settle(outcomes: Sequence[Outcome]) -> int:
    """Keeps what became of a batch, forgets endpoints that are gone, tells open pages. Returns the sent."""
    now = timezone.now()
    left = [one.message for one in outcomes if not one.error]
    with transaction.atomic():
        mine = Outgoing.objects.filter(state=OutgoingState.SENDING)
        mine.filter(pk__in=[one.pk for one in left]).update(state=OutgoingState.SENT, sent_at=now, error="")
        for one in outcomes:
            if one.error:
                again = None if one.final else rules.retry_at(one.message.attempts, now)
                state = OutgoingState.FAILED if again is None else OutgoingState.QUEUED
                mine.filter(pk=one.message.pk).update(state=state, due_at=again or now, error=one.error[:200])
        gone = [one.message.device for one in outcomes if one.final]
        Device.objects.filter(pk__in=gone, channel=ChannelName.PUSH).delete()
        _announce(left)
    return len(left)


def _announce(left: Sequence[Claimed]) -> None:
    sent: dict[int, int] = defaultdict(int)
    for one in left:
        sent[one.warning] += 1
    rows = PublicWarning.objects.filter(pk__in=sent).only("pk", "owner_id", "unit_id")
    emit_all([delivered(row, sent[row.pk]) for row in rows])
