"""Law 91/2025: a copy and erasure on request, in two working days; identities go by themselves in time."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.connectors.photo import read_photo
from naoso.core.notify.models import Delivery, Notification
from naoso.core.people.models import AuditEntry
from naoso.core.response.working_time import VIETNAM
from naoso.domains.citizen_reports.models import (
    Category,
    Citizen,
    Follower,
    PersonRequest,
    Report,
    Reporter,
    RequestKind,
    SignInCode,
)
from naoso.domains.citizen_reports.pages.visitor import SESSION_KEY
from naoso.domains.citizen_reports.selectors.directory import desk
from naoso.domains.citizen_reports.services import following, moves, persons, retention, signing_in
from naoso.domains.citizen_reports.services.sending import Contact
from naoso.domains.citizen_reports.tests.test_blurring import striped
from naoso.domains.citizen_reports.tests.test_services import _files, category, send
from naoso.kernel.errors import NotAllowed

pytestmark = pytest.mark.django_db
__all__ = ["_files", "category"]
FRIDAY = dt.datetime(2026, 11, 20, 15, 0, tzinfo=VIETNAM)
EMAIL = "ai@example.vn"


@pytest.fixture
def citizen(db: None) -> Citizen:
    cache.clear()
    return Citizen.objects.create(email=EMAIL, name="Người gửi")


@pytest.fixture
def report(category: Category, citizen: Citizen) -> Report:
    contact = Contact(name="Người gửi", email=EMAIL, device="d", network="10.0.0.1", citizen=citizen)
    return send(category, contact=contact, photos=[read_photo(striped())])


def signed_in(client: Client, citizen: Citizen) -> Client:
    session = client.session
    session[SESSION_KEY] = str(citizen.key)
    session.save()
    return client


def opened(answer: Any) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_a_request_is_due_in_two_working_days_and_asked_once(cast: SimpleNamespace, citizen: Citizen) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        row = persons.ask(citizen=citizen, kind=RequestKind.ERASE)
        again = persons.ask(citizen=citizen, kind=RequestKind.ERASE)
    assert row.pk == again.pk
    assert row.due_at == dt.datetime(2026, 11, 24, 15, 0, tzinfo=VIETNAM)
    assert Notification.objects.get(key="citizen_reports.person_request").account == cast.chief


def test_the_person_takes_a_copy_of_all_that_is_kept(
    client: Client, citizen: Citizen, report: Report, category: Category
) -> None:
    by_address = send(category, contact=Contact(email="AI@example.vn"), text="Chưa đăng nhập")
    send(category, contact=Contact(email="khac@example.vn"), text="Của người khác")
    signed_in(client, citizen)
    client.post(reverse("citizen_reports:own_ask"), {"kind": "export"})
    archive = opened(client.get(reverse("citizen_reports:own_copy")))
    data = json.loads(archive.read("data.json"))
    assert data["person"]["email"] == EMAIL
    assert [one["code"] for one in data["reports"]] == [report.code, by_address.code]
    assert data["reports"][0]["contact"]["name"] == "Người gửi"
    (photo,) = data["reports"][0]["files"]
    assert archive.read(photo)[:2] == b"\xff\xd8"
    assert "Của người khác" not in json.dumps(data, ensure_ascii=False)
    row = PersonRequest.objects.get()
    assert (row.done_at is not None, row.done_by) == (True, None)
    assert (
        AuditEntry.objects.filter(action="export", row=f"citizen_reports:citizen:{citizen.pk}").count() == 1
    )


def test_nobody_else_gets_the_copy(client: Client, citizen: Citizen, cast: SimpleNamespace) -> None:
    row = persons.ask(citizen=citizen, kind=RequestKind.EXPORT)
    url = reverse("citizen_reports:own_copy")
    assert client.get(url).status_code == 302
    other = Citizen.objects.create(email="khac@example.vn")
    assert signed_in(Client(), other).get(url).status_code == 302
    for who, status in (("chief", 200), ("owner", 403), ("nobody", 403)):
        client.force_login(getattr(cast, who))
        answer = client.post(reverse("citizen_reports:person_copy", args=[row.pk]))
        assert answer.status_code == status, who
        if status == 200:
            assert opened(answer).namelist() == ["data.json"]
    assert PersonRequest.objects.get().done_by == cast.chief


def test_erasure_leaves_the_reports_and_nobody_in_them(
    client: Client, cast: SimpleNamespace, citizen: Citizen, report: Report
) -> None:
    signing_in.send_code(address=EMAIL)
    following.follow(report=report, device="d", citizen=citizen)
    moves.accept(report=report, actor=cast.owner)
    assert Delivery.objects.filter(address=EMAIL).count() == 2
    signed_in(client, citizen)
    client.post(reverse("citizen_reports:own_ask"), {"kind": "erase"})
    row = PersonRequest.objects.get()
    officer = Client()
    officer.force_login(cast.chief)
    assert officer.get(reverse("citizen_reports:persons")).context["open"] == [row]
    officer.post(reverse("citizen_reports:person_erase", args=[row.pk]))
    citizen.refresh_from_db()
    assert (citizen.email, citizen.name) == (None, "")
    kept = Reporter.objects.get(report=report)
    assert (kept.name, kept.email, kept.device, kept.network, kept.citizen) == ("", "", "", "", None)
    assert kept.erased_at is not None
    assert not Follower.objects.exclude(email="", citizen=None).exists()
    assert not Delivery.objects.filter(address=EMAIL).exists()
    assert not SignInCode.objects.exists()
    assert Report.objects.get().code == report.code
    assert client.get(reverse("citizen_reports:own_data")).status_code == 302
    assert AuditEntry.objects.filter(action="delete", row=f"citizen_reports:citizen:{citizen.pk}").exists()
    row.refresh_from_db()
    assert row.done_by == cast.chief


def test_a_holder_for_one_body_alone_answers_nothing(cast: SimpleNamespace, citizen: Citizen) -> None:
    row = persons.ask(citizen=citizen, kind=RequestKind.ERASE)
    with pytest.raises(NotAllowed):
        persons.erase(row=row, actor=cast.owner)
    with pytest.raises(NotAllowed):
        persons.refuse(row=row, actor=cast.owner, reason="x")


def test_a_refusal_has_a_reason_and_is_read(client: Client, cast: SimpleNamespace, citizen: Citizen) -> None:
    row = persons.ask(citizen=citizen, kind=RequestKind.ERASE)
    client.force_login(cast.chief)
    url = reverse("citizen_reports:person_refuse", args=[row.pk])
    client.post(url)
    assert PersonRequest.objects.get().done_at is None
    client.post(url, {"reason": "Đang điều tra"})
    page = signed_in(Client(), citizen).get(reverse("citizen_reports:own_data"))
    assert "Đang điều tra" in page.content.decode()


def test_identities_go_when_the_time_is_over(
    cast: SimpleNamespace, category: Category, report: Report
) -> None:
    still_open = send(category, contact=Contact(email="b@example.vn"))
    moves.answer(report=report, actor=cast.owner, text="Đã sửa")
    assert retention.erase_old_identities() == 0
    later = timezone.now() + desk().keep_identity + dt.timedelta(days=1)
    assert retention.erase_old_identities(later) == 1
    assert retention.erase_old_identities(later) == 0
    assert Reporter.objects.get(report=report).email == ""
    assert Reporter.objects.get(report=still_open).email == "b@example.vn"
    signing_in.send_code(address=EMAIL)
    assert retention.drop_old_codes() == 0
    assert retention.drop_old_codes(timezone.now() + dt.timedelta(days=2)) == 1
