"""Who sees a quarantined message, who mends it, and what that does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from naoso.core.ingest.models import Quarantine, QuarantineState
from naoso.core.ingest.publisher import publisher
from naoso.core.people.models import AuditEntry
from naoso.core.people.tests import factories as people
from naoso.core.registry.tests.factories import station
from naoso.core.telemetry.models import LatestValue
from naoso.core.telemetry.tests.factories import series, weeks_around

from .engines import stream_server, work_until_idle

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def world() -> SimpleNamespace:
    """Two agencies with a station each; officers of both; one message in quarantine."""
    root = people.body("root")
    mine, other = people.body("mine", root), people.body("other", root)
    mender = people.role("mender", "ingest.view", "ingest.mend")
    officer, stranger, reader = (people.account(name) for name in ("officer", "stranger", "reader"))
    people.grant(officer, mender, mine)
    people.grant(stranger, mender, other)
    people.grant(reader, people.role("reader", "ingest.view"), mine)
    here = station("st-01", mine)
    pm25 = series(here)
    weeks_around(timezone.now().date())
    message = Quarantine.objects.create(
        source=here.source, subject="obs.st-01", payload=reading(value=-3), rule="range", field="value",
        value="-3", message="st-01/pm25 lies between 0 and 1000 ug/m3", received_at=timezone.now(),
    )  # fmt: skip
    return SimpleNamespace(
        officer=officer, stranger=stranger, reader=reader, message=message, pm25=pm25, mine=mine
    )


def reading(**changes: Any) -> bytes:
    body = {"series": "st-01/pm25", "time": timezone.now().isoformat(), "value": 3, "unit": "ug/m3"}
    return json.dumps(body | changes).encode()


def signed_in(account: Any) -> Client:
    client = Client(headers={"Accept": "text/html"})
    client.force_login(account)
    return client


@pytest.mark.parametrize(
    ("who", "method", "path", "status"),
    [
        ("officer", "get", "/quarantine/", 200),
        ("officer", "get", "/quarantine/{pk}/", 200),
        ("reader", "get", "/quarantine/{pk}/", 200),
        ("stranger", "get", "/quarantine/{pk}/", 404),
        ("stranger", "post", "/quarantine/{pk}/discard/", 404),
        ("reader", "post", "/quarantine/{pk}/discard/", 403),
        ("reader", "post", "/quarantine/{pk}/replay/", 403),
        ("officer", "post", "/quarantine/{pk}/discard/", 422),
    ],
)
def test_permissions(world: SimpleNamespace, who: str, method: str, path: str, status: int) -> None:
    client = signed_in(getattr(world, who))
    assert getattr(client, method)(path.format(pk=world.message.pk)).status_code == status


def test_a_stranger_sees_no_row(world: SimpleNamespace) -> None:
    assert "st-01/pm25" not in signed_in(world.stranger).get("/quarantine/").content.decode()
    assert "st-01/pm25" in signed_in(world.officer).get("/quarantine/").content.decode()


def test_nobody_signed_in_is_sent_to_sign_in(client: Client, world: SimpleNamespace) -> None:
    assert client.get("/quarantine/").status_code == 302


def test_filters(world: SimpleNamespace) -> None:
    client = signed_in(world.officer)
    assert "st-01/pm25" in client.get("/quarantine/", {"rule": "range", "source": "st-01"}).content.decode()
    assert "st-01/pm25" not in client.get("/quarantine/", {"state": "discarded"}).content.decode()


def test_query_budgets(world: SimpleNamespace, django_assert_max_num_queries: Any) -> None:
    client = signed_in(world.officer)
    for path, budget in (("/quarantine/", 7), (f"/quarantine/{world.message.pk}/", 6)):
        client.get(path)
        with django_assert_max_num_queries(budget):
            assert client.get(path).status_code == 200


def test_discarding_needs_a_reason_and_leaves_a_trail(world: SimpleNamespace) -> None:
    client = signed_in(world.officer)
    page = client.post(f"/quarantine/{world.message.pk}/discard/", {"reason": "cảm biến hỏng"})
    assert page.status_code == 302
    world.message.refresh_from_db()
    assert world.message.state == QuarantineState.DISCARDED
    assert AuditEntry.objects.filter(table="ingest_decision", reason="cảm biến hỏng").exists()
    again = client.post(f"/quarantine/{world.message.pk}/discard/", {"reason": "x"})
    assert again.status_code == 422


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    with stream_server():
        yield


@pytest.mark.engines
@pytest.mark.usefixtures("server")
class TestReplay:
    """Through the real stream."""

    def test_a_mended_message_is_stored(self, world: SimpleNamespace) -> None:
        client = signed_in(world.officer)
        address = f"/quarantine/{world.message.pk}/replay/"
        refused = client.post(address, {"text": reading(value=-4).decode()})
        assert refused.status_code == 422
        assert "0" in refused.content.decode()
        assert client.post(address, {"text": reading(value=4).decode()}).status_code == 302
        work_until_idle()
        assert LatestValue.objects.get(series=world.pm25).value == 4
        world.message.refresh_from_db()
        assert world.message.state == QuarantineState.REPLAYED
        assert world.message.decisions.get().actor == world.officer

    def test_with_the_stream_away_nothing_is_changed(self, world: SimpleNamespace, settings: Any) -> None:
        publisher.close()
        settings.STREAM = settings.STREAM.model_copy(update={"nats_url": "nats://127.0.0.1:1"})
        client = signed_in(world.officer)
        page = client.post(f"/quarantine/{world.message.pk}/replay/", {"text": reading().decode()})
        assert page.status_code == 503
        world.message.refresh_from_db()
        assert world.message.state == QuarantineState.OPEN
