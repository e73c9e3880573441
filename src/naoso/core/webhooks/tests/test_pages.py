"""Who may open what, and that a person can do the whole of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from naoso.core.webhooks import sending, services
from naoso.core.webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db
Make = Callable[..., tuple[Endpoint, str]]
READS = ("", "{pk}/", "log/", "log/{delivery}/")
WRITES = ("{pk}/secret/", "{pk}/off/", "{pk}/on/", "{pk}/ping/", "{pk}/again/", "log/{delivery}/again/")
QUERIES = {"": 12, "log/": 13, "{pk}/": 12}


@pytest.fixture
def world(cast: SimpleNamespace, make: Make) -> dict[str, int]:
    endpoint, _secret = make()
    return {"pk": endpoint.pk, "delivery": services.ping(endpoint=endpoint, actor=cast.owner).pk}


@pytest.mark.parametrize("address", READS)
@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("chief", 200), ("stranger", 404), ("nobody", 403)]
)
def test_reading(
    client: Client, cast: SimpleNamespace, world: dict[str, int], address: str, who: str, status: int
) -> None:
    client.force_login(getattr(cast, who))
    answer = client.get(f"/webhooks/{address.format(**world)}")
    if address in {"", "log/"} and who == "stranger":
        assert answer.status_code == 200
        assert "Sở" not in answer.content.decode()
    else:
        assert answer.status_code == status


@pytest.mark.parametrize("address", WRITES)
@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("nobody", 403), ("reader", 403)])
def test_writing_is_denied(
    client: Client, cast: SimpleNamespace, world: dict[str, int], address: str, who: str, status: int
) -> None:
    cast.reader = cast.make.account("reader", cast.department)
    cast.make.grant(cast.reader, cast.make.role("reader", "webhooks.view"), cast.department)
    client.force_login(getattr(cast, who))
    assert client.post(f"/webhooks/{address.format(**world)}", {"reason": "x"}).status_code == status


@pytest.mark.parametrize("address", WRITES)
def test_writing_is_allowed(
    client: Client, cast: SimpleNamespace, world: dict[str, int], address: str
) -> None:
    client.force_login(cast.owner)
    answer = client.post(f"/webhooks/{address.format(**world)}", {"reason": "x"})
    assert answer.status_code in {200, 302}


def test_from_the_form_to_the_log(
    client: Client, cast: SimpleNamespace, receiver: SimpleNamespace, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(cast.owner)
    assert client.get("/webhooks/new/").status_code == 200
    values = {
        "name": "Sở", "url": receiver.url, "owner": cast.department.pk, "permissions": ["alerts.view"],
        "events": "alerts.*\nalerts.*",
    }  # fmt: skip
    page = client.post("/webhooks/new/", values).content.decode()
    (secret,) = re.findall(r"whsec_[\w+/=]+", page)
    endpoint = Endpoint.objects.get()
    assert endpoint.events == ["alerts.*"]
    assert secret not in client.get(f"/webhooks/{endpoint.pk}/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/webhooks/{endpoint.pk}/ping/")
        client.post(f"/webhooks/{endpoint.pk}/ping/")
    assert ProcrastinateJob.objects.filter(queue_name="webhooks").count() == 1
    assert sending.deliver_waiting(endpoint.pk) == 2
    row = Delivery.objects.first()
    assert row is not None
    shown = client.get(f"/webhooks/log/{row.pk}/").content.decode()
    assert "HTTP 200" in shown
    assert "webhooks.ping" in client.get("/webhooks/log/?event=webhooks&state=delivered").content.decode()
    assert "webhooks.ping" not in client.get("/webhooks/log/?state=failed").content.decode()


def test_a_broken_form_says_what_is_wrong(client: Client, cast: SimpleNamespace, make: Make) -> None:
    endpoint, _secret = make()
    client.force_login(cast.owner)
    values = {
        "name": "Sở", "url": "ftp://x", "owner": cast.department.pk, "permissions": ["alerts.view"],
        "events": "everything",
    }  # fmt: skip
    for address in ("new/", f"{endpoint.pk}/edit/"):
        answer = client.post(f"/webhooks/{address}", values)
        assert answer.status_code == 422
        assert "https://" in answer.content.decode()
    good = values | {"url": endpoint.url, "events": "*", "name": "Sở mới"}
    assert client.post(f"/webhooks/{endpoint.pk}/edit/", good).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.events) == ("Sở mới", ["*"])


@pytest.mark.parametrize("address", QUERIES)
def test_lists_keep_to_their_queries(
    client: Client, cast: SimpleNamespace, make: Make, django_assert_max_num_queries: Any, address: str
) -> None:
    for _each in range(5):
        endpoint, _secret = make()
        for _ping in range(3):
            services.ping(endpoint=endpoint, actor=cast.owner)
    client.force_login(cast.owner)
    with django_assert_max_num_queries(QUERIES[address]):
        client.get(f"/webhooks/{address.format(pk=endpoint.pk)}")
