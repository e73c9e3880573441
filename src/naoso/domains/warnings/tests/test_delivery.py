"""Who is told, once, how fast, over a real push service and a real gateway on the loopback address."""

from __future__ import annotations

import base64
import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import connection
from django.utils import timezone

from naoso.cli.centre import p256_key
from naoso.core.notify import channels as notify_channels
from naoso.domains.warnings import tasks
from naoso.domains.warnings.models import Device, Outgoing, Pace, PublicWarning
from naoso.domains.warnings.selectors import desk
from naoso.domains.warnings.services import publishing, queueing, sending
from naoso.domains.warnings.tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings: Any) -> Iterator[SimpleNamespace]:
    """Takes what a push service and the gateway take; answers with `status`."""
    seen = SimpleNamespace(requests=[], status=201, statuses=[])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            head = {name.lower(): value for name, value in self.headers.items()}
            seen.requests.append((self.path, head, body))
            self.send_response(seen.statuses.pop(0) if seen.statuses else seen.status)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    seen.url = f"http://127.0.0.1:{server.server_port}"
    settings.PUSH_PRIVATE_KEY, settings.GATEWAY_URL = p256_key(), f"{seen.url}/gateway"
    settings.GATEWAY_TOKEN = "token"
    notify_channels.channels.cache_clear()
    yield seen
    server.shutdown()
    server.server_close()
    notify_channels.channels.cache_clear()


def browser(service: SimpleNamespace, name: str, **more: Any) -> tuple[Device, Any]:
    """A device whose endpoint is the loopback service, and the key that opens what it gets."""
    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {
        "p256dh": base64.urlsafe_b64encode(point).decode(),
        "auth": base64.urlsafe_b64encode(b"0" * 16).decode(),
    }
    address = json.dumps({"endpoint": f"{service.url}/push/{name}", "keys": keys})
    return make.device(name, address=address, **more), private


def read(private: Any, body: bytes) -> dict[str, Any]:
    """As the browser decrypts it (RFC 8291)."""
    opened = http_ece.decrypt(body, private_key=private, auth_secret=b"0" * 16, version="aes128gcm")
    loaded: dict[str, Any] = json.loads(opened)
    return loaded


def test_a_push_arrives_encrypted_in_ones_language(cast: SimpleNamespace, service: SimpleNamespace) -> None:
    vi, vi_key = browser(service, "vi", units=[cast.ward.pk])
    _en, en_key = browser(service, "en", units=[cast.ward.pk], language="en")
    warning = make.published(cast)
    assert queueing.queue_deliveries(warning) == 2
    assert sending.send_due("push", seconds=5) == 2
    got = {path: (headers, body) for path, headers, body in service.requests}
    headers, body = got["/push/vi"]
    assert headers["authorization"].startswith("vapid t=")
    told = read(vi_key, body)
    assert told["title"] == "Cảnh báo ngập lụt Sông Công"
    assert told["body"] == "Di dời lên chỗ cao"
    assert told["url"].endswith(f"/warnings/{warning.identifier}/")
    assert told["tag"] == f"warning-{warning.pk}-{vi.pk}"
    assert read(en_key, got["/push/en"][1])["title"] == "Flood warning Song Cong"
    assert desk.progress(warning).sent == 2
    assert sending.send_due("push", seconds=1) == 0


def test_publishing_queues_once_in_the_background(cast: SimpleNamespace, service: SimpleNamespace) -> None:
    make.device("a", units=[cast.ward.pk])
    warning = make.published(cast)
    assert not Outgoing.objects.exists()  # a request sends nothing itself
    tasks.queue_outgoing(warning=warning.pk)
    tasks.queue_outgoing(warning=warning.pk)
    assert queueing.queue_deliveries(warning) == 0
    assert Outgoing.objects.count() == 1


