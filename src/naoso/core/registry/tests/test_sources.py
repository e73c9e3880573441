"""Sources: who may register and see them, what their secrets open."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from naoso.core.outbox.models import OutboxMessage
from naoso.core.people.tests import factories as people
from naoso.core.registry import secrets, selectors, services
from naoso.core.registry.models import LastWord, Source
from naoso.kernel.errors import BadInput, NotAllowed

from .factories import station

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> SimpleNamespace:
    root = people.body("root")
    mine, other = people.body("mine", root), people.body("other", root)
    keeper, stranger, reader = (people.account(name) for name in ("keeper", "stranger", "reader"))
    manage = people.role("keeper", "registry.view", "registry.manage")
    people.grant(keeper, manage, mine)
    people.grant(stranger, manage, other)
    people.grant(reader, people.role("reader", "registry.view"), mine)
    return SimpleNamespace(
        mine=mine, other=other, keeper=keeper, stranger=stranger, reader=reader,
        station=station("st-01", mine, silence_after=dt.timedelta(minutes=10)),
    )  # fmt: skip


def signed_in(account: Any) -> Client:
    client = Client(headers={"Accept": "text/html"})
    client.force_login(account)
    return client


def test_only_the_right_secret_opens(world: SimpleNamespace) -> None:
    token = world.station.token
    assert selectors.source_of_token(token) == world.station.source
    assert selectors.source_of_token(token + "x") is None
    assert selectors.source_of_token("st-01") is None
    assert world.station.secret not in str(Source.objects.values().get())


def test_a_rotated_secret_replaces_the_old(world: SimpleNamespace) -> None:
    new = services.rotate_secret(source=world.station.source, actor=world.keeper)
    assert selectors.source_of_token(world.station.token) is None
    assert selectors.source_of_token(f"st-01.{new}") == world.station.source
    assert OutboxMessage.objects.filter(name="registry.source_changed").count() == 2


def test_a_disabled_source_is_refused_until_enabled(world: SimpleNamespace) -> None:
    source = world.station.source
    with pytest.raises(BadInput):
        services.disable_source(source=source, actor=world.keeper, reason=" ")
    services.disable_source(source=source, actor=world.keeper, reason="stolen")
    assert selectors.source_of_token(world.station.token) is None
    services.enable_source(source=source, actor=world.keeper)
    assert selectors.source_of_token(world.station.token) == source


def test_strangers_register_nothing_here(world: SimpleNamespace) -> None:
    with pytest.raises(NotAllowed):
        services.register_source(
            actor=world.stranger, code="x", name="x", owner=world.mine, domain="environment"
        )
    with pytest.raises(NotAllowed):
        services.rotate_secret(source=world.station.source, actor=world.stranger)


@pytest.mark.parametrize("code", ["", "Ab", "a.b", "a b", "a>", "-a", "đ"])
def test_codes_that_would_break_a_subject(world: SimpleNamespace, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        services.register_source(actor=None, code=code, name="x", owner=world.mine, domain="environment")
    assert refused.value.errors[0].field == "code"


def test_silence(world: SimpleNamespace) -> None:
    now = timezone.now()
    assert selectors.silent_sources(now) == []
    assert selectors.silent_sources(now + dt.timedelta(minutes=11)) == [world.station.source]
    LastWord.objects.create(source=world.station.source, at=now + dt.timedelta(minutes=5))
    assert selectors.silent_sources(now + dt.timedelta(minutes=11)) == []


@pytest.mark.parametrize(
    ("who", "method", "path", "status"),
    [
        ("keeper", "get", "/sources/", 200),
        ("keeper", "get", "/sources/{pk}/", 200),
        ("keeper", "get", "/sources/new/", 200),
        ("reader", "get", "/sources/{pk}/", 200),
        ("reader", "get", "/sources/new/", 403),
        ("reader", "post", "/sources/{pk}/rotate/", 403),
        ("reader", "post", "/sources/{pk}/disable/", 403),
        ("stranger", "get", "/sources/{pk}/", 404),
        ("stranger", "post", "/sources/{pk}/rotate/", 404),
        ("keeper", "post", "/sources/{pk}/disable/", 422),
        ("keeper", "post", "/sources/{pk}/enable/", 302),
    ],
)
def test_permissions(world: SimpleNamespace, who: str, method: str, path: str, status: int) -> None:
    client = signed_in(getattr(world, who))
    assert getattr(client, method)(path.format(pk=world.station.source.pk)).status_code == status


def test_a_secret_is_shown_once(world: SimpleNamespace) -> None:
    client = signed_in(world.keeper)
    data = {
        "code": "cam-bien-7", "name": "Cảm biến 7", "owner": world.mine.pk, "domain": "environment",
        "kind": "mqtt", "silence_minutes": 15,
    }  # fmt: skip
    page = client.post("/sources/new/", data)
    made = Source.objects.get(code="cam-bien-7")
    assert page.status_code == 200
    shown = page.context["secret"]
    assert secrets.matches(shown, made.secret_digest)
    assert shown in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert shown not in client.get(f"/sources/{made.pk}/").content.decode()
    assert made.silence_after == dt.timedelta(minutes=15)
    assert client.post("/sources/new/", data).status_code == 422


def test_query_budgets(world: SimpleNamespace, django_assert_max_num_queries: Any) -> None:
    for number in range(20):
        station(f"x-{number}", world.mine)
    client = signed_in(world.keeper)
    for path, budget in (("/sources/", 6), (f"/sources/{world.station.source.pk}/", 6)):
        client.get(path)
        with django_assert_max_num_queries(budget):
            assert client.get(path).status_code == 200
