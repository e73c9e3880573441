"""What officers and citizens do with a report."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import connections

from naoso.core.notify.models import Delivery, Notification
from naoso.core.response.models import Incident
from naoso.domains.citizen_reports.actions import offered
from naoso.domains.citizen_reports.models import (
    Block,
    BlockedWord,
    BlockKind,
    Category,
    Citizen,
    Follower,
    Forwarding,
    OutsideBody,
    Report,
)
from naoso.domains.citizen_reports.selectors.own import sent_by
from naoso.domains.citizen_reports.services import incidents, joining, moves, outside, publishing, sending
from naoso.domains.citizen_reports.services.screening import digest
from naoso.domains.citizen_reports.tests.test_services import _files, category, send
from naoso.domains.citizen_reports.workflow import ENDED, MOVES, OPEN, State
from naoso.kernel.errors import BadInput, Conflict

pytestmark = pytest.mark.django_db
__all__ = ["_files", "category"]


def test_the_table_of_moves_is_whole() -> None:
    assert set(MOVES) == set(State) == OPEN | ENDED
    assert all(State.ACCEPTED in MOVES[state] for state in set(State) - {State.ACCEPTED})


def test_taken_up_means_public_without_personal_data(cast: SimpleNamespace, category: Category) -> None:
    report = send(category, text="Gọi tôi 0912 345 678 hoặc a.b@example.vn, xe 20A-123.45")
    assert not report.is_public
    row = moves.accept(report=report, actor=cast.owner)
    assert row.is_public
    assert row.public_text == "Gọi tôi ••• hoặc •••, xe •••"
    publishing.hide(report=row, actor=cast.chief, reason="lộ mặt người")
    assert not Report.objects.public().exists()
    publishing.show(report=row, actor=cast.chief)
    assert Report.objects.public().count() == 1


def test_a_word_on_the_way_leaves_it_open(cast: SimpleNamespace, category: Category) -> None:
    report = send(category, contact=sending.Contact(email="dan@example.vn"))
    row = moves.tell(report=report, actor=cast.owner, text="Đội đang tới")
    assert (row.state, row.handler) == (State.NEW, cast.owner)
    assert row.first_answer_at is not None
    assert row.entries.filter(public=True, text="Đội đang tới").exists()
    assert Delivery.objects.get(address="dan@example.vn").body == "Đội đang tới"


def test_a_private_category_never_becomes_public(cast: SimpleNamespace, category: Category) -> None:
    category.visibility = "private"
    category.save()
    assert not moves.accept(report=send(category), actor=cast.owner).is_public


def test_the_same_thing_twice_is_joined_and_both_hear(cast: SimpleNamespace, category: Category) -> None:
    first = send(category, contact=sending.Contact(email="mot@example.vn"))
    second = send(category, contact=sending.Contact(email="hai@example.vn"))
    Follower.objects.create(report=second, email="ba@example.vn", me_too=True)
    joining.merge(report=second, actor=cast.owner, into=first)
    Delivery.objects.all().delete()
    moves.answer(report=first, actor=cast.owner, text="Đã sửa")
    told = set(Delivery.objects.values_list("address", flat=True))
    assert told == {"mot@example.vn", "hai@example.vn", "ba@example.vn"}
    second.refresh_from_db()
    assert (second.state, second.merged_into) == (State.MERGED, first)
    moves.reopen(report=second, actor=cast.owner, reason="nhầm")
    second.refresh_from_db()
    assert (second.state, second.merged_into) == (State.ACCEPTED, None)


def test_the_answer_of_the_whole_answers_its_parts(cast: SimpleNamespace, category: Category) -> None:
    whole, part = send(category), send(category)
    joining.set_parent(report=part, actor=cast.owner, parent=whole)
    with pytest.raises(BadInput):
        joining.set_parent(report=whole, actor=cast.owner, parent=part)
    moves.answer(report=whole, actor=cast.owner, text="Đã sửa cả đoạn")
    part.refresh_from_db()
    assert (part.state, part.answer) == (State.ANSWERED, "Đã sửa cả đoạn")


def test_not_solved_tells_the_supervisor(cast: SimpleNamespace, category: Category) -> None:
    report = send(category)
    moves.answer(report=report, actor=cast.owner, text="Đã sửa")
    Notification.objects.all().delete()
    row = moves.rate(report=report, solved=False, rating=1, text="vẫn rò")
    assert (row.reopened, row.rating, row.state) == (1, 1, State.ACCEPTED)
    told = Notification.objects.filter(key="citizen_reports.reopened")
    assert cast.chief in {one.account for one in told}
    assert not row.entries.filter(text="vẫn rò").get().public


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_stars_have_limits(cast: SimpleNamespace, category: Category, stars: int) -> None:
    report = send(category)
    moves.answer(report=report, actor=cast.owner, text="Đã sửa")
    with pytest.raises(BadInput):
        moves.rate(report=report, solved=True, rating=stars)


def test_to_an_outside_body_the_clock_stands(cast: SimpleNamespace, category: Category) -> None:
    body = OutsideBody.objects.create(name="Điện lực", address="dien@example.vn")
    report = send(category)
    outside.send_outside(report=report, actor=cast.owner, body=body)
    report.refresh_from_db()
    assert report.state == State.OUTSIDE
    assert report.paused_at is not None
    assert Forwarding.objects.get().next_try_at is not None
    moves.resume(report=report, actor=cast.owner)
    report.refresh_from_db()
    assert (report.state, report.paused_at) == (State.ACCEPTED, None)


def test_another_category_decides_anew(cast: SimpleNamespace, category: Category) -> None:
    other = Category.objects.create(
        code="cay", title="Cây đổ", owner=cast.agency, deadline=dt.timedelta(hours=2)
    )
    report = send(category)
    moves.accept(report=report, actor=cast.owner)
    row = moves.recategorise(report=report, actor=cast.owner, category=other)
    assert (row.owner_id, row.state, row.handler_id) == (cast.agency.pk, State.NEW, None)


def test_one_report_has_one_open_incident(cast: SimpleNamespace, category: Category) -> None:
    category.opens_incident = False
    category.save()
    report = send(category)
    assert not Incident.objects.exists()
    incident = incidents.turn_into_incident(report=report, actor=cast.owner)
    with pytest.raises(BadInput):
        incidents.turn_into_incident(report=report, actor=cast.owner)
    other = send(category)
    incidents.link_to_incident(report=other, actor=cast.owner, incident=incident)
    assert incident.witnesses.count() == 2


@pytest.mark.parametrize(
    ("kind", "value"), [(BlockKind.EMAIL, "xau@example.vn"), (BlockKind.PHONE, "0900000001")]
)
def test_a_blocked_reporter_is_held_back_and_released(
    cast: SimpleNamespace, category: Category, kind: BlockKind, value: str
) -> None:
    Block.objects.create(
        kind=kind, value=digest(value), hint="…", reason="báo giả nhiều lần", created_by=cast.chief
    )
    report = send(category, contact=sending.Contact(**{kind.value: value}))
    assert report.held
    assert "báo giả" in report.held_reason
    assert report.wake_at is None
    assert not Incident.objects.exists()
    row = publishing.release(report=report, actor=cast.owner)
    assert not row.held
    assert row.wake_at is not None
    assert Incident.objects.count() == 1


def test_a_lifted_or_expired_block_holds_nothing(cast: SimpleNamespace, category: Category) -> None:
    past = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    values = {"kind": BlockKind.EMAIL, "hint": "…", "reason": "x", "created_by": cast.chief}
    Block.objects.create(value=digest("a@example.vn"), until=past, **values)
    Block.objects.create(value=digest("a@example.vn"), lifted_at=past, **values)
    assert not send(category, contact=sending.Contact(email="a@example.vn")).held


def test_blocked_words_ignore_tone_marks(category: Category) -> None:
    BlockedWord.objects.create(words="lừa đảo")
    assert send(category, text="Bọn LUA DAO ở chợ").held
    assert not send(category, text="Ống vỡ").held


@pytest.mark.parametrize("text", ["🙂🙂🙂", "   ", "!!!"])
def test_no_words_and_no_photo_is_nothing(category: Category, text: str) -> None:
    with pytest.raises(BadInput) as error:
        send(category, text=text)
    assert error.value.errors[0].field == "text"


def test_every_action_outside_the_scope_is_refused(cast: SimpleNamespace, category: Category) -> None:
    report = send(category)
    assert not offered(report, cast.stranger)


def test_whoever_proved_an_address_sees_what_was_sent_with_it(category: Category) -> None:
    report = send(category, contact=sending.Contact(email="dan@example.vn"))
    send(category, contact=sending.Contact(email="khac@example.vn"))
    somebody = Citizen.objects.create(email="dan@example.vn")
    assert list(sent_by(somebody)) == [report]
    assert not sent_by(Citizen.objects.create(phone="0900000009")).exists()


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_one_wins_and_seven_hear_what_changed(
    cast: SimpleNamespace, category: Category
) -> None:
    report = send(category)

    def accept(_number: int) -> str:
        try:
            moves.accept(report=report, actor=cast.owner, seen=1)
        except Conflict as error:
            return str(error)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(8) as pool:
        heard = list(pool.map(accept, range(8)))
    assert heard.count("") == 1
    assert all("Chi" in words or cast.owner.get_full_name() in words for words in heard if words)
    report.refresh_from_db()
    assert report.version == 2
