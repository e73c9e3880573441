"""From an event to another system, over real HTTP on the loopback address."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from naoso.core.notify.models import Notification
from naoso.core.people.models import AuditEntry
from naoso.core.webhooks import sending, services, signing
from naoso.core.webhooks.hearing import hear
from naoso.core.webhooks.models import Attempt, Delivery, Endpoint, State
from naoso.kernel.errors import BadInput, NotAllowed
from naoso.kernel.events import Audience, Event

pytestmark = pytest.mark.django_db
Make = Callable[..., tuple[Endpoint, str]]


def event(cast: SimpleNamespace, name: str = "alerts.raised", **audience: Any) -> Event:
    values = {"permission": "alerts.view", "owner_id": cast.department.pk, "unit_id": cast.ward.pk}
    return Event(name, {"id": 7, "title": "Khói"}, Audience(**(values | audience)))


def send(endpoint: Endpoint) -> int:
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    return sending.deliver_waiting(endpoint.pk)


def test_an_event_arrives_once_signed_and_without_its_audience(
    cast: SimpleNamespace, make: Make, receiver: SimpleNamespace
) -> None:
    endpoint, secret = make()
    happened = event(cast)
    hear([happened])
    hear([happened])
    assert send(endpoint) == 1
    assert send(endpoint) == 0
    (request,) = receiver.requests
    assert request.headers["webhook-id"] == str(happened.id)
    assert request.headers["webhook-signature"] == signing.signature(
        secret, message_id=str(happened.id), timestamp=int(request.headers["webhook-timestamp"]),
        body=request.body,
    )  # fmt: skip
    told = json.loads(request.body)
    assert set(told) == {"id", "name", "version", "at", "data"}
    assert told["data"] == {"id": 7, "title": "Khói"}
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == (State.DELIVERED, 1)
    tried = Attempt.objects.get()
    assert (tried.status, tried.response_body) == (200, "taken")
    assert "webhook-signature: …" in tried.request_head


@pytest.mark.parametrize(
    ("name", "audience", "heard"),
    [
        ("alerts.raised", {}, True),
        ("response.incident_opened", {}, False),  # not asked for
        ("alerts.raised", {"permission": "response.view"}, False),  # may not see it
        ("alerts.raised", {"permission": ""}, False),
        ("alerts.raised", {"account_id": 1}, False),  # for one account alone
        ("alerts.raised", {"owner_id": None}, False),
    ],
)
def test_who_hears_what(
    cast: SimpleNamespace, make: Make, name: str, audience: dict[str, Any], heard: bool
) -> None:
    make()
    hear([event(cast, name, **audience)])
    assert Delivery.objects.exists() is heard


def test_another_body_or_ward_is_not_heard_of(cast: SimpleNamespace, make: Make) -> None:
    endpoint, _secret = make(unit=cast.ward)
    hear([event(cast, owner_id=cast.agency.pk), event(cast, owner_id=cast.root.pk)])
    hear([event(cast, unit_id=cast.other_ward.pk), event(cast, unit_id=None)])
    assert not endpoint.deliveries.exists()
    hear([event(cast)])
    assert endpoint.deliveries.count() == 1


def test_nobody_hands_on_more_than_they_hold(cast: SimpleNamespace, make: Make) -> None:
    with pytest.raises(NotAllowed):
        make(owner=cast.agency)
    keeper = cast.make.account("keeper", cast.department)
    cast.make.grant(keeper, cast.make.role("keeper", "webhooks.manage", "webhooks.view"), cast.department)
    with pytest.raises(NotAllowed):
        make(actor=keeper)
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "http://example.vn/"),
        ("url", "https://user:word@example.vn/"),
        ("url", "javascript:alert(1)"),
        ("events", ["everything"]),
        ("events", []),
        ("permissions", []),
        ("permissions", ["alerts.nonsense"]),
    ],
)
def test_bad_input_names_its_field(make: Make, settings: Any, field: str, value: Any) -> None:
    settings.WEBHOOK_NETWORKS = ()
    with pytest.raises(BadInput) as caught:
        make(**({"url": "https://example.vn/"} | {field: value}))
    assert caught.value.errors[0].field == field


def test_a_private_address_is_never_called(cast: SimpleNamespace, make: Make, settings: Any) -> None:
    endpoint, _secret = make()
    settings.WEBHOOK_NETWORKS = ()
    Endpoint.objects.update(url="https://localhost/hook")
    hear([event(cast)])
    send(endpoint)
    assert "not a public address" in Attempt.objects.get().error


def test_a_failure_is_tried_again_with_patience_and_the_next_waits(
    cast: SimpleNamespace, make: Make, receiver: SimpleNamespace
) -> None:
    endpoint, _secret = make()
    hear([event(cast), event(cast)])
    receiver.status, receiver.headers = 503, {"Retry-After": "900"}
    assert send(endpoint) == 0
    assert len(receiver.requests) == 1
    first = Delivery.objects.get(attempts=1)
    assert first.due_at > timezone.now() + timedelta(minutes=14)
    endpoint.refresh_from_db()
    assert endpoint.failing_since is not None
    receiver.status = 200
    assert send(endpoint) == 2
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_after_the_last_try_it_failed_and_can_be_sent_again(
    cast: SimpleNamespace, make: Make, receiver: SimpleNamespace
) -> None:
    endpoint, _secret = make()
    hear([event(cast)])
    receiver.status = 500
    for _each in range(9):
        send(endpoint)
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == (State.FAILED, 9)
    receiver.status = 204
    services.send_again(delivery=row, actor=cast.owner)
    assert send(endpoint) == 1
    assert receiver.requests[0].body == receiver.requests[-1].body
    assert receiver.requests[0].headers["webhook-id"] == receiver.requests[-1].headers["webhook-id"]
    row.refresh_from_db()
    assert (row.state, row.tries.count()) == (State.DELIVERED, 10)


def test_a_redirect_is_a_failure_and_is_not_followed(
    cast: SimpleNamespace, make: Make, receiver: SimpleNamespace
) -> None:
    endpoint, _secret = make()
    receiver.status, receiver.headers = 302, {"Location": "/elsewhere"}
    hear([event(cast)])
    send(endpoint)
    assert len(receiver.requests) == 1
    assert Delivery.objects.get().state == State.WAITING


def test_an_endless_answer_is_cut(cast: SimpleNamespace, make: Make, receiver: SimpleNamespace) -> None:
    endpoint, _secret = make()
    receiver.body = b"\x00x" * 500_000
    hear([event(cast)])
    assert send(endpoint) == 1
    assert len(Attempt.objects.get().response_body) <= 2000


def test_gone_switches_it_off_and_tells_its_keepers(
    cast: SimpleNamespace, make: Make, receiver: SimpleNamespace
) -> None:
    endpoint, _secret = make()
    receiver.status = 410
    hear([event(cast)])
    send(endpoint)
    endpoint.refresh_from_db()
    assert not endpoint.enabled
    told = set(Notification.objects.values_list("account__username", flat=True))
    assert {"owner", "chief"} <= told
    assert "stranger" not in told
    hear([event(cast)])
    assert Delivery.objects.count() == 1


def test_five_days_of_failure_switch_it_off(cast: SimpleNamespace, make: Make) -> None:
    endpoint, _secret = make()
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=4))
    assert services.switch_off_failing() == 0
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=6))
    assert services.switch_off_failing() == 1
    endpoint.refresh_from_db()
    assert not endpoint.enabled
    services.switch_on(endpoint=endpoint, actor=cast.owner)
    assert services.switch_off_failing() == 0


def test_a_new_secret_and_the_former_sign_together_for_a_day(
    cast: SimpleNamespace, make: Make, receiver: SimpleNamespace
) -> None:
    endpoint, old = make()
    new = services.rotate_secret(endpoint=endpoint, actor=cast.owner)
    hear([event(cast), event(cast)])
    send(endpoint)
    request = receiver.requests[0]
    parts = {"message_id": request.headers["webhook-id"], "body": request.body}
    at = int(request.headers["webhook-timestamp"])
    both = [signing.signature(secret, timestamp=at, **parts) for secret in (new, old)]
    assert request.headers["webhook-signature"].split(" ") == both
    Endpoint.objects.update(former_secret_until=timezone.now())
    hear([event(cast)])
    send(endpoint)
    assert len(receiver.requests[-1].headers["webhook-signature"].split(" ")) == 1


def test_a_claim_of_a_dead_worker_runs_out(cast: SimpleNamespace, make: Make) -> None:
    endpoint, _secret = make()
    hear([event(cast)])
    assert sending.claim(endpoint.pk) is not None
    assert sending.claim(endpoint.pk) is None
    Delivery.objects.update(taken_until=timezone.now() - timedelta(seconds=1))
    assert sending.claim(endpoint.pk) is not None


def test_the_trail_never_shows_a_secret(cast: SimpleNamespace, make: Make) -> None:
    endpoint, secret = make()
    services.rotate_secret(endpoint=endpoint, actor=cast.owner)
    trail = list(AuditEntry.objects.filter(table="webhooks_endpoint"))
    assert len(trail) == 2
    for entry in trail:
        assert entry.actor_id == cast.owner.pk
        shown = json.dumps([entry.before, entry.after])
        assert secret not in shown
        assert endpoint.sealed_secret not in shown


def test_last_months_deliveries_go(cast: SimpleNamespace, make: Make) -> None:
    make()
    hear([event(cast)])
    assert services.drop_old() == 0
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert services.drop_old() == 1
