"""Writes: who hears what at which address; sending again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.connectors.outbound import guard
from naoso.core.notify.services import notify
from naoso.core.people.audit import recorded
from naoso.core.people.rights import covers
from naoso.core.people.scope import accounts_with, require
from naoso.core.webhooks import rules, signing
from naoso.core.webhooks.hearing import body_of, held_of
from naoso.core.webhooks.models import Delivery, Endpoint, State
from naoso.core.webhooks.queue import wake
from naoso.kernel.errors import BadInput, NotAllowed
from naoso.kernel.events import Audience, Event
from naoso.kernel.findings import Severity

if TYPE_CHECKING:
    from naoso.core.people.models import Account, Organisation
    from naoso.core.places.models import AdminUnit

MANAGE = "webhooks.manage"
PING = "webhooks.ping"
KEPT = timedelta(days=30)


def create_endpoint(
    *,
    actor: Account,
    owner: Organisation,
    name: str,
    url: str,
    events: Collection[str],
    permissions: Collection[str],
    unit: AdminUnit | None = None,
) -> tuple[Endpoint, str]:
    """A new endpoint and its secret, which is shown this once."""
    secret = signing.new_secret()
    endpoint = Endpoint(sealed_secret=signing.seal(secret))
    _keep(endpoint, actor, owner=owner, unit=unit, name=name, url=url, events=events, permissions=permissions)
    return endpoint, secret


def change_endpoint(
    *,
    endpoint: Endpoint,
    actor: Account,
    owner: Organisation,
    name: str,
    url: str,
    events: Collection[str],
    permissions: Collection[str],
    unit: AdminUnit | None = None,
) -> Endpoint:
    """What it hears and where; the secret stays."""
    require(actor, MANAGE, endpoint)
    _keep(endpoint, actor, owner=owner, unit=unit, name=name, url=url, events=events, permissions=permissions)
    return endpoint


def rotate_secret(*, endpoint: Endpoint, actor: Account) -> str:
    """A new secret; for a day the former one signs as well, so that the receiver can change in peace."""
    require(actor, MANAGE, endpoint)
    secret = signing.new_secret()
    with recorded(actor):
        endpoint.former_sealed_secret = endpoint.sealed_secret
        endpoint.former_secret_until = timezone.now() + rules.FORMER_SECRET_FOR
        endpoint.sealed_secret = signing.seal(secret)
        endpoint.secret_changed_at = timezone.now()
        endpoint.save()
    return secret


def switch_off(*, endpoint: Endpoint, actor: Account | None, reason: str) -> None:
    """It hears nothing more; what waits stays until it is switched on again, at most a month."""
    if actor is not None:
        require(actor, MANAGE, endpoint)
    if not reason.strip():
        raise BadInput.of("reason", reason, "required", _("Say why it is switched off."))
    with recorded(actor, reason):
        changed = Endpoint.objects.filter(pk=endpoint.pk, enabled=True).update(
            enabled=False, off_reason=reason.strip()[:200]
        )
        if changed and actor is None:
            _tell(endpoint, reason)


def switch_on(*, endpoint: Endpoint, actor: Account) -> None:
    """It hears again; its failures are forgotten and what waits goes out."""
    require(actor, MANAGE, endpoint)
    with recorded(actor):
        Endpoint.objects.filter(pk=endpoint.pk).update(enabled=True, off_reason="", failing_since=None)
        transaction.on_commit(partial(wake, endpoint.pk))


def ping(*, endpoint: Endpoint, actor: Account) -> Delivery:
    """A test event, sent and signed as any other."""
    require(actor, MANAGE, endpoint)
    if not endpoint.enabled:
        raise BadInput.of("endpoint", endpoint.pk, "off", _("Switch the webhook on first."))
    event = Event(PING, {"webhook": endpoint.name}, Audience(MANAGE, endpoint.owner_id, endpoint.unit_id))
    with recorded(actor):
        delivery = Delivery.objects.create(
            endpoint=endpoint, event_id=event.id, event=event.name, body=body_of(event)
        )
        transaction.on_commit(partial(wake, endpoint.pk))
    return delivery


def send_again(*, delivery: Delivery, actor: Account) -> None:
    """The same event, id and body once more, signed anew, with all its tries before it."""
    require(actor, MANAGE, delivery.endpoint)
    with recorded(actor):
        _wait_again(Delivery.objects.filter(pk=delivery.pk).exclude(state=State.WAITING))
        Delivery.objects.filter(pk=delivery.pk, state=State.WAITING).update(due_at=timezone.now())
        transaction.on_commit(partial(wake, delivery.endpoint_id))


def send_failed_again(*, endpoint: Endpoint, actor: Account) -> int:
    """Everything that failed, oldest first; returns how many."""
    require(actor, MANAGE, endpoint)
    with recorded(actor):
        count = _wait_again(Delivery.objects.filter(endpoint=endpoint, state=State.FAILED))
        transaction.on_commit(partial(wake, endpoint.pk))
    return count


def switch_off_failing() -> int:
    """Endpoints at which nothing has arrived for days; their administrators are told."""
    edge = timezone.now() - rules.OFF_AFTER
    dead = list(Endpoint.objects.filter(enabled=True, failing_since__lte=edge))
    for endpoint in dead:
        reason = _("Nothing has arrived for %(days)s days.") % {"days": rules.OFF_AFTER.days}
        switch_off(endpoint=endpoint, actor=None, reason=reason)
    return len(dead)


def drop_old() -> int:
    """Deliveries older than a month, whatever became of them."""
    return Delivery.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]


def _keep(
    endpoint: Endpoint,
    actor: Account,
    *,
    owner: Organisation,
    unit: AdminUnit | None,
    name: str,
    url: str,
    events: Collection[str],
    permissions: Collection[str],
) -> None:
    """Checked by the rule for grants: nobody hands on more than they hold themselves."""
    require(actor, MANAGE, owner_id=owner.pk, unit_id=unit.pk if unit else None)
    _check(url, events, permissions)
    endpoint.owner, endpoint.unit, endpoint.name, endpoint.url = owner, unit, name.strip(), url.strip()
    endpoint.events, endpoint.permissions = list(events), list(permissions)
    if not covers(actor, held_of(endpoint)):
        raise NotAllowed(f"{actor} does not hold there what this webhook would see")
    with recorded(actor):
        endpoint.save()


def _check(url: str, events: Collection[str], permissions: Collection[str]) -> None:
    if guard.fault_of(url.strip(), settings.WEBHOOK_NETWORKS):
        words = _("Write an address that begins with https:// and carries neither user name nor password.")
        raise BadInput.of("url", url, "address", words)
    wrong = [pattern for pattern in events if not rules.is_pattern(pattern)]
    if wrong or not events:
        words = _("Write names of events such as alerts.raised, alerts.* or *: one on each line.")
        raise BadInput.of("events", ", ".join(wrong), "pattern", words)
    known = {permission.code for permission in settings.MODULES.permissions}
    if not permissions or not set(permissions) <= known:
        raise BadInput.of("permissions", ", ".join(permissions), "known", _("Say what it may see."))


def _wait_again(deliveries: models.QuerySet[Delivery]) -> int:
    return deliveries.update(
        state=State.WAITING, attempts=0, due_at=timezone.now(), taken_until=None, ended_at=None
    )


def _tell(endpoint: Endpoint, reason: str) -> None:
    notify(
        key="webhooks.switched_off",
        title=_("The webhook “%(name)s” was switched off") % {"name": endpoint.name},
        body=reason,
        url=f"/webhooks/{endpoint.pk}/",
        severity=Severity.MODERATE,
        recipients=accounts_with(MANAGE, owner_id=endpoint.owner_id, unit_id=endpoint.unit_id),
        subject=f"webhooks:endpoint:{endpoint.pk}",
    )
