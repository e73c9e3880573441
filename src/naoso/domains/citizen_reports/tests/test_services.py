"""A report from the phone to the answer, and what can go wrong on the way."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.storage import default_storage

from naoso.connectors.photo import read_photo
from naoso.connectors.photo.tests.test_photo import picture
from naoso.core.notify.models import Delivery, Notification
from naoso.core.response.models import Incident
from naoso.core.response.services import close_incident, merge
from naoso.core.response.tests.factories import kind
from naoso.domains.citizen_reports import intake
from naoso.domains.citizen_reports.models import Category, Photo, Report, RoutingRule
from naoso.domains.citizen_reports.services import moves, sending
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.errors import BadInput, Conflict, NotAllowed
from naoso.kernel.events import Audience, Event
from naoso.kernel.geometry import LonLat

pytestmark = pytest.mark.django_db
HERE = LonLat(105.85, 21.47)


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    default_storage.exists("")  # wakes the lazy storage
    default_storage.exists("x")  # the storage is made at its first use
    default_storage._wrapped._location = str(tmp_path)  # type: ignore[attr-defined]
    default_storage._wrapped.__dict__.pop("base_location", None)  # type: ignore[attr-defined]
    default_storage._wrapped.__dict__.pop("location", None)  # type: ignore[attr-defined]


@pytest.fixture
def category(cast: SimpleNamespace) -> Category:
    kind("citizen_reports")
    return Category.objects.create(code="nuoc", title="Vỡ ống nước", owner=cast.department)


def send(category: Category, **more: Any) -> Report:
    values: dict[str, Any] = {"draft": uuid.uuid4(), "category": category, "place": HERE, "text": "Nước tràn"}
    return sending.send_report(**(values | more))


def test_the_first_rule_that_fits_decides(cast: SimpleNamespace, category: Category) -> None:
    rule = {"category": category, "title": "r"}
    RoutingRule.objects.create(order=20, unit=cast.province, organisation=cast.agency, **rule)
    assert send(category).owner == cast.agency
    RoutingRule.objects.create(order=10, unit=cast.ward, organisation=cast.ward_office, **rule)
    assert send(category).owner == cast.ward_office
    RoutingRule.objects.create(order=5, words=["ngap ung"], organisation=cast.agency, **rule)
    assert send(category).owner == cast.ward_office
    assert send(category, text="Đường NGẬP ÚNG nặng").owner == cast.agency


def test_without_a_rule_the_category_decides(cast: SimpleNamespace, category: Category) -> None:
    report = send(category)
    assert report.owner == cast.department
    told(report)
    names = set(
        Notification.objects.filter(key="citizen_reports.report").values_list("account__username", flat=True)
    )
    assert names == {"owner", "chief"}


def told(report: Report) -> None:
    """What the relay does with the event a moment later."""
    intake.report_sent(Event("citizen_reports.report_sent", {"id": report.pk}, Audience("x")))


def test_every_report_is_a_witness_of_an_incident(cast: SimpleNamespace, category: Category) -> None:
    report = send(category)
    incident = Incident.objects.get()
    assert incident.owner == cast.department
    assert incident.witnesses.get().subject == f"citizen_reports:report:{report.pk}"


def test_the_same_draft_twice_is_one_report(category: Category) -> None:
    draft = uuid.uuid4()
    assert send(category, draft=draft).pk == send(category, draft=draft).pk
    assert Report.objects.count() == Incident.objects.count() == 1


def test_outside_the_province_is_refused(category: Category) -> None:
    with pytest.raises(BadInput) as error:
        send(category, place=LonLat(2.35, 48.85))
    assert error.value.errors[0].rule == "area"
    assert not Report.objects.exists()


def test_too_long_a_text_is_refused_and_a_script_stays_a_text(category: Category) -> None:
    with pytest.raises(BadInput):
        send(category, text="x" * 100_000)
    assert send(category, text="<script>alert(1)</script>\x00").text == "<script>alert(1)</script>"


def test_photos_are_stored_clean_under_unguessable_names(category: Category) -> None:
    report = send(category, photos=[read_photo(picture())])
    photo = Photo.objects.get()
    assert str(photo.key) in photo.file.name
    assert photo.report == report
    with pytest.raises(BadInput):
        send(category, photos=[read_photo(picture())] * 6)


def test_accept_answer_and_the_citizen_hears(cast: SimpleNamespace, category: Category) -> None:
    report = send(category, contact=sending.Contact(email="dan@example.vn"))
    moves.accept(report=report, actor=cast.owner)
    moves.answer(report=report, actor=cast.owner, text="Đã sửa", photos=[read_photo(picture())])
    report.refresh_from_db()
    assert (report.state, report.handler) == (State.ANSWERED, cast.owner)
    assert report.photos.filter(shows="after").count() == 1
    letters = Delivery.objects.filter(address="dan@example.vn")
    assert letters.count() == 2
    assert letters.first().url.endswith(f"{report.code}/")  # type: ignore[union-attr]


def test_the_answer_ends_the_incident_of_that_report_alone(cast: SimpleNamespace, category: Category) -> None:
    report = send(category)
    incident = Incident.objects.get()
    moves.answer(report=report, actor=cast.owner, text="Đã sửa")
    incident.refresh_from_db()
    assert (incident.outcome, incident.outcome_note) == ("solved", "Đã sửa")


def test_the_answer_leaves_an_incident_with_other_witnesses_open(
    cast: SimpleNamespace, category: Category
) -> None:
    report, other = send(category), send(category)
    first, second = Incident.objects.order_by("pk")
    merge(incident=second, into=first, actor=cast.owner)
    moves.answer(report=report, actor=cast.owner, text="Đã sửa")
    first.refresh_from_db()
    assert first.is_open
    moves.answer(report=other, actor=cast.owner, text="Đã sửa nốt")
    first.refresh_from_db()
    assert not first.is_open


def test_an_answer_needs_words(cast: SimpleNamespace, category: Category) -> None:
    with pytest.raises(BadInput):
        moves.answer(report=send(category), actor=cast.owner, text="  ")


def test_not_solved_opens_it_again_and_tells(cast: SimpleNamespace, category: Category) -> None:
    report = send(category)
    moves.answer(report=report, actor=cast.owner, text="Đã sửa")
    Notification.objects.all().delete()
    row = moves.rate(report=report, solved=False)
    assert (row.state, row.ended_at, row.solved) == (State.ACCEPTED, None, False)
    assert Notification.objects.filter(account=cast.owner).exists()
    with pytest.raises(BadInput):
        moves.rate(report=row, solved=True)


def test_passing_on_changes_who_sees_it(cast: SimpleNamespace, category: Category) -> None:
    report = send(category)
    moves.assign(report=report, actor=cast.owner, owner=cast.agency, reason="không thuộc sở")
    assert report not in Report.objects.visible_to(cast.owner)
    assert report in Report.objects.visible_to(cast.stranger)
    internal = report.entries.filter(public=False)
    assert [entry.text for entry in internal] == ["không thuộc sở"]


def test_the_second_of_two_officers_gets_a_conflict(cast: SimpleNamespace, category: Category) -> None:
    report = send(category)
    moves.accept(report=report, actor=cast.owner, seen=1)
    with pytest.raises(Conflict):
        moves.accept(report=report, actor=cast.chief, seen=1)


def test_outside_the_scope_nothing_may_be_done(cast: SimpleNamespace, category: Category) -> None:
    report = send(category)
    for other in (cast.stranger, cast.colleague, cast.nobody):
        with pytest.raises(NotAllowed):
            moves.accept(report=report, actor=other)
        assert report not in Report.objects.visible_to(other)


def test_a_closed_incident_reminds_of_the_answer(cast: SimpleNamespace, category: Category) -> None:
    report = send(category)
    incident = Incident.objects.get()
    close_incident(incident=incident, actor=cast.owner, outcome="solved", note="xong")
    data = {"number": incident.number, "witnesses": [f"citizen_reports:report:{report.pk}", "alerts:alert:1"]}
    intake.incident_closed(Event("response.incident_closed", data, Audience("x")))
    assert Notification.objects.filter(key="citizen_reports.answer_owed", account=cast.owner).exists()
    assert report.entries.filter(public=False).count() == 1