def test_who_is_concerned(cast: SimpleNamespace, service: SimpleNamespace) -> None:
    far = Point(105.0, 22.5, srid=4326)
    names = {
        "ward": {"units": [cast.ward.pk]},
        "other ward": {"units": [cast.other_ward.pk]},
        "province": {"units": [cast.province.pk]},
        "in the ward": {"point": make.HERE, "point_unit": cast.ward.pk},
        "far": {"point": far},
        "near": {"point": Point(105.86, 21.475, srid=4326)},
        "not confirmed": {"units": [cast.ward.pk], "verified_at": None},
    }
    devices = {make.device(name, **values).pk: name for name, values in names.items()}

    def told(**more: Any) -> set[str]:
        warning = make.draft(cast, **more)
        counted = queueing.concerned(warning)
        queueing.queue_deliveries(warning)
        rows = set(Outgoing.objects.filter(warning=warning).values_list("device_id", flat=True))
        assert counted.get("push", 0) == len(rows)
        return {devices[pk] for pk in rows}

    assert told() == {"ward", "province", "in the ward"}
    everyone = {"ward", "other ward", "province", "in the ward"}
    assert told(units=(cast.province,)) == everyone
    circle = {"units": (), "centre": make.HERE, "radius_km": 2.0}
    assert told(**circle) == {"ward", "province", "in the ward", "near"}
    square = Polygon(((104.9, 22.4), (105.1, 22.4), (105.1, 22.6), (104.9, 22.6), (104.9, 22.4)), srid=4326)
    assert told(units=(), polygon=square) == {"far"}
    assert told(status="Test") == set()


def test_an_outline_decides_what_a_circle_touches(cast: SimpleNamespace, service: SimpleNamespace) -> None:
    far = Polygon(((106, 22), (106.1, 22), (106.1, 22.1), (106, 22.1), (106, 22)), srid=4326)
    cast.ward.outline, cast.ward.outline_approximate = MultiPolygon(far, srid=4326), False
    cast.ward.save()
    make.device("ward", units=[cast.ward.pk])
    near_centre = make.draft(cast, units=(), centre=make.HERE, radius_km=2.0)
    assert queueing.queue_deliveries(near_centre) == 0
    inside = make.draft(cast, units=(), centre=Point(106.05, 22.05, srid=4326), radius_km=0.5)
    assert queueing.queue_deliveries(inside) == 1


def test_a_dead_endpoint_is_forgotten_and_the_figure_stays(
    cast: SimpleNamespace, service: SimpleNamespace
) -> None:
    device, _key = browser(service, "dead", units=[cast.ward.pk])
    warning = make.published(cast)
    queueing.queue_deliveries(warning)
    service.status = 410
    assert sending.send_due("push", seconds=2) == 0
    assert not Device.objects.filter(pk=device.pk).exists()
    assert desk.progress(warning).failed == 1
    assert len(service.requests) == 1


def test_a_service_that_stumbles_is_tried_again_later(
    cast: SimpleNamespace, service: SimpleNamespace
) -> None:
    browser(service, "slow", units=[cast.ward.pk])
    warning = make.published(cast)
    queueing.queue_deliveries(warning)
    service.statuses = [503]
    assert sending.send_due("push", seconds=2) == 0
    row = Outgoing.objects.get()
    assert (row.state, row.attempts) == ("queued", 1)
    assert row.due_at > timezone.now()
    Outgoing.objects.update(due_at=timezone.now())
    assert sending.send_due("push", seconds=2) == 1
    assert Device.objects.count() == 1


def test_after_the_last_try_it_failed(cast: SimpleNamespace, service: SimpleNamespace) -> None:
    browser(service, "down", units=[cast.ward.pk])
    queueing.queue_deliveries(make.published(cast))
    service.status = 500
    for _try in range(5):
        Outgoing.objects.update(due_at=timezone.now())
        Pace.objects.update(tokens=10)
        sending.send_due("push", seconds=2)
    row = Outgoing.objects.get()
    assert (row.state, row.attempts, Device.objects.count()) == ("failed", 5, 1)


