"""Messages leave over a real SMTP server and a real HTTP gateway on the loopback address."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from naoso.cli.engines import free_port
from naoso.core.notify import channels, services
from naoso.core.notify.models import Delivery, DeliveryState, Notification, Preference
from naoso.kernel.findings import Severity

pytestmark = pytest.mark.django_db


class Mailbox:
    """Keeps what arrives; refuses while `closed`."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.closed = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.closed:
            return "451 try again later"
        self.letters.append(envelope)
        return "250 OK"


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    box = Mailbox()
    port = free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    channels.channels.cache_clear()
    yield box
    server.stop()


@pytest.fixture
def gateway(settings: Any) -> Iterator[SimpleNamespace]:
    seen = SimpleNamespace(requests=[], status=200)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.requests.append((dict(self.headers), json.loads(body)))
            self.send_response(seen.status)
            self.end_headers()
            self.wfile.write(b'{"id": "sms-1"}')

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.GATEWAY_URL = f"http://127.0.0.1:{server.server_port}/send"
    settings.GATEWAY_TOKEN = "secret-token"
    channels.channels.cache_clear()
    yield seen
    server.shutdown()
    server.server_close()
    channels.channels.cache_clear()


def tell(cast: SimpleNamespace, severity: Severity = Severity.EXTREME, **more: Any) -> list[Notification]:
    return services.notify(
        key="test", title="Cháy chợ", body="Tầng 2", url="/alerts/1/", severity=severity,
        recipients=[cast.owner], **more,
    )  # fmt: skip


def test_a_letter_arrives_once_and_says_where_to_look(cast: SimpleNamespace, mailbox: Mailbox) -> None:
    tell(cast)
    assert services.send_due() == 1
    assert services.send_due() == 0
    (letter,) = mailbox.letters
    assert letter.rcpt_tos == ["owner@example.vn"]
    assert b"/alerts/1/" in letter.content
    assert Delivery.objects.get().state == DeliveryState.SENT


def test_a_closed_server_is_tried_again_and_nothing_is_lost(cast: SimpleNamespace, mailbox: Mailbox) -> None:
    mailbox.closed = True
    tell(cast)
    services.send_due()
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == (DeliveryState.QUEUED, 1)
    assert "451" in row.error
    assert row.due_at > timezone.now()
    mailbox.closed = False
    Delivery.objects.update(due_at=timezone.now())
    services.send_due()
    assert len(mailbox.letters) == 1


def test_after_the_last_try_it_failed_and_says_why(cast: SimpleNamespace, mailbox: Mailbox) -> None:
    mailbox.closed = True
    tell(cast)
    for _each in range(6):
        Delivery.objects.update(due_at=timezone.now())
        services.send_due()
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == (DeliveryState.FAILED, 6)


def test_quiet_hours_hold_a_letter_but_never_an_emergency(cast: SimpleNamespace, mailbox: Mailbox) -> None:
    now = timezone.localtime()
    Preference.objects.create(
        account=cast.owner, email_from=Severity.MINOR,
        quiet_from=(now - timedelta(minutes=5)).time(), quiet_to=(now + timedelta(minutes=30)).time(),
    )  # fmt: skip
    tell(cast, Severity.MODERATE)
    assert Delivery.objects.get().state == DeliveryState.HELD
    assert services.send_due() == 0
    tell(cast, Severity.SEVERE)
    assert services.send_due() == 1


def test_the_gateway_gets_text_token_and_idempotency_key(
    cast: SimpleNamespace, gateway: SimpleNamespace
) -> None:
    cast.owner.phone = "0900000001"
    cast.owner.email = ""
    cast.owner.save()
    tell(cast)
    assert services.send_due() == 1
    headers, body = gateway.requests[0]
    assert headers["Authorization"] == "Bearer secret-token"
    assert headers["Idempotency-Key"] == f"delivery-{Delivery.objects.get().pk}"
    assert body["to"] == "0900000001"
    assert services.confirm_receipt(receipt="sms-1")
    assert Delivery.objects.get().state == DeliveryState.RECEIVED
    assert not services.confirm_receipt(receipt="sms-1")


def test_a_number_that_the_gateway_refuses_is_not_tried_again(
    cast: SimpleNamespace, gateway: SimpleNamespace
) -> None:
    cast.owner.phone, cast.owner.email = "0", ""
    cast.owner.save()
    gateway.status = 400
    tell(cast)
    services.send_due()
    assert Delivery.objects.get().state == DeliveryState.FAILED


def test_reminders_until_read(cast: SimpleNamespace, mailbox: Mailbox) -> None:
    (row,) = tell(cast, until_acknowledged=True)
    Notification.objects.update(repeat_at=timezone.now())
    assert services.repeat_due() == 1
    assert Delivery.objects.count() == 2
    services.mark_read(account=cast.owner, ids=[row.pk])
    Notification.objects.update(repeat_at=timezone.now())
    assert services.repeat_due() == 0


def test_only_the_recipient_reads_it(client: Any, cast: SimpleNamespace, mailbox: Mailbox) -> None:
    (row,) = tell(cast)
    client.force_login(cast.stranger)
    assert "Cháy chợ" not in client.get("/notifications/").content.decode()
    client.post(f"/notifications/{row.pk}/read/")
    row.refresh_from_db()
    assert row.read_at is None
    client.force_login(cast.owner)
    assert "Cháy chợ" in client.get("/notifications/").content.decode()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("not json", "body"),
        ('{"endpoint": "http://x"}', "endpoint"),
        ('{"endpoint": "https://push.example/x"}', "keys"),
    ],
)
def test_a_broken_push_subscription_names_its_member(
    client: Any, cast: SimpleNamespace, body: str, field: str
) -> None:
    client.force_login(cast.owner)
    answer = client.post("/notifications/push/", body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_a_receipt_needs_the_token(client: Any, gateway: SimpleNamespace) -> None:
    wrong = client.post(
        "/notifications/receipts/", '{"id": "1"}', content_type="application/json",
        headers={"Authorization": "Bearer wrong"},
    )  # fmt: skip
    assert wrong.status_code == 401


def test_in_an_exercise_every_letter_stays_in_the_house(
    cast: SimpleNamespace, mailbox: Mailbox, gateway: SimpleNamespace, settings: Any
) -> None:
    settings.EXERCISE = True
    channels.channels.cache_clear()
    try:
        assert set(channels.channels()) == {"email", "push", "gateway"}
        for channel, address in (("email", "a@example.vn"), ("gateway", "0900000000")):
            services.tell_address(channel=channel, address=address, title="Cháy", body="")
        services.send_due()
        assert {row.receipt for row in Delivery.objects.filter(state=DeliveryState.SENT)} == {channels.KEPT}
        assert (mailbox.letters, gateway.requests) == ([], [])
    finally:
        channels.channels.cache_clear()
