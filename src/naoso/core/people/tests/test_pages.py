"""Pages: what they show, what they cost, what they say about bad input."""

from __future__ import annotations

from io import BytesIO
from types import SimpleNamespace

import pytest
from django.test import Client
from openpyxl import load_workbook

from naoso.core.people import first, trail
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, AuditEntry, FirstCode, Grant, Organisation, Role
from naoso.core.people.tests import factories as make
from naoso.kernel.errors import Conflict

pytestmark = pytest.mark.django_db

# Queries of a page for a signed-in person, whatever the number of rows.
BUDGETS = {
    "/people/accounts/": 7,
    "/people/organisations/": 5,
    "/people/roles/": 5,
    "/people/audit/": 7,
}


@pytest.fixture
def world() -> SimpleNamespace:
    """A chief, two bodies, people in them."""
    root = make.body("root", name="Ủy ban nhân dân tỉnh")
    body = make.body("so-yt", root, name="Sở Y tế")
    chief = make.account("chief", root, last_name="Quản", first_name="Trị")
    make.grant(chief, make.role("all", "*"), root)
    for number in range(30):
        make.account(f"can.bo.{number}", body, last_name="Cán bộ", first_name=f"Số {number}")
    return SimpleNamespace(root=root, body=body, chief=chief)


@pytest.fixture
def chief(world: SimpleNamespace) -> Client:
    """Signed in."""
    client = Client()
    client.force_login(world.chief)
    return client


@pytest.mark.parametrize(("path", "budget"), BUDGETS.items())
def test_query_budgets(chief: Client, path: str, budget: int, django_assert_max_num_queries: object) -> None:
    chief.get(path)
    with django_assert_max_num_queries(budget):  # type: ignore[operator]
        assert chief.get(path).status_code == 200


@pytest.mark.parametrize("typed", ["can bo so 7", "CÁN BỘ SỐ 7", "can.bo.7"])
def test_people_are_found_without_tone_marks(chief: Client, typed: str) -> None:
    page = chief.get("/people/accounts/", {"q": typed}).content.decode()
    assert "can.bo.7" in page
    assert "can.bo.8" not in page


def test_an_account_is_made_and_told_of_bad_input(chief: Client, world: SimpleNamespace) -> None:
    data = {"username": "moi", "email": "moi@example.vn", "organisation": world.body.pk, "language": "vi"}
    assert chief.post("/people/accounts/new/", data | {"username": "chief"}).status_code == 422
    answer = chief.post("/people/accounts/new/", data)
    made = Account.objects.get(username="moi")
    assert answer.headers["Location"] == f"/people/accounts/{made.pk}/"
    edited = chief.post(f"/people/accounts/{made.pk}/edit/", data | {"job_title": "Trực ban"})
    assert edited.status_code == 302
    made.refresh_from_db()
    assert made.job_title == "Trực ban"


def test_a_grant_is_given_told_in_a_sentence_and_withdrawn(chief: Client, world: SimpleNamespace) -> None:
    person, role = Account.objects.get(username="can.bo.1"), make.role("reader", "people.view")
    data = {"role": role.pk, "organisation": world.body.pk, "reason": "trực ca", "valid_from": "01/07/2026"}
    assert chief.post(f"/people/accounts/{person.pk}/grants/new/", data).status_code == 302
    grant = Grant.objects.get(account=person)
    page = chief.get(f"/people/accounts/{person.pk}/").content.decode()
    assert "Cán bộ Số 1" in page
    assert "01/07/2026" in page
    chief.post(f"/people/accounts/{person.pk}/grants/{grant.pk}/withdraw/", {"reason": "hết ca"})
    assert not Grant.objects.filter(pk=grant.pk).exists()


def test_withdrawing_without_a_reason_does_nothing(chief: Client, world: SimpleNamespace) -> None:
    grant = world.chief.grants.get()
    chief.post(f"/people/accounts/{world.chief.pk}/grants/{grant.pk}/withdraw/", {"reason": ""})
    assert Grant.objects.filter(pk=grant.pk).exists()


def test_who_looks_at_an_account_leaves_a_row(chief: Client, world: SimpleNamespace) -> None:
    person = Account.objects.get(username="can.bo.1")
    chief.get(f"/people/accounts/{person.pk}/")
    chief.get(f"/people/accounts/{world.chief.pk}/")
    (read,) = AuditEntry.objects.filter(action="read")
    assert (read.actor_id, read.row) == (world.chief.pk, f"people:account:{person.pk}")


