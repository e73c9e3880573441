"""The matrix: who gets in, who does not, at every address of operators; hidden rows stay hidden."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from naoso.core.response.models import Incident
from naoso.domains.sos import layers, panel, selectors, urls
from naoso.domains.sos.services.media import add_photo
from naoso.domains.sos.services.setup import save_route
from naoso.domains.sos.tests import factories as make

pytestmark = pytest.mark.django_db
VIEW, HANDLE, SETUP = "sos.view", "sos.handle", "sos.setup"
# method, name, which ids, permission, status for who holds it, data
MATRIX: list[tuple[str, str, tuple[str, ...], str, int, dict[str, Any]]] = [
    ("get", "calls", (), VIEW, 200, {}),
    ("get", "call", ("call",), VIEW, 200, {}),
    ("get", "panel", ("call",), VIEW, 200, {}),
    ("get", "file", ("file", "size"), VIEW, 200, {}),
    ("post", "seen", ("call",), HANDLE, 302, {}),
    ("post", "helping", ("call",), HANDLE, 302, {}),
    ("post", "check", ("call",), HANDLE, 302, {"result": "reached"}),
    ("post", "close", ("call",), HANDLE, 302, {"outcome": "helped"}),
    ("post", "wipe", ("call",), SETUP, 302, {"reason": "x"}),
    ("get", "setup", (), SETUP, 200, {}),
    ("post", "route", (), SETUP, 302, {"kind": "fire"}),
    ("post", "route_drop", (), SETUP, 302, {"kind": "fire"}),
]
PUBLIC = {
    "button", "shell", "worker", "manifest", "send", "sms", "follow", "follow_json", "details", "positions",
    "media",
}  # fmt: skip


@pytest.fixture
def world(cast: SimpleNamespace, settings: Any, tmp_path: Any) -> SimpleNamespace:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    cache.clear()
    save_route(actor=None, kind="", owner=cast.department)
    cast.call = make.call(phone="0912345678")
    cast.ids = {
        "call": cast.call.pk, "file": add_photo(call=cast.call, data=make.photo()).key, "size": "full",
    }  # fmt: skip
    return cast


def asked(client: Client, world: SimpleNamespace, entry: tuple[Any, ...]) -> int:
    method, name, ids, _permission, _status, data = entry
    if name == "route":
        data = data | {"owner": world.department.pk}
    answer = getattr(client, method)(reverse(f"sos:{name}", args=[world.ids[one] for one in ids]), data)
    if answer.streaming:
        answer.getvalue()
    return int(answer.status_code)


@pytest.mark.parametrize("entry", MATRIX, ids=lambda entry: entry[1])
def test_whoever_holds_the_right_there_and_nobody_else(
    client: Client, world: SimpleNamespace, entry: tuple[Any, ...]
) -> None:
    seer = world.make.account("seer", world.department)
    world.make.grant(seer, world.make.role("seer", VIEW), world.department)
    holder = world.make.account("holder", world.department)
    world.make.grant(holder, world.make.role("holder", VIEW, entry[3]), world.department)
    client.force_login(world.nobody)
    assert asked(client, world, entry) == 403
    if entry[2]:
        for who in (world.stranger, world.colleague):
            client.force_login(who)
            assert asked(client, world, entry) == 404
    client.force_login(seer)
    assert asked(client, world, entry) == (entry[4] if entry[3] == VIEW else 403)
    client.force_login(holder)
    assert asked(client, world, entry) == entry[4]


def test_the_matrix_is_whole() -> None:
    assert {entry[1] for entry in MATRIX} | PUBLIC == {pattern.name for pattern in urls.urlpatterns}


def test_hidden_rows_stay_hidden(client: Client, world: SimpleNamespace) -> None:
    incident = Incident.objects.get()
    for who, sees in (
        (world.owner, True),
        (world.chief, True),
        (world.stranger, False),
        (world.nobody, False),
    ):
        assert selectors.calls(who).exists() is sees
        assert bool(layers.calls_layer(who, None)["features"]) is sees
        assert bool(selectors.search(who, world.call.code)) is sees
        assert bool(selectors.search(who, "0912 345 678")) is sees
        assert (panel.context(who, incident) is not None) is sees
    client.force_login(world.stranger)
    assert world.call.code not in client.get(reverse("sos:calls")).content.decode()
