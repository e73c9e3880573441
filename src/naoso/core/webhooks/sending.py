"""Deliveries leave: claimed, signed, sent, and what came of it kept.

The claim and the outcome are two transactions with the call between them, so no row is locked while a
slow system thinks. A worker that dies in between leaves a claim that runs out: the delivery goes again
with the same id, which the receiver knows.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from naoso import __version__
from naoso.connectors.outbound import guard
from naoso.core.webhooks import rules, signing
from naoso.core.webhooks.models import Attempt, Delivery, Endpoint, State
from naoso.core.webhooks.queue import wake
from naoso.core.webhooks.services import switch_off

TIMEOUT_S = 10.0
CLAIM = timedelta(seconds=60)
MOST_A_RUN = 500
RUN_S = 20.0
KEPT_BODY = 2000
HIDDEN = "webhook-signature"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one call came to; without a status nothing answered."""

    status: int | None
    request_head: str
    response_head: str = ""
    response_body: str = ""
    retry_after: str = ""
    error: str = ""

    @property
    def is_good(self) -> bool:
        """Only 2xx says that the other side has it."""
        return self.status is not None and 200 <= self.status < 300


def deliver_waiting(endpoint_id: int) -> int:
    """Sends what is due, oldest first; stops at the first failure, so a dead system is not hammered."""
    sent = 0
    deadline = time.monotonic() + RUN_S
    with guard.client(settings.WEBHOOK_NETWORKS, timeout=TIMEOUT_S) as client:
        while sent < MOST_A_RUN and time.monotonic() < deadline:
            delivery = claim(endpoint_id)
            if delivery is None or not attempt(client, delivery):
                break
            sent += 1
    return sent


def wake_all() -> None:
    """A job for every endpoint for which something is due."""
    for endpoint_id in Delivery.objects.due().order_by().values_list("endpoint_id", flat=True).distinct():
        wake(endpoint_id)


def claim(endpoint_id: int) -> Delivery | None:
    """The oldest that is due, taken for a minute."""
    with transaction.atomic():
        delivery = (
            Delivery.objects.due()
            .filter(endpoint_id=endpoint_id)
            .select_related("endpoint")
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("due_at", "id")
            .first()
        )
        if delivery is not None:
            delivery.taken_until = timezone.now() + CLAIM
            delivery.save(update_fields=["taken_until"])
    return delivery


def attempt(client: httpx.Client, delivery: Delivery) -> bool:
    """One try and its record. True: the other side has it."""
    began = time.monotonic()
    outcome = call(client, delivery)
    keep(delivery, outcome, int((time.monotonic() - began) * 1000))
    return outcome.is_good


def call(client: httpx.Client, delivery: Delivery) -> Outcome:
    """POST and read the head and the first two thousand characters of the answer, no more."""
    headers = headers_of(delivery)
    told = head({k: "…" if k == HIDDEN else v for k, v in headers.items()})
    body = delivery.body.encode()
    try:
        with client.stream("POST", delivery.endpoint.url, content=body, headers=headers) as answer:
            return Outcome(
                answer.status_code,
                told,
                head(dict(answer.headers)),
                beginning(answer),
                answer.headers.get("retry-after", ""),
                "" if answer.is_success else f"HTTP {answer.status_code}",
            )
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return Outcome(None, told, error=f"{type(error).__name__}: {error}"[:300])


def headers_of(delivery: Delivery) -> dict[str, str]:
    """Signed with the secret, and with the former one while it still counts."""
    signed = signing.headers(
        signers(delivery.endpoint),
        message_id=str(delivery.event_id),
        timestamp=int(time.time()),
        body=delivery.body,
    )
    return {"content-type": "application/json", "user-agent": f"naoso-webhooks/{__version__}", **signed}


def signers(endpoint: Endpoint) -> Iterator[str]:
    """The secrets that sign now."""
    yield signing.unseal(endpoint.sealed_secret)
    if endpoint.former_secret_until and endpoint.former_secret_until > timezone.now():
        yield signing.unseal(endpoint.former_sealed_secret)


def beginning(answer: httpx.Response) -> str:
    """Of an answer that never ends, or drips, only what comes first is read."""
    read, deadline = b"", time.monotonic() + TIMEOUT_S
    for chunk in answer.iter_raw(512):
        read += chunk
        if len(read) >= KEPT_BODY or time.monotonic() > deadline:
            break
    return read[:KEPT_BODY].decode("utf-8", "replace").replace("\x00", "")


def head(headers: dict[str, str]) -> str:
    """Lines as on the wire, cut where somebody sends a novel."""
    return "\n".join(f"{name}: {value}" for name, value in headers.items())[:4000].replace("\x00", "")


def keep(delivery: Delivery, outcome: Outcome, duration_ms: int) -> None:
    """The attempt, the delivery's new state and the endpoint's health, together."""
    now = timezone.now()
    delivery.attempts += 1
    delivery.taken_until = None
    if outcome.is_good:
        delivery.state, delivery.ended_at = State.DELIVERED, now
    else:
        again = rules.retry_at(delivery.attempts, now, outcome.retry_after)
        if again is None:
            delivery.state, delivery.ended_at = State.FAILED, now
        else:
            delivery.due_at = again
    with transaction.atomic():
        Attempt.objects.create(
            delivery=delivery, at=now, duration_ms=duration_ms, status=outcome.status,
            request_head=outcome.request_head, response_head=outcome.response_head,
            response_body=outcome.response_body, error=outcome.error,
        )  # fmt: skip
        delivery.save(update_fields=["state", "attempts", "due_at", "taken_until", "ended_at"])
        keep_health(delivery.endpoint, outcome, now)


def keep_health(endpoint: Endpoint, outcome: Outcome, now: datetime) -> None:
    """Since when it fails; 410 says that nobody listens there any more."""
    mine = Endpoint.objects.filter(pk=endpoint.pk)
    if outcome.is_good:
        mine.update(failing_since=None, last_success_at=now)
        return
    mine.filter(failing_since=None).update(failing_since=now)
    if outcome.status == rules.GONE:
        switch_off(endpoint=endpoint, actor=None, reason="410 Gone")
