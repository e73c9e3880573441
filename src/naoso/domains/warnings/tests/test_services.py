"""From a draft to the public and back: two people, one file, everything refused in words."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.gis.geos import Point, Polygon
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from lxml import etree

from naoso.connectors.cap import signing
from naoso.connectors.cap.markup import tree_of
from naoso.connectors.cap.reading import alert_of, parse
from naoso.connectors.cap.writing import schema
from naoso.core.notify.models import Notification
from naoso.core.outbox.models import OutboxMessage
from naoso.domains.warnings.models import PublicWarning, RemarkKind
from naoso.domains.warnings.services import drafting, publishing, reviewing
from naoso.domains.warnings.services.drafting import Words
from naoso.domains.warnings.tests import factories as make
from naoso.kernel.errors import BadInput, Conflict, NotAllowed

pytestmark = pytest.mark.django_db
KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAMDk"  # 12345 as a P-256 key


@pytest.fixture
def key(settings: Any) -> str:
    settings.CAP_PRIVATE_KEY, settings.CAP_KEY_FILE, settings.CAP_CERTIFICATE_FILE = KEY, "", ""
    return publishing.certificate()


def test_the_way_out_ends_in_a_signed_valid_file(cast: SimpleNamespace, key: str) -> None:
    warning = make.published(cast)
    raw = warning.xml.encode()
    assert schema().validate(etree.fromstring(raw))
    alert = alert_of(signing.verified(raw, certificates=[key]))
    assert alert == parse(raw)
    assert [info.language for info in alert.infos] == ["vi-VN", "en"]
    assert alert.infos[0].areas[0].geocodes[0][1] == cast.ward.code
    assert (alert.infos[0].severity, alert.status) == ("Severe", "Actual")
    kinds = list(warning.remarks.order_by("id").values_list("kind", flat=True))
    assert kinds == [RemarkKind.WRITTEN, RemarkKind.SUBMITTED, RemarkKind.APPROVED, RemarkKind.PUBLISHED]
    assert OutboxMessage.objects.filter(name="warnings.warning_published").count() == 1
    assert publishing.file_of(warning.identifier) == warning


def test_the_writer_does_not_approve(cast: SimpleNamespace) -> None:
    warning = reviewing.submit(actor=cast.chief, warning=make.draft(cast, cast.chief))
    with pytest.raises(BadInput) as refused:
        reviewing.approve(actor=cast.chief, warning=warning)
    assert refused.value.errors[0].rule == "second-person"
    assert reviewing.approve(actor=cast.owner, warning=warning).approved_by == cast.owner


def test_who_changed_it_last_does_not_approve_either(cast: SimpleNamespace) -> None:
    warning = reviewing.submit(actor=cast.owner, warning=make.draft(cast))
    changed = drafting.edit(
        actor=cast.chief, warning=warning, content=make.content(cast, contact="1"), seen=warning.version
    )
    with pytest.raises(BadInput):
        reviewing.approve(actor=cast.chief, warning=changed)
    with pytest.raises(BadInput):
        reviewing.approve(actor=cast.owner, warning=changed)


def test_a_draft_of_a_procedure_counts_as_its_senders(cast: SimpleNamespace) -> None:
    made = drafting.draft(actor=None, owner=cast.department, content=make.content(cast))
    sent = reviewing.submit(actor=cast.chief, warning=made)
    with pytest.raises(BadInput):
        reviewing.approve(actor=cast.chief, warning=sent)


def test_the_database_holds_the_second_person_too(cast: SimpleNamespace) -> None:
    warning = make.draft(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicWarning.objects.filter(pk=warning.pk).update(approved_by=cast.owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicWarning.objects.filter(pk=warning.pk).update(state="published")


def test_an_edit_of_an_old_version_is_a_conflict(cast: SimpleNamespace) -> None:
    warning = make.draft(cast)
    drafting.edit(actor=cast.owner, warning=warning, content=make.content(cast), seen=1)
    with pytest.raises(Conflict):
        drafting.edit(actor=cast.owner, warning=warning, content=make.content(cast), seen=1)
    sent = reviewing.submit(actor=cast.owner, warning=PublicWarning.objects.get(pk=warning.pk))
    with pytest.raises(Conflict):
        reviewing.approve(actor=cast.chief, warning=sent, seen=1)


def test_sent_back_with_a_reason_and_out_again(cast: SimpleNamespace) -> None:
    warning = reviewing.submit(actor=cast.owner, warning=make.draft(cast))
    assert Notification.objects.filter(account=cast.chief, key="warnings.review").count() == 1
    with pytest.raises(BadInput):
        reviewing.send_back(actor=cast.chief, warning=warning, reason=" ")
    back = reviewing.send_back(actor=cast.chief, warning=warning, reason="Thiếu số điện thoại")
    assert Notification.objects.filter(account=cast.owner, body="Thiếu số điện thoại").exists()
    approved = reviewing.approve(actor=cast.chief, warning=reviewing.submit(actor=cast.owner, warning=back))
    again = reviewing.send_back(actor=cast.chief, warning=approved, reason="Chờ thêm tin")
    assert (again.state, again.approved_by) == ("draft", None)
    with pytest.raises(Conflict):
        publishing.publish(actor=cast.chief, warning=again)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"words": (Words("en", "Flood", "Flood"),)}, "headline"),
        ({"units": ()}, "units"),
        ({"units": (), "centre": Point(105.8, 21.4, srid=4326)}, "radius_km"),
        ({"centre": Point(105.8, 21.4, srid=4326), "radius_km": 400.0}, "radius_km"),
        ({"polygon": Polygon(((0, 0), (1, 1), (1, 0), (0, 1), (0, 0)), srid=4326)}, "polygon"),
        ({"expires": timezone.now() - dt.timedelta(minutes=1)}, "expires"),
        ({"onset": timezone.now() + dt.timedelta(days=1)}, "onset"),
    ],
)
def test_nonsense_is_named_at_its_field(cast: SimpleNamespace, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        make.draft(cast, **wrong)
    assert refused.value.errors[0].field == field
    assert not PublicWarning.objects.exists()


def test_an_open_gap_is_not_sent_to_review(cast: SimpleNamespace) -> None:
    words = (Words("vi", "Cháy", "Cháy tại {place}"),)
    with pytest.raises(BadInput) as refused:
        reviewing.submit(actor=cast.owner, warning=make.draft(cast, words=words))
    assert refused.value.errors[0].rule == "gap"


def test_an_update_replaces_and_refers(cast: SimpleNamespace) -> None:
    first = make.published(cast)
    update = drafting.draft_update(actor=cast.owner, warning=first)
    with pytest.raises(Conflict):
        drafting.draft_update(actor=cast.owner, warning=first)
    reviewing.submit(actor=cast.owner, warning=update)
    out = publishing.publish(actor=cast.chief, warning=reviewing.approve(actor=cast.chief, warning=update))
    first.refresh_from_db()
    assert first.state == "superseded"
    third = drafting.draft_cancellation(actor=cast.owner, warning=out, reason="Nước đã rút")
    reviewing.submit(actor=cast.owner, warning=third)
    with pytest.raises(BadInput):
        reviewing.approve(actor=cast.owner, warning=third)
    last = publishing.publish(actor=cast.chief, warning=reviewing.approve(actor=cast.chief, warning=third))
    out.refresh_from_db()
    assert out.state == "cancelled"
    alert = parse(last.xml.encode())
    assert alert.message_type == "Cancel"
    assert [one.identifier for one in alert.references] == [out.identifier, first.identifier]
    assert alert.infos[0].responses == ("AllClear",)
    assert not PublicWarning.objects.in_force().exists()


def test_only_what_is_in_force_is_updated_or_cancelled(cast: SimpleNamespace) -> None:
    with pytest.raises(Conflict):
        drafting.draft_cancellation(actor=cast.owner, warning=make.draft(cast), reason="x")
    with pytest.raises(BadInput):
        drafting.draft_cancellation(actor=cast.owner, warning=make.published(cast), reason="")


def test_the_clock_ends_it(cast: SimpleNamespace) -> None:
    warning = make.published(cast)
    assert publishing.expire_due() == 0
    PublicWarning.objects.filter(pk=warning.pk).update(expires=timezone.now() - dt.timedelta(seconds=1))
    assert not PublicWarning.objects.in_force().exists()  # at once, before the job comes
    assert publishing.expire_due() == 1
    assert publishing.expire_due() == 0
    warning.refresh_from_db()
    assert (warning.state, warning.ended_at is not None) == ("expired", True)


def test_what_waited_too_long_is_not_published(cast: SimpleNamespace) -> None:
    warning = reviewing.approve(
        actor=cast.chief, warning=reviewing.submit(actor=cast.owner, warning=make.draft(cast))
    )
    PublicWarning.objects.filter(pk=warning.pk).update(expires=timezone.now())
    warning.refresh_from_db()
    with pytest.raises(BadInput):
        publishing.publish(actor=cast.chief, warning=warning)


def test_rights_are_asked_for_every_move(cast: SimpleNamespace) -> None:
    warning = reviewing.submit(actor=cast.owner, warning=make.draft(cast))
    with pytest.raises(NotAllowed):
        make.draft(cast, cast.stranger)
    for move in (
        lambda who: reviewing.approve(actor=who, warning=warning),
        lambda who: reviewing.send_back(actor=who, warning=warning, reason="x"),
        lambda who: reviewing.comment(actor=who, warning=warning, text="x"),
        lambda who: drafting.edit(actor=who, warning=warning, content=make.content(cast), seen=2),
    ):
        for who in (cast.stranger, cast.nobody):
            with pytest.raises(NotAllowed):
                move(who)
    assert set(PublicWarning.objects.visible_to(cast.owner)) == {warning}
    assert not PublicWarning.objects.visible_to(cast.stranger).exists()


def test_an_officer_of_a_ward_warns_that_ward_alone(cast: SimpleNamespace) -> None:
    officer = cast.make.account("phuong", cast.department)
    role = cast.make.role("writer", "warnings.write")
    cast.make.grant(officer, role, cast.department, unit=cast.ward)
    assert make.draft(cast, officer).unit == cast.ward
    with pytest.raises(NotAllowed):
        make.draft(cast, officer, units=(cast.ward, cast.other_ward))
    circle = {"units": (), "centre": make.HERE, "radius_km": 2.0}
    assert make.draft(cast, officer, **circle).unit == cast.ward


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_are_one(cast: SimpleNamespace) -> None:
    second = cast.make.account("second", cast.root)
    cast.make.grant(second, cast.everything, cast.root)
    warning = reviewing.submit(actor=cast.owner, warning=make.draft(cast))
    start, outcomes = threading.Barrier(2), []

    def approve(who: Any) -> None:
        try:
            start.wait(5)
            reviewing.approve(actor=who, warning=warning)
            outcomes.append("approved")
        except Conflict:
            outcomes.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=(who,)) for who in (cast.chief, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["approved", "conflict"]


def test_words_without_a_headline_fall_away(cast: SimpleNamespace) -> None:
    content = make.content(cast)
    tay = Words("tyz", "Nặm thuốm", "Nặm thuốm Sông Công")
    warning = make.draft(cast, words=(*content.words, tay))
    assert {text.language for text in warning.texts.all()} == {"vi", "en", "tyz"}
    fewer = replace(content, words=content.words[:1])
    drafting.edit(actor=cast.owner, warning=warning, content=fewer, seen=warning.version)
    assert {text.language for text in warning.texts.all()} == {"vi"}


def test_a_circle_is_round_on_the_ground(cast: SimpleNamespace) -> None:
    warning = make.draft(cast, units=(), centre=make.HERE, radius_km=3.0)
    assert warning.shape is not None
    metric = warning.shape.transform(32648, clone=True)
    assert metric.area == pytest.approx(3.14159 * 3000**2, rel=0.02)
    assert tree_of(make.published(cast, units=(), centre=make.HERE, radius_km=3.0).xml.encode()) is not None


def test_a_space_for_exercises_says_nothing_real(cast: SimpleNamespace, settings: Any) -> None:
    settings.EXERCISE = True
    assert make.draft(cast).status == "Exercise"
    assert make.draft(cast, status="Test").status == "Test"
