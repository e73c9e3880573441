"""Warnings of others: asked for over HTTP, believed by signature, decided by people, never lost."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.connectors.cap import feeds, signing
from naoso.connectors.cap.tests.factories import alert, info
from naoso.connectors.cap.writing import render
from naoso.connectors.outbound.guard import networks
from naoso.domains.warnings.models import FeedSource, Imported, PublicWarning, RefusedImport
from naoso.domains.warnings.services import importing, moderating, setup
from naoso.kernel.errors import BadInput, Conflict, NotAllowed

pytestmark = pytest.mark.django_db
KEY, OTHER = (ec.derive_private_key(n, ec.SECP256R1()) for n in (111, 222))
CERTIFICATE = signing.certificate_of(KEY, "kttv.example")
NOW = timezone.localtime().replace(microsecond=0)


def message(identifier: str = "K-1", **more: Any) -> bytes:
    later = info(expires=NOW + dt.timedelta(hours=6))
    return render(replace(alert(identifier=identifier, sent=NOW, infos=(later,)), **more))


@pytest.fixture
def web(settings: Any) -> Iterator[SimpleNamespace]:
    """A service of somebody else on the loopback address."""
    seen = SimpleNamespace(pages={}, asked=[])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.asked.append((self.path, self.headers.get("If-None-Match")))
            if self.headers.get("If-None-Match") == '"1"':
                self.send_response(304)
                self.end_headers()
                return
            body = seen.pages.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.send_header("ETag", '"1"')
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    seen.url = f"http://127.0.0.1:{server.server_port}"
    settings.WEBHOOK_NETWORKS = networks("127.0.0.0/8")
    yield seen
    server.shutdown()
    server.server_close()


def source(cast: SimpleNamespace, web: SimpleNamespace, **more: Any) -> FeedSource:
    row = FeedSource(owner=cast.department, name="KTTV", url=f"{web.url}/feed", **more)
    return setup.save_source(actor=cast.owner, source=row)


def feed(web: SimpleNamespace, *names: str) -> bytes:
    head = feeds.Feed("KTTV", "", f"{web.url}/feed", web.url, "KTTV", "vi", NOW)
    return feeds.atom(
        head, [feeds.Entry(n, n, n, NOW, NOW, f"{web.url}/{n}", f"{web.url}/{n}.xml") for n in names]
    )


def test_a_feed_is_read_once_and_bad_ones_are_kept_apart(cast: SimpleNamespace, web: SimpleNamespace) -> None:
    row = source(cast, web)
    web.pages = {
        "/feed": feed(web, "a", "b", "gone"), "/a.xml": message("K-a"),
        "/b.xml": message("K-b").replace(b"Severe", b"Terrible"),
    }  # fmt: skip
    tally = importing.poll(row)
    assert (tally.new, tally.refused) == (1, 2)
    row.refresh_from_db()
    assert (row.error, row.answered_at is not None) == ("", True)
    assert importing.poll(row).new == 0  # nothing has changed: 304
    assert web.asked[-1] == ("/feed", '"1"')
    FeedSource.objects.update(etag="")
    row.refresh_from_db()
    again = importing.poll(row)
    assert (again.new, again.known, again.refused) == (0, 1, 2)
    assert Imported.objects.get().verdict == "waiting"
    refused = RefusedImport.objects.get(link__endswith="b.xml")
    assert (refused.times, refused.errors[0]["rule"]) == (2, "enum")
    assert "Terrible" in refused.raw


def test_a_signed_source_is_believed_by_its_certificate_alone(
    cast: SimpleNamespace, web: SimpleNamespace
) -> None:
    row = source(cast, web, trust="signed", certificates=CERTIFICATE)
    theirs = signing.certificate_of(OTHER, "kttv.example")
    good = signing.sign(message("K-good"), key=KEY, certificate=CERTIFICATE)
    web.pages = {
        "/feed": feed(web, "good", "forged", "other", "plain"), "/good.xml": good,
        "/forged.xml": good.replace(b"Severe", b"Minor"), "/plain.xml": message("K-plain"),
        "/other.xml": signing.sign(message("K-other"), key=OTHER, certificate=theirs),
    }  # fmt: skip
    tally = importing.poll(row)
    assert (tally.new, tally.refused) == (1, 3)
    kept = Imported.objects.get()
    assert (kept.identifier, kept.signature) == ("K-good", "valid")
    assert {one["rule"] for row in RefusedImport.objects.all() for one in row.errors} == {"signature"}


def test_a_source_that_fails_says_so_and_is_asked_again(cast: SimpleNamespace, web: SimpleNamespace) -> None:
    row = source(cast, web)
    assert importing.poll_due() == 1
    row.refresh_from_db()
    assert "404" in row.error
    assert importing.poll_due() == 0
    web.pages = {"/feed": message()}
    assert importing.poll_due(timezone.now() + dt.timedelta(minutes=11)) == 1
    row.refresh_from_db()
    assert (row.error, Imported.objects.count()) == ("", 1)


def test_inner_addresses_are_not_asked(cast: SimpleNamespace, web: SimpleNamespace, settings: Any) -> None:
    row = source(cast, web)
    settings.WEBHOOK_NETWORKS = ()
    importing.poll(row)
    row.refresh_from_db()
    assert row.error
    assert web.asked == []
    with pytest.raises(BadInput):
        setup.save_source(
            actor=cast.owner, source=FeedSource(owner=cast.department, name="x", url="http://10.0.0.1/")
        )
    row.trust, row.certificates = "signed", "nonsense -----END CERTIFICATE-----"
    with pytest.raises(BadInput):
        setup.save_source(actor=cast.owner, source=row)


@pytest.fixture
def waiting(cast: SimpleNamespace) -> Imported:
    importing.upload(actor=cast.owner, owner=cast.department, raw=message())
    return Imported.objects.get()


def test_taken_over_it_is_a_draft_like_any_other(cast: SimpleNamespace, waiting: Imported) -> None:
    made = moderating.take_over(actor=cast.owner, imported=waiting)
    assert (made.state, made.author, made.headline) == ("draft", cast.owner, "Cảnh báo ngập lụt")
    assert (made.polygon is not None, made.radius_km) == (True, 3.0)
    waiting.refresh_from_db()
    assert (waiting.verdict, waiting.warning) == ("drafted", made)
    with pytest.raises(Conflict):
        moderating.reject(actor=cast.owner, imported=waiting, reason="x")


def test_rejected_needs_a_reason_and_rights(cast: SimpleNamespace, waiting: Imported) -> None:
    with pytest.raises(BadInput):
        moderating.reject(actor=cast.owner, imported=waiting, reason="")
    for who in (cast.stranger, cast.nobody):
        with pytest.raises(NotAllowed):
            moderating.accept(actor=who, imported=waiting)
        assert not Imported.objects.visible_to(who).exists()
    moderating.accept(actor=cast.owner, imported=waiting)
    moderating.reject(actor=cast.owner, imported=waiting, reason="Không thuộc tỉnh")
    assert not PublicWarning.objects.exists()


def test_the_pages_of_moderation(client: Client, cast: SimpleNamespace, waiting: Imported) -> None:
    client.force_login(cast.owner)
    upload = reverse("warnings:upload")
    for raw, status in (
        (b"<html/>", 422),
        (message().replace(b"Actual", b"Real"), 302),
        (message("K-2"), 302),
    ):
        file = SimpleUploadedFile("cap.xml", raw)
        assert client.post(upload, {"owner": cast.department.pk, "file": file}).status_code == status
    assert "Actual" not in client.get(reverse("warnings:refused")).content.decode()
    assert "Real" in client.get(reverse("warnings:refused")).content.decode()
    page = client.get(reverse("warnings:imported", args=[waiting.pk])).content.decode()
    assert "Di dời lên chỗ cao" in page
    decide = reverse("warnings:decide", args=[waiting.pk, "reject"])
    assert client.post(decide, {"text": ""}).status_code == 422
    assert client.post(decide, {"text": "Trùng"}).status_code == 302
    assert "Trùng" in client.get(reverse("warnings:imports"), {"verdict": "decided"}).content.decode()
    assert client.get(reverse("warnings:sources")).status_code == 200