def test_a_number_gets_a_text_with_an_idempotency_key(
    cast: SimpleNamespace, service: SimpleNamespace
) -> None:
    device = make.device("phone", channel="gateway", address="0900000001", units=[cast.ward.pk])
    service.status = 200
    warning = make.published(cast, status="Exercise")
    queueing.queue_deliveries(warning)
    assert sending.send_due("gateway", seconds=3) == 1
    _path, headers, body = service.requests[0]
    sent = json.loads(body)
    assert headers["idempotency-key"] == f"warning-{warning.pk}-{device.pk}"
    assert sent["to"] == "0900000001"
    assert sent["text"].startswith("[DIỄN TẬP] Cảnh báo ngập lụt")


@pytest.mark.parametrize("ended", ["expired", "cancelled"])
def test_a_warning_that_ended_is_not_sent_any_more(
    cast: SimpleNamespace, service: SimpleNamespace, ended: str
) -> None:
    browser(service, "late", units=[cast.ward.pk])
    warning = make.published(cast)
    queueing.queue_deliveries(warning)
    rows = PublicWarning.objects.filter(pk=warning.pk)
    if ended == "expired":
        rows.update(expires=timezone.now() - dt.timedelta(seconds=1))
        assert sending.send_due("push", seconds=1) == 0
        publishing.expire_due()
    else:
        rows.update(state="cancelled")
        assert sending.send_due("push", seconds=1) == 0
        publishing.drop_waiting(warning.pk)
    assert service.requests == []
    assert desk.progress(warning).expired == 1


def test_a_claim_of_a_dead_worker_lapses(cast: SimpleNamespace, service: SimpleNamespace) -> None:
    browser(service, "x", units=[cast.ward.pk])
    queueing.queue_deliveries(make.published(cast))
    Pace.objects.create(channel="push", per_second=100, tokens=100)
    assert len(sending.claim("push")[0]) == 1  # and then the worker dies
    assert sending.claim("push")[0] == []
    Outgoing.objects.update(due_at=timezone.now() - dt.timedelta(seconds=1))
    assert sending.send_due("push", seconds=2) == 1


def test_a_channel_keeps_its_pace(cast: SimpleNamespace, service: SimpleNamespace) -> None:
    for number in range(30):
        make.device(f"p{number}", channel="gateway", address=f"09{number:08d}", units=[cast.ward.pk])
    service.status = 200
    queueing.queue_deliveries(make.published(cast))
    Pace.objects.create(channel="gateway", per_second=10)
    start = timezone.now()
    sent = sending.send_due("gateway", seconds=1.5)
    passed = (timezone.now() - start).total_seconds()
    assert 0 < sent <= 10 * passed + 1
    assert sent < 30


def test_a_device_that_left_meanwhile_is_not_written_to(
    cast: SimpleNamespace, service: SimpleNamespace
) -> None:
    device, _key = browser(service, "gone", units=[cast.ward.pk])
    warning = make.published(cast)
    queueing.queue_deliveries(warning)
    device.delete()
    sending.send_due("push", seconds=2)
    assert service.requests == []
    assert Outgoing.objects.get().state == "failed"


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_claim_the_same(cast: SimpleNamespace, service: SimpleNamespace) -> None:
    for number in range(60):
        make.device(f"w{number}", address=json.dumps({}), units=[cast.ward.pk])
    queueing.queue_deliveries(make.published(cast))
    Pace.objects.create(channel="push", per_second=10_000, tokens=10_000)
    claimed: list[int] = []

    def work() -> None:
        rows, _wait = sending.claim("push")
        claimed.extend(one.pk for one in rows)
        connection.close()

    threads = [threading.Thread(target=work) for _n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(claimed) == len(set(claimed)) == 60


def test_keys_that_nobody_can_read_fail_alone(cast: SimpleNamespace, service: SimpleNamespace) -> None:
    browser(service, "good", units=[cast.ward.pk])
    for name, keys in (("empty", {"p256dh": "", "auth": ""}), ("none", {})):
        address = json.dumps({"endpoint": f"{service.url}/push/{name}", "keys": keys})
        make.device(name, address=address, units=[cast.ward.pk])
    warning = make.published(cast)
    queueing.queue_deliveries(warning)
    sending.send_due("push", seconds=2)
    done = desk.progress(warning)
    assert (done.sent, done.failed + done.waiting) == (1, 2)
    assert done.failed >= 1  # the other is one more that the carrier itself refuses, and tries again
