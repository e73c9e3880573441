"""Pages: what they show, with how many queries; what was typed comes back, a password does not."""

from __future__ import annotations

import datetime as dt
from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.core.people.models import AuditEntry
from naoso.core.response.tests.factories import incident
from naoso.domains.cameras import testing
from naoso.domains.cameras.models import (
    CameraHealth,
    CameraSource,
    GroupAccess,
    Look,
    LookKind,
    Outage,
)
from naoso.domains.cameras.reaching import sealed
from naoso.domains.cameras.rights import look
from naoso.domains.cameras.tests import factories as make

pytestmark = pytest.mark.django_db
BUDGETS = {"list": 18, "thumbnails": 18, "report": 14, "looks": 13, "groups": 13}
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def owner(client: Client, cast: SimpleNamespace) -> Client:
    client.force_login(cast.owner)
    return client


def standing(source: CameraSource, state: str, *problems: str, hours: float = 1) -> None:
    """As a round would have left it."""
    now = timezone.now()
    CameraHealth.objects.filter(source=source).update(
        state=state, problems=list(problems), since=now - hours * HOUR, checked_at=now, answered_at=now,
        thumbnail_at=now,
    )  # fmt: skip


def page(client: Client, name: str, *ids: Any, **query: Any) -> str:
    answer = client.get(reverse(f"cameras:{name}", args=ids), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", BUDGETS)
def test_budgets(owner: Client, cast: SimpleNamespace, django_assert_max_num_queries: Any, name: str) -> None:
    group = make.group(cast)
    for source in make.sources(cast, 20, group, "10.3.3"):
        CameraHealth.objects.create(source=source)
        standing(source, "ok")
    look(actor=cast.owner, source=group.sources.all()[0], kind=LookKind.LIVE, reason="duty")
    with django_assert_max_num_queries(BUDGETS[name]):
        page(owner, name)


def test_the_list_tells_which_work_and_finds_without_tone_marks(owner: Client, cast: SimpleNamespace) -> None:
    group = make.group(cast)
    good, bad = make.source(cast, group, name="Cổng chợ Đồng Quang"), make.source(cast, name="Cầu Gia Bảy")
    standing(good, "ok", "clock")
    standing(bad, "unreachable")
    Outage.objects.create(source=bad, began_at=timezone.now() - HOUR, state="unreachable")
    CameraSource.objects.update(connected_at=timezone.now() - 2 * HOUR)
    text = page(owner, "list")
    assert text.index("Cầu Gia Bảy") < text.index("Đồng Quang")
    assert "đồng hồ sai" in text
    assert f"/cameras/{good.camera_id}/thumbnail.jpg?at=" in text
    assert "50,0" in text
    assert "Gia Bảy" not in page(owner, "list", q="cho dong quang")
    assert "Đồng Quang" not in page(owner, "list", state="unreachable")
    assert "Gia Bảy" not in page(owner, "list", group=group.pk)
    assert "Gia Bảy" not in page(owner, "list", state="clock", sort="-since")


def test_a_camera_tells_everything_but_its_password(owner: Client, cast: SimpleNamespace) -> None:
    case = incident(cast)
    source = make.source(
        cast, make.group(cast), camera=make.camera(cast.department, cast.ward, place=(105.8495, 21.47)),
        username="xem", sealed_password=sealed("Bí-mật-1"),
    )  # fmt: skip
    standing(source, "picture", "blurred")
    began = timezone.now() - HOUR
    Outage.objects.create(source=source, began_at=began, state="picture", problems=["blurred"])
    look(actor=cast.owner, source=source, kind=LookKind.LIVE, reason="Ùn tắc ở nút giao")
    text = page(owner, "camera", source.camera_id)
    for shown in (
        "hình bị mờ",
        "Ùn tắc ở nút giao",
        case.title,
        source.main_url,
        "bar-picture",
        "trong tầm nhìn",
    ):
        assert shown in text
    for kept in ("Bí-mật-1", source.sealed_password):
        assert kept not in text
        assert kept not in page(owner, "source", source.camera_id)


def test_credentials_in_an_address_are_taken_out_before_the_form_comes_back(
    owner: Client, cast: SimpleNamespace
) -> None:
    given = {"main_url": "rtsp://admin:S3cret@10.0.0.9/a", "name": "", "owner": cast.department.pk}
    answer = owner.post(reverse("cameras:new"), given)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "S3cret" not in text
    assert 'value="rtsp://10.0.0.9/a"' in text
    assert 'value="admin"' in text
    good = given | {
        "name": "Cổng chợ", "purpose": "security", "protocol": "rtsp", "enabled": "on", "lon": "105.85",
        "lat": "21.47",
    }  # fmt: skip
    assert owner.post(reverse("cameras:new"), good).status_code == 302
    made = CameraSource.objects.get()
    assert (made.main_url, made.username, made.camera.data["name"]) == (
        "rtsp://10.0.0.9/a",
        "admin",
        "Cổng chợ",
    )


def test_a_saved_password_is_tried_on_its_own_device_alone(owner: Client, cast: SimpleNamespace) -> None:
    source = make.source(cast, main_url="rtsp://127.0.0.1:9/a", sub_url="", sealed_password=sealed("x"))
    told = {"source": source.pk, "main_url": "rtsp://10.99.0.1/a"}
    elsewhere = owner.post(reverse("cameras:try"), told).content.decode()
    assert "thiết bị khác" in elsewhere
    here = owner.post(reverse("cameras:try"), told | {"main_url": "rtsp://127.0.0.1:9/a"}).content.decode()
    assert "địa chỉ này" in here  # this machine is no camera


def test_a_camera_that_does_not_answer_says_the_way_out(
    owner: Client, cast: SimpleNamespace, settings: Any
) -> None:
    settings.CAMERA_NETWORKS = (ip_network("127.0.0.0/8"),)
    text = owner.post(reverse("cameras:try"), {"main_url": "rtsp://127.0.0.1:9/a"}).content.decode()
    assert "Không kết nối được" in text
    assert "554" in text


def test_the_test_picture_of_a_connected_camera_is_for_whoever_may_watch_it(
    owner: Client, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = make.group(cast, restricted=True)
    source = make.source(cast, group)
    given = [
        testing.Tested("Hình lớn", codec="h264", width=640, height=360, picture="data:image/jpeg;base64,QUJD")
    ]
    monkeypatch.setattr("naoso.domains.cameras.pages.sources.try_addresses", lambda *_asked: given)
    told = {"source": source.pk, "main_url": source.main_url, "sub_url": source.sub_url}
    hidden = owner.post(reverse("cameras:try"), told).content.decode()
    assert "640" in hidden
    assert "base64" not in hidden
    assert not Look.objects.exists()
    GroupAccess.objects.create(group=group, account=cast.owner, may=["live"], reason="Trực")
    assert "base64" in owner.post(reverse("cameras:try"), told).content.decode()
    assert Look.objects.get().account == cast.owner


def test_opening_the_small_pictures_is_a_read(owner: Client, cast: SimpleNamespace) -> None:
    standing(make.source(cast, name="Chợ"), "ok")
    standing(make.source(cast, make.group(cast, restricted=True), name="Kín"), "ok")
    text = page(owner, "thumbnails")
    assert text.count("thumbnail.jpg") == 1
    assert "Kín" in text
    assert AuditEntry.objects.filter(action="read", row="cameras:thumbnails:all").count() == 1


def test_the_report_adds_up(owner: Client, cast: SimpleNamespace) -> None:
    now = timezone.now()
    for vendor, down in (("A", 12), ("A", 0), ("B", 24)):
        source = make.source(cast, vendor=vendor)
        standing(source, "ok")
        CameraSource.objects.filter(pk=source.pk).update(connected_at=now - 24 * HOUR)
        if down:
            Outage.objects.create(source=source, began_at=now - down * HOUR, ended_at=now, state="silent")
    text = page(owner, "report_csv", by="vendor", days="1")
    lines = [line.split(",") for line in text.strip().splitlines()[1:]]
    assert [(line[0], line[1], round(float(line[3]))) for line in lines[:2]] == [
        ("B", "1", 0),
        ("A", "2", 75),
    ]
    assert round(float(lines[2][3])) == 50
    assert "=cmd" not in text


def test_looks_are_found_and_leave_as_a_table(owner: Client, cast: SimpleNamespace) -> None:
    source = make.source(cast, name="Cổng chợ")
    look(actor=cast.owner, source=source, kind=LookKind.LIVE, reason="=HYPERLINK(1)")
    assert "HYPERLINK" in page(owner, "looks", q="cong cho")
    assert "HYPERLINK" not in page(owner, "looks", kind="export")
    assert "'=HYPERLINK(1)" in page(owner, "looks_csv", since=timezone.localdate().isoformat())
    assert AuditEntry.objects.filter(row="cameras:looks:csv").exists()
