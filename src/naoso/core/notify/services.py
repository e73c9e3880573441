"""Tell people: one row in the application, one delivery for each further channel."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from naoso.core.notify.channels import ChannelError, Letter, channels
from naoso.core.notify.models import (
    ChannelName,
    Delivery,
    DeliveryState,
    Notification,
    Preference,
    PushSubscription,
)
from naoso.core.notify.rules import Wishes, due, retry_at, wanted
from naoso.core.outbox.services import emit_all
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.kernel.events import Audience, Event

REPEAT_EVERY = timedelta(minutes=5)
MOST_REPEATS = 12


@dataclass(frozen=True, slots=True)
class Notice:
    """What to tell whom.

    `until_acknowledged` repeats every five minutes until the account has read it, at most an hour.
    """

    key: str
    title: str
    recipients: Iterable[Account]
    body: str = ""
    url: str = ""
    severity: int = 0
    subject: str = ""
    until_acknowledged: bool = False


def notify(
    *,
    key: str,
    title: str,
    body: str = "",
    url: str = "",
    severity: int = 0,
    recipients: Iterable[Account],
    subject: str = "",
    until_acknowledged: bool = False,
) -> list[Notification]:
    """Tell each recipient in the application and over the channels that they chose."""
    return notify_all([Notice(key, title, recipients, body, url, severity, subject, until_acknowledged)])


def notify_all(notices: Iterable[Notice]) -> list[Notification]:
    """The same for many notices, in as few statements as for one."""
    now = timezone.now()
    wanted_rows = [
        Notification(
            account=person,
            key=notice.key,
            subject=notice.subject,
            title=notice.title[:200],
            body=notice.body,
            url=notice.url,
            severity=notice.severity,
            repeat_at=now + REPEAT_EVERY if notice.until_acknowledged else None,
        )
        for notice in notices
        for person in notice.recipients
    ]
    if not wanted_rows:
        return []
    with transaction.atomic():
        rows = Notification.objects.bulk_create(wanted_rows)
        queue(rows)
        emit_all(announcement(row) for row in rows)
    return rows


def tell_address(
    *, channel: str, address: str, title: str, body: str, url: str = "", severity: int = 0
) -> Delivery:
    """Write to somebody without an account, such as a citizen who left an e-mail address."""
    return Delivery.objects.create(
        channel=channel,
        address=address,
        title=title[:200],
        body=body,
        url=url,
        severity=severity,
        due_at=timezone.now(),
    )


def tell_addresses(letters: Iterable[Letter], *, channel: str) -> list[Delivery]:
    """The same for many addresses over one channel, in one statement."""
    now = timezone.now()
    return Delivery.objects.bulk_create(
        Delivery(
            channel=channel, address=letter.address, title=letter.title[:200], body=letter.body,
            url=letter.url, severity=letter.severity, due_at=now,
        )
        for letter in letters
    )  # fmt: skip


def queue(rows: Iterable[Notification]) -> None:
    """One delivery per wanted channel and address, held during quiet hours."""
    rows = list(rows)
    ids = [row.account_id for row in rows]
    wishes = {p.account_id: wishes_of(p) for p in Preference.objects.filter(account_id__in=ids)}
    subscriptions: dict[int, list[PushSubscription]] = {}
    for subscription in PushSubscription.objects.filter(account_id__in=ids):
        subscriptions.setdefault(subscription.account_id, []).append(subscription)
    Delivery.objects.bulk_create(
        delivery
        for row in rows
        for delivery in deliveries_for(
            row, wishes.get(row.account_id, Wishes()), subscriptions.get(row.account_id, [])
        )
    )


def deliveries_for(
    row: Notification, wishes: Wishes, subscriptions: list[PushSubscription]
) -> Iterator[Delivery]:
    """The deliveries of one notification, not saved."""
    now = timezone.localtime()
    at = due(wishes, row.severity, now)
    addresses = {
        ChannelName.EMAIL: [row.account.email],
        ChannelName.GATEWAY: [row.account.phone],
        ChannelName.PUSH: [push_address(s) for s in subscriptions],
    }
    for name in wanted(wishes, row.severity):
        if name not in channels():
            continue
        for address in filter(None, addresses[ChannelName(name)]):
            yield Delivery(
                notification=row,
                channel=name,
                address=address,
                title=row.title,
                body=row.body,
                url=row.url,
                severity=row.severity,
                due_at=at,
                state=DeliveryState.HELD if at > now else DeliveryState.QUEUED,
            )


def push_address(subscription: PushSubscription) -> str:
    """The subscription as the browser gave it."""
    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    return json.dumps({"endpoint": subscription.endpoint, "keys": keys})


def wishes_of(preference: Preference) -> Wishes:
    """The row → the pure type."""
    return Wishes(
        preference.email_from,
        preference.push_from,
        preference.gateway_from,
        preference.quiet_from,
        preference.quiet_to,
    )


def send_due(limit: int = 100) -> int:
    """Send what is due. Each row is claimed by a lock, so two workers never send it twice."""
    sent = 0
    for _turn in range(limit):
        if not send_next():
            break
        sent += 1
    return sent


def send_next() -> bool:
    """Claim one delivery, send it, keep the outcome in the same transaction. False: nothing is due."""
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(skip_locked=True)
            .filter(state__in=[DeliveryState.QUEUED, DeliveryState.HELD], due_at__lte=timezone.now())
            .order_by("due_at")
            .first()
        )
        if delivery is None:
            return False
        attempt(delivery)
        delivery.save()
    return True


def attempt(delivery: Delivery) -> None:
    """One try; the row is changed but not saved."""
    delivery.attempts += 1
    channel = channels().get(delivery.channel)
    if channel is None:
        failed(delivery, ChannelError("this channel is switched off", final=True))
        return
    try:
        delivery.receipt = channel.send(
            Letter(
                delivery.address,
                delivery.title,
                delivery.body,
                delivery.url,
                delivery.severity,
                f"delivery-{delivery.pk}",
            )
        )[:200]
    except ChannelError as error:
        failed(delivery, error)
    else:
        delivery.state, delivery.sent_at, delivery.error = DeliveryState.SENT, timezone.now(), ""


def failed(delivery: Delivery, error: ChannelError) -> None:
    """Try again later, or give up; a browser that is gone loses its subscription."""
    delivery.error = str(error)[:500]
    again = None if error.final else retry_at(delivery.attempts, timezone.now())
    if again is None:
        delivery.state = DeliveryState.FAILED
        if delivery.channel == ChannelName.PUSH:
            endpoint = json.loads(delivery.address)["endpoint"]
            PushSubscription.objects.filter(endpoint=endpoint).delete()
    else:
        delivery.state, delivery.due_at = DeliveryState.QUEUED, again


def repeat_due() -> int:
    """Say again what must be acknowledged and was not."""
    with recorded(None, reason="repeat"):
        rows = list(
            Notification.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(repeat_at__lte=timezone.now(), read_at__isnull=True)
            .select_related("account")[:200]
        )
        for row in rows:
            row.repeats += 1
            row.repeat_at = timezone.now() + REPEAT_EVERY if row.repeats < MOST_REPEATS else None
            row.save(update_fields=["repeats", "repeat_at"])
        queue(rows)
        emit_all(announcement(row) for row in rows)
    return len(rows)


def settle_subject(*, subject: str) -> None:
    """Somebody took care of it: nobody is reminded any more."""
    Notification.objects.filter(subject=subject, repeat_at__isnull=False).update(repeat_at=None)


def mark_read(*, account: Account, ids: Iterable[int] | None = None) -> int:
    """Read by this account: the given ones, or all."""
    unread = Notification.objects.filter(account=account, read_at__isnull=True)
    if ids is not None:
        unread = unread.filter(pk__in=list(ids))
    return unread.update(read_at=timezone.now(), repeat_at=None)


def confirm_receipt(*, receipt: str) -> bool:
    """The gateway says that the message arrived on the phone."""
    changed = Delivery.objects.filter(
        channel=ChannelName.GATEWAY, receipt=receipt, state=DeliveryState.SENT
    ).update(state=DeliveryState.RECEIVED, received_at=timezone.now())
    return changed > 0


def announcement(row: Notification) -> Event:
    """Tells the recipient's open pages, and nobody else's."""
    return Event(
        name="notify.notified",
        data={"id": row.pk, "title": row.title, "url": row.url, "severity": row.severity},
        audience=Audience("", account_id=row.account_id),
    )
