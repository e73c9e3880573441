"""The permission matrix of the desk: with the right alone, with every other right, for every address."""

from __future__ import annotations

import uuid
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, reverse

from naoso.domains.warnings.models import PublicWarning
from naoso.domains.warnings.tests import factories as make
from naoso.domains.warnings.urls import urlpatterns

pytestmark = pytest.mark.django_db
MATRIX = {
    "view": ("desk", "warning", "progress", "desk_shape", "act", "statistics"),
    "write": ("new", "edit"),
    "moderate": ("imports", "refused", "upload", "imported", "decide"),
    "setup": ("sources", "source_new", "source", "templates", "template_new", "template", "pace"),
}
CITIZENS = {
    "public",
    "public_one",
    "active",
    "active_shapes",
    "feed_atom",
    "feed_rss",
    "certificate",
    "cap",
    "cap_json",
    "shape",
    "follow",
    "device",
    "device_code",
    "device_stop",
}
PROBES = {"action": "submit", "channel": "push", "token": uuid.UUID(int=1), "identifier": "x"}


def address(name: str) -> str:
    entry: URLPattern = next(one for one in urlpatterns if one.name == name)
    return reverse(
        f"warnings:{name}", kwargs={part: PROBES.get(part, 1) for part in entry.pattern.converters}
    )


def account_with(cast: SimpleNamespace, *permissions: str) -> object:
    somebody = cast.make.account("somebody", cast.root)
    cast.make.grant(somebody, cast.make.role("just", *permissions), cast.root)
    return somebody


def test_every_address_is_in_the_matrix() -> None:
    named = {name for names in MATRIX.values() for name in names} | CITIZENS
    assert {entry.name for entry in urlpatterns} == named


@pytest.mark.parametrize("permission", MATRIX)
def test_with_the_right_alone(client: Client, cast: SimpleNamespace, permission: str) -> None:
    client.force_login(account_with(cast, f"warnings.{permission}"))  # type: ignore[arg-type]
    for name in MATRIX[permission]:
        path = address(name)
        statuses = {client.get(path).status_code, client.post(path).status_code}
        assert statuses <= {200, 302, 404, 405, 422}, (name, statuses)


@pytest.mark.parametrize("permission", MATRIX)
def test_with_every_other_right(client: Client, cast: SimpleNamespace, permission: str) -> None:
    others = [one.code for one in settings.MODULES.permissions if one.code != f"warnings.{permission}"]
    client.force_login(account_with(cast, *others))  # type: ignore[arg-type]
    for name in MATRIX[permission]:
        path = address(name)
        statuses = {client.get(path).status_code, client.post(path).status_code}
        assert 403 in statuses, name
        assert statuses <= {403, 405}, (name, statuses)


def test_who_sees_which_draft(client: Client, cast: SimpleNamespace) -> None:
    warning = make.draft(cast)
    path = reverse("warnings:warning", args=[warning.pk])
    expected = {cast.owner: 200, cast.chief: 200, cast.colleague: 404, cast.stranger: 404, cast.nobody: 403}
    for who, status in expected.items():
        client.force_login(who)
        assert client.get(path).status_code == status, who
        act = client.post(reverse("warnings:act", args=[warning.pk, "comment"]), {"text": "x"})
        assert act.status_code == (302 if status == 200 else status), who
    client.force_login(cast.stranger)
    assert warning.headline not in client.get(reverse("warnings:desk")).content.decode()
    assert client.get(reverse("warnings:public_one", args=[warning.identifier])).status_code == 404
    assert client.get(reverse("warnings:cap", args=[warning.identifier])).status_code == 404


@pytest.mark.parametrize("action", ["approve", "release", "send_back", "publish"])
def test_writing_alone_does_not_approve(client: Client, cast: SimpleNamespace, action: str) -> None:
    writer = account_with(cast, "warnings.view", "warnings.write")
    warning = make.draft(cast)
    client.force_login(writer)  # type: ignore[arg-type]
    client.post(reverse("warnings:act", args=[warning.pk, "submit"]))
    answer = client.post(reverse("warnings:act", args=[warning.pk, action]), {"text": "x"})
    assert answer.status_code == 403
    assert PublicWarning.objects.get(pk=warning.pk).state == "review"
