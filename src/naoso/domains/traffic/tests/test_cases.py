"""What a case may search, what it keeps, and until when: two things."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.domains.traffic.models import Case, CasePassage, Desk
from naoso.domains.traffic.partitions import day_of
from naoso.domains.traffic.selectors.journeys import journey, kept, together
from naoso.domains.traffic.services import cases
from naoso.domains.traffic.services.retention import drop_material, forget_old
from naoso.domains.traffic.tests import factories as make
from naoso.kernel.errors import BadInput, Conflict, NotAllowed

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def a_case(world: SimpleNamespace, **more: dt.datetime) -> Case:
    row = cases.open_case(
        actor=world.owner, opener=world.owner, owner=world.department, title="Vụ 1", purpose="Xác minh",
        legal_basis="BLTTHS 2015", document="YC-1",
        **{"expires_at": timezone.now() + 10 * DAY} | more,
    )  # fmt: skip
    cases.add_plate(actor=world.owner, case=row, text="20A-123.45")
    return row


def ended(world: SimpleNamespace, row: Case) -> Case:
    return cases.end_case(actor=world.owner, case=row)


def material(row: Case, **more: str) -> CasePassage:
    """A passage of two months ago, as retention keeps it."""
    at = timezone.now() - 60 * DAY
    world_camera = make.camera(row.owner)
    return CasePassage.objects.create(
        case=row, passage_id=9, plate="20A12345", at=at, camera=world_camera, **more
    )


def test_nothing_before_its_period_is_searched_however_long_passages_stay(world: SimpleNamespace) -> None:
    Desk(keep_days=90).save()
    row = a_case(world, searched_from=timezone.now() - 2 * DAY)
    for days in (1, 5):
        make.pass_by(world.source, world.camera, at=make.ago(days=days))
        make.pass_by(world.source, world.camera, "30A-555.55", at=make.ago(days=days))
    long_ago = timezone.now() - 80 * DAY
    assert len(journey(world.owner, row, "20A12345", long_ago)) == 1
    (company,) = together(world.owner, row, "20A12345", minutes=3, cameras=1, since=long_ago)
    assert company["times"] == 1
    Desk(keep_days=4).save()
    forget_old()
    assert not CasePassage.objects.exists()
    for fault in ({"searched_from": timezone.now() + DAY}, {"expires_at": timezone.now() + 400 * DAY}):
        with pytest.raises(BadInput) as caught:
            a_case(world, **fault)
        assert caught.value.errors[0].field == next(iter(fault))


def test_keeping_material_longer_opens_no_search(world: SimpleNamespace) -> None:
    row = a_case(world)
    make.pass_by(world.source, world.camera)
    before = (row.searched_from, row.expires_at)
    row = cases.keep_longer(
        actor=world.owner, case=row, until=timezone.now() + 90 * DAY, reason="Theo lệnh của viện kiểm sát"
    )
    assert (row.searched_from, row.expires_at) == before
    row = ended(world, row)
    cases.keep_longer(actor=world.owner, case=row, until=timezone.now() + 99 * DAY, reason="Chờ xét xử")
    row.refresh_from_db()
    assert journey(world.owner, row, "20A12345", row.searched_from) == []
    with pytest.raises(Conflict):
        cases.look(actor=world.owner, case=row, what="journey", reason="Xem lại lần nữa")
    for until in (timezone.now() + 50 * DAY, timezone.now() + 500 * DAY):
        with pytest.raises(BadInput):
            cases.keep_longer(actor=world.owner, case=row, until=until, reason="Chờ xét xử")
    with pytest.raises(NotAllowed):
        cases.keep_longer(actor=world.stranger, case=row, until=timezone.now() + 120 * DAY, reason="Xem")


def test_what_a_case_kept_is_reached_from_it(client: Client, world: SimpleNamespace) -> None:
    row = a_case(world, searched_from=timezone.now() - 70 * DAY)
    old = material(row, scene=str(default_storage.save("traffic-kept/s.jpg", ContentFile(b"\xff\xd8"))))
    client.force_login(world.owner)
    said = {"plate": "20A12345", "days": "0", "what": "journey", "minutes": "3", "cameras": "2"}
    look = client.post(reverse("traffic:case_look", args=[row.pk]), said | {"reason": "Theo yêu cầu"})
    picture = reverse("traffic:case_picture", args=[row.pk, "case", old.pk, "scene"])
    assert picture in look.content.decode()
    ended(world, row)
    page = client.get(reverse("traffic:case", args=[row.pk])).content.decode()
    assert "20A-123.45" not in page
    address = reverse("traffic:case_kept", args=[row.pk])
    assert client.post(address, {"reason": ""}).status_code == 422
    shown = client.post(address, {"reason": "Giao cho cơ quan điều tra"}).content.decode()
    assert picture in shown
    assert "20A-123.45" in shown
    assert row.looks.count() == 2
    assert client.get(picture).getvalue()  # type: ignore[attr-defined]
    begun, over = timezone.now() - 90 * DAY, timezone.now() - DAY
    Case.objects.update(opened_at=begun, searched_from=begun, expires_at=over, keep_until=over)
    assert client.get(picture).status_code == 404
    row.refresh_from_db()
    assert kept(row) == []
    assert client.post(address, {"reason": "Giao cho cơ quan điều tra"}).status_code == 422


def test_a_passage_with_a_scene_alone_keeps_its_picture(world: SimpleNamespace) -> None:
    a_case(world)
    old = timezone.now() - 29 * DAY
    name = default_storage.save(f"passages/{day_of(old):%Y-%m-%d}/s.jpg", ContentFile(b"\xff\xd8"))
    make.pass_by(world.source, world.camera, at=old.isoformat(), scene=name)
    forget_old(timezone.now() + 2 * DAY)
    row = CasePassage.objects.get()
    assert (row.scene, default_storage.exists(row.scene)) == (f"traffic-kept/{day_of(old)}/s.jpg", True)


def test_material_goes_when_its_time_is_over(
    world: SimpleNamespace, django_capture_on_commit_callbacks: object
) -> None:
    first, second = a_case(world), a_case(world)
    alone, shared = (
        str(default_storage.save(f"traffic-kept/{name}.jpg", ContentFile(b"\xff\xd8"))) for name in "ab"
    )
    material(first, crop=alone, scene=shared)
    material(second, crop=shared)
    cases.keep_longer(
        actor=world.owner, case=second, until=timezone.now() + 30 * DAY, reason="Chờ kết luận giám định"
    )
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert drop_material(timezone.now() + 11 * DAY) == 1
    assert CasePassage.objects.get().case == second
    assert (default_storage.exists(alone), default_storage.exists(shared)) == (False, True)
