"""Nobody writes what they may not, nobody hands on what they do not hold."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from naoso.core.people import letters, services
from naoso.core.people.models import Account, AuditEntry, Grant
from naoso.core.people.scope import allowed
from naoso.core.people.tests import factories as make
from naoso.kernel.errors import BadInput, Conflict, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> SimpleNamespace:
    """A chief over all, a local administrator of one body, an officer there, an outsider."""
    root = make.body("root")
    here, there = make.body("here", root), make.body("there", root)
    ward = make.unit("05518", "Sông Công")
    local = make.role("local", "people.view", "people.manage", "people.grant", "alerts.view")
    chief, admin = make.account("chief", root), make.account("admin", here)
    officer, outsider = make.account("officer", here), make.account("outsider", there)
    make.grant(chief, make.role("all", "*"), root)
    make.grant(admin, local, here)
    return SimpleNamespace(
        root=root,
        here=here,
        there=there,
        ward=ward,
        local=local,
        chief=chief,
        admin=admin,
        officer=officer,
        outsider=outsider,
        watcher=make.role("watcher", "alerts.view"),
    )


def test_an_administrator_makes_accounts_at_home_only(world: SimpleNamespace) -> None:
    made = services.create_account(
        actor=world.admin, username="moi", email="Moi@Example.vn", organisation=world.here
    )
    assert made.email == "moi@example.vn"
    assert not made.has_usable_password()
    assert (
        AuditEntry.objects.get(table="people_account", row=str(made.pk), action="insert").actor_id
        == world.admin.pk
    )
    with pytest.raises(NotAllowed):
        services.create_account(actor=world.admin, username="xa", email="x@y.vn", organisation=world.there)
    assert not Account.objects.filter(username="xa").exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"username": "officer", "email": "new@example.vn"}, "username"),
        ({"username": "OFFICER", "email": "new@example.vn"}, "username"),
        ({"username": "new", "email": "OFFICER@example.vn"}, "email"),
        ({"username": "new", "email": "no address"}, "email"),
        ({"username": "", "email": "new@example.vn"}, "username"),
    ],
)
def test_a_bad_account_names_its_field(world: SimpleNamespace, fields: dict[str, str], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        services.create_account(actor=world.admin, organisation=world.here, **fields)
    assert caught.value.errors[0].field == field


def test_a_weak_password_is_refused(world: SimpleNamespace) -> None:
    with pytest.raises(BadInput):
        services.create_account(
            actor=world.chief,
            username="weak",
            email="w@example.vn",
            organisation=world.here,
            password="12345678",
        )


def test_nobody_gives_what_they_do_not_hold(world: SimpleNamespace) -> None:
    given = services.give(
        account=world.officer, role=world.watcher, organisation=world.here, actor=world.admin
    )
    assert allowed(world.officer, "alerts.view", owner_id=world.here.pk)
    assert given.pk
    powerful = make.role("powerful", "alerts.view", "response.close")
    for role, organisation in (
        (powerful, world.here),
        (world.watcher, world.root),
        (world.watcher, world.there),
    ):
        with pytest.raises(NotAllowed):
            services.give(account=world.officer, role=role, organisation=organisation, actor=world.admin)
    with pytest.raises(NotAllowed):
        services.give(
            account=world.admin, role=make.role("everything", "*"), organisation=world.here, actor=world.admin
        )
    assert Grant.objects.filter(account=world.officer).count() == 1


def test_a_grant_for_one_area_does_not_give_the_whole(world: SimpleNamespace) -> None:
    narrow = make.account("narrow", world.here)
    make.grant(narrow, world.local, world.root, unit=world.ward)
    services.give(
        account=world.officer, role=world.watcher, organisation=world.here, unit=world.ward, actor=narrow
    )
    with pytest.raises(NotAllowed):
        services.give(account=world.outsider, role=world.watcher, organisation=world.here, actor=narrow)


def test_a_grant_does_not_outlive_its_givers(world: SimpleNamespace) -> None:
    end = timezone.localdate() + dt.timedelta(days=9)
    world.admin.grants.update(valid_to=end)
    given = {
        "account": world.officer,
        "role": world.watcher,
        "organisation": world.here,
        "actor": world.admin,
    }
    for later in (None, end + dt.timedelta(days=1)):
        with pytest.raises(NotAllowed):
            services.give(**given, valid_to=later)
    services.give(**given, valid_to=end)
    assert allowed(world.officer, "alerts.view", owner_id=world.here.pk)


def test_a_grant_of_one_domain_does_not_give_another(world: SimpleNamespace) -> None:
    narrow = make.account("narrow", world.here)
    make.grant(narrow, make.role("granter", "people.grant"), world.here)
    make.grant(narrow, make.role("both", "alerts.view", "response.view"), world.here, domain="alerts")
    services.give(account=world.officer, role=world.watcher, organisation=world.here, actor=narrow)
    with pytest.raises(NotAllowed):
        services.give(
            account=world.officer,
            role=make.role("seer", "response.view"),
            organisation=world.here,
            actor=narrow,
        )


def test_who_holds_less_does_not_take_an_account_over(world: SimpleNamespace) -> None:
    boss = make.account("boss", world.here)
    make.grant(boss, make.role("closer", "response.close"), world.here)
    for attempt in (
        lambda: services.change_account(account=boss, actor=world.admin, email="mine@example.vn"),
        lambda: services.deactivate_account(account=boss, actor=world.admin, reason="x"),
        lambda: services.invite(account=boss, actor=world.admin),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    boss.refresh_from_db()
    assert boss.is_active
    assert boss.email == "boss@example.vn"
    services.change_account(account=world.officer, actor=world.admin, job_title="Cán bộ")


def test_a_role_is_changed_only_by_who_holds_its_gain_everywhere(world: SimpleNamespace) -> None:
    make.grant(world.admin, make.role("role-editor", "people.roles"), world.here)
    with pytest.raises(NotAllowed):
        services.save_role(role=world.local, actor=world.admin, code="local", name="l", permissions=["*"])
    services.save_role(
        role=world.local, actor=world.chief, code="local", name="l", permissions=["alerts.view"]
    )
    editor = make.account("editor", world.root)
    make.grant(editor, make.role("roles", "people.roles"), world.root)
    with pytest.raises(NotAllowed):
        services.save_role(role=None, actor=editor, code="n", name="n", permissions=["response.close"])
    services.save_role(role=None, actor=editor, code="n", name="n", permissions=["people.roles"])


def test_the_last_who_can_give_rights_stays(world: SimpleNamespace) -> None:
    with pytest.raises(Conflict):
        services.withdraw(grant=world.chief.grants.get(), actor=world.chief, reason="x")
    assert world.chief.grants.count() == 1
    with pytest.raises(BadInput):
        services.deactivate_account(account=world.chief, actor=world.chief, reason="x")


def test_a_withdrawn_grant_counts_no_more(world: SimpleNamespace) -> None:
    grant = services.give(
        account=world.officer, role=world.watcher, organisation=world.here, actor=world.admin
    )
    services.withdraw(grant=grant, actor=world.admin, reason="đổi việc")
    assert not allowed(world.officer, "alerts.view")
    gone = AuditEntry.objects.get(table="people_grant", action="delete")
    assert (gone.reason, gone.before["account_id"]) == ("đổi việc", world.officer.pk)


def test_a_grant_must_end_after_it_begins(world: SimpleNamespace) -> None:
    today = timezone.localdate()
    with pytest.raises(BadInput):
        services.give(
            account=world.officer,
            role=world.watcher,
            organisation=world.here,
            actor=world.chief,
            valid_from=today,
            valid_to=today - dt.timedelta(days=1),
        )


def test_a_body_is_moved_only_by_who_manages_both_places(world: SimpleNamespace) -> None:
    child = services.create_organisation(
        actor=world.admin, code="child", name="Tổ một", kind="department", parent=world.here
    )
    with pytest.raises(NotAllowed):
        services.change_organisation(organisation=child, actor=world.admin, parent=world.there)
    child.refresh_from_db()
    assert child.parent == world.here
    with pytest.raises(NotAllowed):
        services.create_organisation(actor=world.admin, code="r2", name="Gốc", kind="department")
    with pytest.raises(BadInput):
        services.change_organisation(organisation=world.here, actor=world.chief, parent=child)


def test_the_letter_carries_a_link_that_sets_a_password(world: SimpleNamespace, client: Client) -> None:
    letters.send_password_link(world.officer.pk)
    (letter,) = mail.outbox
    assert letter.to == ["officer@example.vn"]
    (link,) = re.findall(r"http\S+", letter.body)
    form = client.get(link).headers["Location"]
    secret = "một câu dài chỉ mình biết"
    assert client.post(form, {"password1": secret, "password2": secret}).status_code == 302
    world.officer.refresh_from_db()
    assert world.officer.check_password(secret)
    assert client.get(link).headers.get("Location") != form


def test_no_letter_for_an_account_switched_off(world: SimpleNamespace) -> None:
    Account.objects.filter(pk=world.officer.pk).update(is_active=False)
    letters.send_password_link(world.officer.pk)
    assert mail.outbox == []
