"""The matrix: who gets in, who does not, at every address of this part."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from naoso.core.people import urls
from naoso.core.people.models import Account, AuditEntry, Grant, Role
from naoso.core.people.tests import factories as make

pytestmark = pytest.mark.django_db

VIEW, MANAGE, ROLES, GRANT, AUDIT = (
    f"people.{verb}" for verb in ("view", "manage", "roles", "grant", "audit")
)
# method, name, which ids, permission, status for who holds it, data
MATRIX = [
    ("get", "accounts", (), VIEW, 200, {}),
    ("get", "account_new", (), MANAGE, 200, {}),
    ("get", "account", ("account",), VIEW, 200, {}),
    ("get", "account_edit", ("account",), MANAGE, 200, {}),
    ("post", "account_off", ("account",), MANAGE, 302, {"reason": "x"}),
    ("post", "account_on", ("account",), MANAGE, 302, {"reason": "x"}),
    ("post", "account_invite", ("account",), MANAGE, 302, {}),
    ("get", "grant_new", ("account",), GRANT, 200, {}),
    ("post", "grant_withdraw", ("account", "grant"), GRANT, 302, {"reason": "x"}),
    ("get", "organisations", (), VIEW, 200, {}),
    ("get", "organisation_new", (), MANAGE, 200, {}),
    ("get", "organisation_edit", ("body",), MANAGE, 200, {}),
    ("get", "roles", (), VIEW, 200, {}),
    ("get", "role_new", (), ROLES, 200, {}),
    ("get", "role_edit", ("role",), ROLES, 200, {}),
    ("get", "audit", (), AUDIT, 200, {}),
    ("get", "audit_entry", ("entry",), AUDIT, 200, {}),
    ("get", "audit_print", (), AUDIT, 200, {}),
    ("get", "audit_csv", (), AUDIT, 200, {}),
    ("get", "audit_xlsx", (), AUDIT, 200, {}),
]
EVERY = (VIEW, MANAGE, ROLES, GRANT, AUDIT)


@pytest.fixture
def world() -> SimpleNamespace:
    """A body with someone in it, beside another body."""
    root = make.body("root")
    body, elsewhere = make.body("here", root), make.body("there", root)
    account = make.account("someone", body)
    role = make.role("nothing")
    chief = make.account("chief", root)
    make.grant(chief, make.role("all", "*"), root)
    return SimpleNamespace(
        root=root,
        body=body,
        elsewhere=elsewhere,
        account=account,
        role=role,
        grant=make.grant(account, role, body),
        entry=AuditEntry.objects.latest("id"),
    )


def call(client: Client, world: SimpleNamespace, row: tuple) -> int:
    method, name, ids, _permission, _status, data = row
    address = reverse(f"people:{name}", args=[getattr(world, key).pk for key in ids])
    return int(getattr(client, method)(address, data).status_code)


def someone(world: SimpleNamespace, *permissions: str, over: str = "root") -> Client:
    holder = make.account("holder", world.root)
    make.grant(holder, make.role("held", *permissions), getattr(world, over))
    client = Client()
    client.force_login(holder)
    return client


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row[1])
def test_who_holds_it_gets_in(world: SimpleNamespace, row: tuple) -> None:
    assert call(someone(world, VIEW, row[3]), world, row) == row[4]


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row[1])
def test_who_holds_all_but_it_does_not(world: SimpleNamespace, row: tuple) -> None:
    before = (Account.objects.filter(is_active=True).count(), Grant.objects.count(), Role.objects.count())
    client = someone(world, *(p for p in EVERY if p != row[3]))
    assert call(client, world, row) == 403
    after = (Account.objects.filter(is_active=True).count(), Grant.objects.count(), Role.objects.count())
    assert after == (before[0] + 1, before[1] + 1, before[2] + 1)


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row[1])
def test_a_stranger_of_another_agency_does_not_reach_this_one(world: SimpleNamespace, row: tuple) -> None:
    client = someone(world, *EVERY, over="elsewhere")
    if row[2] and row[2] != ("role",):
        assert call(client, world, row) in {403, 404}
    elif row[3] == AUDIT:
        assert call(client, world, row) == 403
    else:
        address = reverse(f"people:{row[1]}", args=[world.role.pk] if row[2] else [])
        assert "someone" not in client.get(address).content.decode()


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row[1])
def test_a_citizen_is_sent_to_sign_in(client: Client, world: SimpleNamespace, row: tuple) -> None:
    assert call(client, world, row) == 302
    assert Grant.objects.filter(pk=world.grant.pk).exists()


def test_the_matrix_names_every_address() -> None:
    assert {row[1] for row in MATRIX} == {pattern.name for pattern in urls.urlpatterns}