def test_a_role_is_put_together_from_boxes(chief: Client) -> None:
    data = {"name": "Người đọc", "code": "reader", "in_people": ["people.view"], "in_places": ["places.view"]}
    assert chief.post("/people/roles/new/", data).status_code == 302
    role = Role.objects.get(code="reader")
    assert role.permissions == ["people.view", "places.view"]
    chief.post(f"/people/roles/{role.pk}/", data | {"in_people": []})
    role.refresh_from_db()
    assert role.permissions == ["places.view"]
    assert chief.post("/people/roles/new/", data).status_code == 422


def test_a_body_is_moved_but_not_below_itself(chief: Client, world: SimpleNamespace) -> None:
    data = {"code": "so-yt", "name": "Sở Y tế", "kind": "department", "parent": world.root.pk}
    address = f"/people/organisations/{world.body.pk}/"
    assert chief.post(address, data | {"name": "Sở mới"}).status_code == 302
    assert chief.post(address, data | {"parent": world.body.pk}).status_code == 422
    assert Organisation.objects.get(pk=world.body.pk).name == "Sở mới"


def noted(world: SimpleNamespace, reason: str) -> AuditEntry:
    with recorded(world.chief, reason):
        make.role(f"r{AuditEntry.objects.count()}")
    return AuditEntry.objects.latest("id")


def test_the_trail_is_narrowed(chief: Client, world: SimpleNamespace) -> None:
    noted(world, "Đổi ca trực đêm")
    noted(world, "Việc khác")
    for query in ({"q": "doi ca truc"}, {"q": "Đổi ca"}):
        page = chief.get("/people/audit/", query).content.decode()
        assert "Đổi ca trực đêm" in page
        assert "Việc khác" not in page
    assert (
        "Đổi ca"
        in chief.get("/people/audit/", {"actor": "quan tri", "table": "people_role"}).content.decode()
    )
    assert "Đổi ca" not in chief.get("/people/audit/", {"action": "delete"}).content.decode()
    assert "Đổi ca" not in chief.get("/people/audit/", {"until": "01/01/2020"}).content.decode()
    assert chief.get("/people/audit/", {"since": "không phải ngày"}).status_code == 200


def test_an_entry_shows_before_and_after(chief: Client, world: SimpleNamespace) -> None:
    with recorded(world.chief):
        Organisation.objects.filter(pk=world.body.pk).update(name="Tên mới")
    entry = AuditEntry.objects.latest("id")
    page = chief.get(f"/people/audit/{entry.pk}/").content.decode()
    assert "<del>Sở Y tế</del>" in page
    assert "<ins>Tên mới</ins>" in page


def test_files_carry_no_formula_and_their_taking_is_noted(chief: Client, world: SimpleNamespace) -> None:
    noted(world, '=HYPERLINK("http://x","y")')
    text = chief.get("/people/audit/export.csv").content.decode("utf-8-sig")
    assert "\"'=HYPERLINK" in text
    book = load_workbook(BytesIO(chief.get("/people/audit/export.xlsx").content))
    reasons = [row[8].value for row in book.active.iter_rows()]  # type: ignore[union-attr]
    assert '\'=HYPERLINK("http://x","y")' in reasons
    assert AuditEntry.objects.filter(action="export", actor_id=world.chief.pk).count() == 2


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1"])
def test_cells_are_made_harmless(cell: str) -> None:
    assert trail.harmless(cell).startswith("'")
    assert trail.harmless("thường") == "thường"


PERSON = {
    "organisation_name": "UBND tỉnh", "last_name": "Quản", "first_name": "Trị", "username": "dau.tien",
    "email": "a@example.vn", "password": "một câu dài chỉ mình biết",
}  # fmt: skip


def test_the_first_administrator(client: Client) -> None:
    code = first.create_first_code()
    assert code not in FirstCode.objects.get().digest
    assert client.post("/account/first/", PERSON | {"code": "0000-0000-0000"}).status_code == 422
    assert client.post("/account/first/", PERSON | {"code": code, "password": "12345678"}).status_code == 422
    assert client.post("/account/first/", PERSON | {"code": code.lower()}).headers["Location"] == "/"
    assert client.get("/people/accounts/").status_code == 200
    assert client.get("/account/first/").status_code == 404
    assert Client().post("/account/first/", PERSON | {"code": code}).status_code == 404
    with pytest.raises(Conflict):
        first.create_first_code()


def test_guessing_the_code_ends_it(client: Client) -> None:
    code = first.create_first_code()
    for _attempt in range(10):
        client.post("/account/first/", PERSON | {"code": "0000-0000-0000"})
    assert client.post("/account/first/", PERSON | {"code": code}).status_code == 422
    assert not Account.objects.exists()
