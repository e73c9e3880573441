"""The matrix: who gets in, who does not, at every address of this part; hidden rows stay hidden."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from naoso.core.response.tests.factories import incident
from naoso.domains.cameras import layers, listing
from naoso.domains.cameras.models import GroupAccess, LookKind
from naoso.domains.cameras.pages import groups, imports, lists, looks, one, public, reports, sources
from naoso.domains.cameras.rights import look
from naoso.domains.cameras.selectors import beside
from naoso.domains.cameras.tests import factories as make

pytestmark = pytest.mark.django_db
VIEW, MANAGE, LIVE, LOOKS, EDIT = (
    "cameras.view", "cameras.manage", "cameras.live", "cameras.looks", "objects.edit",
)  # fmt: skip
CAMERA, GROUP = ("camera",), ("group",)
GROUP_FORM = {"name": "Chợ", "purpose": "An ninh chợ", "retention_days": "7"}
ADDRESS = {"main_url": "rtsp://10.0.0.8/a", "protocol": "rtsp", "enabled": "on"}
NEW = ADDRESS | {"name": "Cổng chợ", "purpose": "security", "lon": "105.85", "lat": "21.47"}
# method, name, which ids, permission, status for who holds it, data
MATRIX: list[tuple[str, str, tuple[str, ...], str, int, dict[str, Any]]] = [
    ("get", "list", (), VIEW, 200, {}),
    ("get", "thumbnails", (), VIEW, 200, {}),
    ("get", "card", CAMERA, VIEW, 200, {}),
    ("get", "camera", CAMERA, VIEW, 200, {}),
    ("get", "thumbnail", CAMERA, LIVE, 200, {}),
    ("get", "report", (), VIEW, 200, {}),
    ("get", "report_csv", (), VIEW, 200, {}),
    ("get", "looks", (), LOOKS, 200, {}),
    ("get", "looks_csv", (), LOOKS, 200, {}),
    ("get", "groups", (), VIEW, 200, {}),
    ("get", "group", GROUP, VIEW, 200, {}),
    ("get", "group_new", (), MANAGE, 200, {}),
    ("get", "group_edit", GROUP, MANAGE, 200, {}),
    ("post", "group_edit", GROUP, MANAGE, 302, GROUP_FORM),
    ("post", "access_add", GROUP, MANAGE, 302, {"account": "account", "may": "live", "reason": "Trực"}),
    ("post", "access_drop", ("group", "access"), MANAGE, 302, {}),
    ("post", "group_drop", GROUP, MANAGE, 302, {}),
    ("get", "new", (), MANAGE, 200, {}),
    ("post", "new", (), MANAGE, 302, NEW),
    ("post", "try", (), MANAGE, 200, {"main_url": "rtsp://127.0.0.1/a"}),
    ("get", "source", CAMERA, MANAGE, 200, {}),
    ("post", "source", CAMERA, MANAGE, 302, ADDRESS),
    ("post", "learn", CAMERA, MANAGE, 302, {}),
    ("post", "disconnect", CAMERA, MANAGE, 302, {"reason": "Tháo dỡ"}),
    ("get", "import", (), MANAGE, 200, {}),
    ("get", "import_template", (), MANAGE, 200, {}),
    ("post", "import_commit", (), MANAGE, 302, {"token": "x"}),
]  # fmt: skip
OWN = [
    *lists.urlpatterns,
    *sources.urlpatterns,
    *groups.urlpatterns,
    *looks.urlpatterns,
    *reports.urlpatterns,
]
OWN += [*imports.urlpatterns, *one.urlpatterns]


@pytest.fixture
def world(cast: SimpleNamespace, settings: Any, tmp_path: Any) -> SimpleNamespace:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    cast.source = make.source(cast, name="Nút giao Đồng Quang")
    group = make.group(cast, "Khu cách ly")
    access = GroupAccess.objects.create(group=group, account=cast.owner, may=["live"], reason="Trực")
    default_storage.save(cast.source.health.thumbnail, ContentFile(b"\xff\xd8\xff\xd9"))
    cast.ids = {
        "camera": cast.source.camera_id, "group": group.pk, "access": access.pk, "account": cast.owner.pk,
    }  # fmt: skip
    return cast


def asked(client: Client, world: SimpleNamespace, entry: tuple[Any, ...]) -> int:
    method, name, ids, _permission, _status, data = entry
    data = {key: world.ids.get(value, value) for key, value in data.items()} | {"owner": world.department.pk}
    answer = getattr(client, method)(reverse(f"cameras:{name}", args=[world.ids[one] for one in ids]), data)
    if answer.streaming:
        answer.getvalue()  # read to its end, the file is closed
    return int(answer.status_code)


@pytest.mark.parametrize("entry", MATRIX, ids=lambda entry: f"{entry[0]}-{entry[1]}")
def test_whoever_holds_the_right_there_and_nobody_else(
    client: Client, world: SimpleNamespace, entry: tuple[Any, ...]
) -> None:
    seer = world.make.account("seer", world.department)
    world.make.grant(seer, world.make.role("seer", VIEW), world.department)
    holder = world.make.account("holder", world.department)
    world.make.grant(holder, world.make.role("holder", VIEW, EDIT, entry[3]), world.department)
    for who in (world.stranger, world.colleague):
        client.force_login(who)
        if entry[2]:
            assert asked(client, world, entry) == 404
    client.force_login(world.nobody)
    assert asked(client, world, entry) == 403
    client.force_login(seer)
    assert asked(client, world, entry) == (entry[4] if entry[3] == VIEW else 403)
    client.force_login(holder)
    assert asked(client, world, entry) == entry[4]


def test_the_matrix_is_whole() -> None:
    assert {entry[1] for entry in MATRIX} == {pattern.name for pattern in OWN}


def test_hidden_rows_stay_hidden(client: Client, world: SimpleNamespace) -> None:
    look(actor=world.owner, source=world.source, kind=LookKind.LIVE, reason="Ùn tắc")
    case = incident(world)
    for who, sees in (
        (world.owner, True), (world.chief, True), (world.stranger, False), (world.nobody, False),
    ):  # fmt: skip
        assert bool(layers.camera_layer(who, None)["features"]) is sees
        assert bool(listing.search(who, "nut giao dong quang")) is sees
        assert bool((beside(who, case) or {})["cameras"]) is sees
    client.force_login(world.stranger)
    for name in ("list", "thumbnails", "report", "report_csv", "looks", "looks_csv", "groups"):
        page = client.get(reverse(f"cameras:{name}")).content.decode()
        assert "Đồng Quang" not in page
        assert "Khu cách ly" not in page


def test_a_picture_of_a_restricted_group_is_for_those_named(client: Client, world: SimpleNamespace) -> None:
    group = make.group(world, "Thu dung", restricted=True)
    world.source.group = group
    world.source.save()
    client.force_login(world.owner)
    address = reverse("cameras:thumbnail", args=[world.source.camera_id])
    assert client.get(address).status_code == 403
    assert client.get(reverse("cameras:camera", args=[world.source.camera_id])).status_code == 200
    GroupAccess.objects.create(group=group, account=world.owner, may=["live"], reason="Trực")
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    answer.getvalue()  # type: ignore[attr-defined]


def test_everybody_may_read_where_pictures_are_recorded(client: Client, world: SimpleNamespace) -> None:
    open_group = make.group(world, "Giao thông công cộng")
    make.source(world, open_group, name="Cầu Gia Bảy", notice="Biển ở đầu cầu")
    make.source(world, make.group(world, "Kín", restricted=True), name="Phòng bệnh 3")
    page = client.get(reverse("cameras:notices")).content.decode()
    assert "Cầu Gia Bảy" in page
    assert "Biển ở đầu cầu" in page
    assert "Phòng bệnh 3" not in page
    assert "rtsp://" not in page
    assert {pattern.name for pattern in public.urlpatterns} == {"notices"}
