"""From an event to the deliveries that it makes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

from django.db import transaction

from naoso.core.outbox.services import envelope
from naoso.core.people.models import Grant, Role
from naoso.core.people.scope import Held, read_held_of_grant
from naoso.core.webhooks.models import Delivery, Endpoint
from naoso.core.webhooks.queue import wake
from naoso.core.webhooks.rules import wants
from naoso.kernel.events import Audience, Event


def hear(events: Sequence[Event]) -> None:
    """Writes a delivery for each endpoint that wants an event and may hear it; twice changes nothing."""
    endpoints = list(Endpoint.objects.filter(enabled=True))
    rows = [delivery_of(endpoint, event) for endpoint in endpoints for event in heard_by(endpoint, events)]
    if not rows:
        return
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    for endpoint_id in {row.endpoint_id for row in rows}:
        transaction.on_commit(partial(wake, endpoint_id))


def heard_by(endpoint: Endpoint, events: Sequence[Event]) -> list[Event]:
    """Those that it asked for and that a grant like it would show; the grant is read only if needed."""
    wanted = [event for event in events if wants(endpoint.events, event.name)]
    if not wanted:
        return []
    held = held_of(endpoint)
    return [event for event in wanted if may_hear(held, event.audience)]


def held_of(endpoint: Endpoint) -> Held:
    """What the endpoint holds, spelled out as a person's grant is."""
    return read_held_of_grant(
        Grant(
            role=Role(permissions=endpoint.permissions),
            organisation_id=endpoint.owner_id,
            unit_id=endpoint.unit_id,
        )
    )


def may_hear(held: Held, audience: Audience) -> bool:
    """The same rule as for a page that listens; what is for one account alone never leaves the house."""
    if audience.account_id is not None or not held.gives(audience.permission):
        return False
    if held.every_owner and held.unit_ids is None:
        return True
    inside = audience.owner_id in held.owner_ids
    return inside and (held.unit_ids is None or audience.unit_id in held.unit_ids)


def delivery_of(endpoint: Endpoint, event: Event) -> Delivery:
    """The row, not saved; its body is the envelope without the audience."""
    return Delivery(endpoint=endpoint, event_id=event.id, event=event.name, body=body_of(event))


def body_of(event: Event) -> str:
    """JSON as it is signed and sent."""
    told = {key: value for key, value in envelope(event).items() if key != "audience"}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
