"""The trail sees every way of writing, refuses to be changed, and shows tampering."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from naoso.core.people import sealing
from naoso.core.people.audit import note_read, recorded
from naoso.core.people.audit_triggers import audited_models
from naoso.core.people.models import Account, AuditEntry, Organisation, Role
from naoso.core.people.tests import factories as make
from naoso.core.people.trail import told

pytestmark = pytest.mark.django_db


def trail(table: str) -> list[tuple[str, str]]:
    """What the trail says of a table, oldest first: action and row."""
    return list(AuditEntry.objects.filter(table=table).order_by("id").values_list("action", "row"))


def sql(statement: str, *args: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, args)


def test_actor_reason_and_changed_columns_are_kept() -> None:
    officer = make.account("officer")
    body = make.body("a", name="Cũ")
    with recorded(officer, "đổi tên"):
        body.name = "Mới"
        body.save()
    entry = AuditEntry.objects.filter(table="people_organisation", action="update").get()
    assert (entry.actor_id, entry.reason, entry.row) == (officer.pk, "đổi tên", str(body.pk))
    assert (entry.before, entry.after) == ({"name": "Cũ"}, {"name": "Mới"})
    assert entry.db_user


def test_bulk_and_raw_writes_are_seen() -> None:
    roles = Role.objects.bulk_create(Role(code=f"r{i}", name="r", permissions=[]) for i in range(3))
    sql("UPDATE people_role SET name = 'x' WHERE code <> 'r2'")
    Role.objects.filter(code="r0").delete()
    keys = [str(role.pk) for role in roles]
    assert trail("people_role") == [
        *(("insert", key) for key in keys),
        ("update", keys[0]),
        ("update", keys[1]),
        ("delete", keys[0]),
    ]


def test_a_write_that_changes_nothing_leaves_nothing() -> None:
    role = make.role("same")
    role.save()
    assert trail("people_role") == [("insert", str(role.pk))]


def test_every_table_that_a_module_names_carries_its_triggers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'audit%'")
        found = set(cursor.fetchall())
    for model in audited_models():
        table = model._meta.db_table
        kinds = ("insert", "update", "delete", "truncate")
        assert {(table, f"audit_{kind}") for kind in kinds} <= found, table


def test_a_heartbeat_leaves_nothing_by_itself() -> None:
    person = make.account("person")
    Account.objects.filter(pk=person.pk).update(last_login=timezone.now())
    assert trail("people_account") == [("insert", str(person.pk))]
    Account.objects.filter(pk=person.pk).update(last_login=None, phone="0912")
    assert trail("people_account")[1:] == [("update", str(person.pk))]


def test_secrets_are_masked_and_still_show_as_changed() -> None:
    person = make.account("person")
    person.set_password("không ai biết điều này")
    person.save()
    entry = AuditEntry.objects.filter(table="people_account", action="update").latest("id")
    assert (entry.before, entry.after) == ({"password": "•••"}, {"password": "•••"})


def test_the_inner_actor_ends_with_its_block() -> None:
    one, two = make.account("one"), make.account("two")
    with recorded(one):
        with recorded(two):
            make.role("by-two")
        make.role("by-one")
    with recorded(None):
        make.role("by-house")
    actors = AuditEntry.objects.filter(table="people_role").order_by("id").values_list("actor_id", flat=True)
    assert list(actors) == [two.pk, one.pk, None]


def test_a_write_that_is_undone_leaves_no_row() -> None:
    def fails() -> None:
        with recorded(None):
            make.role("undone")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert trail("people_role") == []


def test_reads_of_personal_data_are_noted() -> None:
    reader = make.account("reader")
    note_read(reader, "people:account:7", "xem hồ sơ")
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.actor_id, entry.row) == ("read", reader.pk, "people:account:7")


def test_what_has_no_table_is_told_by_its_room() -> None:
    reader = make.account("reader")
    for row in ("people:account:7", "cameras:thumbnails:all", "nobody:knows:it"):
        note_read(reader, row, "trực")
    shown = [(one.what, one.row) for one in told(AuditEntry.objects.order_by("id"))]
    assert shown[-3][1] == "7"
    assert shown[-2][0]
    assert shown[-2][1] == "thumbnails:all"
    assert shown[-1] == ("", "nobody:knows:it")


@pytest.mark.parametrize("table", ["people_auditentry", "people_auditseal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = NULL", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_trail_refuses_changes(table: str, statement: str) -> None:
    make.role("one")
    sealing.seal()
    column = "actor_id" if table == "people_auditentry" else "hash"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(statement.format(table, column))


def tampered(statement: str, *args: object) -> None:
    """What a superuser can do who switches the triggers off."""
    sql("SET session_replication_role = replica")
    sql(statement, *args)
    sql("SET session_replication_role = origin")


def three_sealed() -> list[int]:
    for code in "abc":
        make.role(code)
    sealing.seal()
    return list(AuditEntry.objects.order_by("seal__seq").values_list("id", flat=True))[-3:]


def test_an_untouched_chain_holds() -> None:
    three_sealed()
    first = sealing.verify()
    make.role("later")
    second = sealing.verify()
    assert first.broken is None
    assert second.broken is None
    assert second.sealed == first.sealed + 1
    assert second.head != first.head


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE people_auditentry SET actor_id = 99 WHERE id = %s", "changed"),
        ("UPDATE people_auditentry SET after = '{}' WHERE id = %s", "changed"),
        ("UPDATE people_auditentry SET at = at - interval '1 microsecond' WHERE id = %s", "changed"),
        ("DELETE FROM people_auditentry WHERE id = %s", "removed"),
        ("DELETE FROM people_auditseal WHERE entry_id = %s", "missing"),
        ("UPDATE people_auditseal SET previous = hash WHERE entry_id = %s", "does not follow"),
    ],
)
def test_the_first_broken_row_is_named(statement: str, fault: str) -> None:
    ids = three_sealed()
    tampered(statement, ids[1])
    broken = sealing.verify().broken
    assert broken is not None
    assert fault in broken.fault
    expected = ids[2] if fault == "missing" else ids[1]
    assert broken.entry_id == expected


def test_a_chain_cut_short_no_longer_holds_its_noted_head() -> None:
    three_sealed()
    head = sealing.verify().head
    assert sealing.stands(head)
    tampered("DELETE FROM people_auditentry WHERE id = (SELECT max(id) FROM people_auditentry)")
    tampered("DELETE FROM people_auditseal WHERE seq = (SELECT max(seq) FROM people_auditseal)")
    assert sealing.verify().broken is None
    assert not sealing.stands(head)


def test_a_row_kept_from_the_sealer_is_named() -> None:
    make.role("hidden")
    hidden = AuditEntry.objects.latest("id").pk
    sql("DELETE FROM people_auditpending WHERE entry_id = %s", hidden)
    make.role("other")
    broken = sealing.verify().broken
    assert broken is not None
    assert (broken.entry_id, broken.seq) == (hidden, None)


@pytest.mark.django_db(transaction=True)
def test_a_lower_id_that_commits_late_is_sealed_later() -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                make.body("slow")
                entered.set()
                leave.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert entered.wait(10)
    make.body("quick")
    sealing.seal()
    leave.set()
    thread.join()
    sealing.seal()
    verdict = sealing.verify()
    assert verdict.broken is None
    late, early = (
        AuditEntry.objects.filter(
            table="people_organisation", row=str(Organisation.objects.get(code=c).pk)
        ).latest("id")
        for c in ("slow", "quick")
    )
    assert late.pk < early.pk
    assert late.seal.seq > early.seal.seq


def test_an_account_deleted_keeps_its_rows() -> None:
    person = make.account("leaver")
    with recorded(person):
        make.role("made-by-leaver")
    Account.objects.filter(pk=person.pk).delete()
    assert AuditEntry.objects.filter(table="people_role", actor_id=person.pk).exists()
