"""Pages of live pictures, walls, recordings and evidence: who gets in, and what they then get."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.connectors.mediamtx import Path as OnServer
from naoso.core.people.models import AuditEntry
from naoso.core.response.models import Incident
from naoso.core.response.tests.factories import incident
from naoso.domains.cameras import live, tickets
from naoso.domains.cameras.models import (
    EvidencePackage,
    Footage,
    GroupAccess,
    Look,
    LookKind,
    WallLayout,
)
from naoso.domains.cameras.pages import evidence, footage, walls
from naoso.domains.cameras.pages import live as live_pages
from naoso.domains.cameras.tests import factories as make

pytestmark = pytest.mark.django_db
LIVE, HISTORY, EXPORT, MANAGE = "cameras.live", "cameras.history", "cameras.export", "cameras.manage"
CASE = "response.view"
MATRIX: list[tuple[str, str, tuple[str, ...], str, int, dict[str, Any]]] = [
    ("post", "live", ("camera",), LIVE, 200, {"reason": "duty"}),
    ("get", "walls", (), LIVE, 200, {}),
    ("get", "wall_new", (), LIVE, 200, {}),
    ("post", "wall_new", (), LIVE, 302, {"name": "Tối", "size": "9", "turn_s": "0"}),
    ("get", "recordings", ("camera",), HISTORY, 200, {}),
    ("get", "packages", (), EXPORT, 200, {}),
    ("get", "package_new", ("case",), EXPORT, 200, {}),
    ("get", "storage", (), MANAGE, 200, {}),
]
# one's own alone; tried below
OWN = {
    "wall",
    "wall_edit",
    "wall_drop",
    "wall_place",
    "wall_choices",
    "looked",
    "clip",
    "package_file",
    "media_admit",
}


@pytest.fixture
def world(cast: SimpleNamespace, settings: Any, tmp_path: Path) -> SimpleNamespace:
    settings.RECORDINGS_DIR = tmp_path
    settings.EVIDENCE_PRIVATE_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": storage}
    cast.group = make.group(cast)
    cast.source = make.source(cast, cast.group, name="Nút giao Đồng Quang")
    cast.case = incident(cast)
    cast.ids = {"camera": cast.source.camera_id, "case": cast.case.pk}
    return cast


def sign_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def ask(client: Client, world: SimpleNamespace, row: tuple[Any, ...]) -> int:
    method, name, ids, _permission, _status, data = row
    address = reverse(f"cameras:{name}", args=[world.ids[i] for i in ids])
    return int(getattr(client, method)(address, data).status_code)


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: f"{row[0]} {row[1]}")
def test_who_gets_in(world: SimpleNamespace, row: tuple[Any, ...]) -> None:
    narrow = world.make.account("narrow", world.department)
    permissions = [row[3], *([CASE] if "case" in row[2] else [])]
    world.make.grant(narrow, world.make.role("narrow", *permissions), world.department)
    assert ask(sign_in(narrow), world, row) == row[4]
    assert ask(sign_in(world.nobody), world, row) == 403
    if row[2]:
        assert ask(sign_in(world.stranger), world, row) in {403, 404}


def test_every_address_is_in_the_matrix() -> None:
    named = {row[1] for row in MATRIX} | OWN
    patterns = [*live_pages.urlpatterns, *walls.urlpatterns, *footage.urlpatterns, *evidence.urlpatterns]
    assert {pattern.name for pattern in patterns} == named


def opened(client: Client, world: SimpleNamespace, **data: str) -> Any:
    return client.post(reverse("cameras:live", args=[world.source.camera_id]), data)


def test_a_live_picture_is_written_down_once_and_renewed(world: SimpleNamespace, settings: Any) -> None:
    settings.CAMERA_MEDIA_URL, settings.CAMERA_MEDIA_PORT = "", 8010
    client = sign_in(world.owner)
    first = opened(client, world, reason="duty", size="sub").json()
    assert (first["kind"], first["url"]) == ("fmp4", "ws://testserver:8010/")
    found = tickets.take(first["ticket"])
    assert (found.source_id, found.size, found.account_id) == (world.source.pk, "sub", world.owner.pk)
    again = opened(client, world, renewal=first["renewal"])
    assert again.status_code == 200
    assert tickets.take(again.json()["ticket"]).number != found.number
    row = Look.objects.get()
    assert (row.account, row.camera, row.kind) == (world.owner, world.source.camera, LookKind.LIVE)


def test_rights_that_end_end_the_renewal(world: SimpleNamespace) -> None:
    client = sign_in(world.owner)
    renewal = opened(client, world, reason="duty").json()["renewal"]
    assert opened(sign_in(world.chief), world, renewal=renewal).status_code == 422
    world.group.restricted = True
    world.group.save()
    assert opened(client, world, renewal=renewal).status_code == 403
    GroupAccess.objects.create(group=world.group, account=world.owner, may=["live"], reason="Trực")
    assert opened(client, world, renewal=renewal).status_code == 200


def test_no_reason_no_picture(world: SimpleNamespace) -> None:
    answer = opened(sign_in(world.owner), world, reason=" ")
    assert answer.status_code == 422
    assert not Look.objects.exists()


def test_a_media_server_is_told_whether_a_ticket_is_good(world: SimpleNamespace) -> None:
    until = timezone.now() + dt.timedelta(minutes=5)
    good = tickets.ticket(world.source.pk, "main", world.owner.pk, until)
    name = live.path_name(world.source.pk, "main")

    def admitted(body: Any) -> int:
        data = body if isinstance(body, str) else json.dumps(body)
        address = reverse("cameras:media_admit")
        return int(Client().post(address, data, content_type="application/json").status_code)

    asked = {"action": "read", "path": name, "query": f"ticket={good}"}
    assert admitted(asked) == 204
    assert admitted(asked) == 401  # it opens once
    fresh = tickets.ticket(world.source.pk, "main", world.owner.pk, until)
    asked["query"] = f"ticket={fresh}"
    for wrong in (
        asked | {"path": "naoso-99-main"}, asked | {"action": "publish"}, asked | {"query": "ticket=x"},
        {"query": None}, [], "no json",
    ):  # fmt: skip
        assert admitted(wrong) == 401


def test_a_media_server_offers_no_longer_what_nobody_watches(
    world: SimpleNamespace, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIAMTX_API = "http://127.0.0.1:1"
    gone = make.source(world, enabled=False)
    own = live.path_name(world.source.pk, "main")
    listed = [
        OnServer(own, True, 2), OnServer(live.path_name(world.source.pk, "sub"), True, 0),
        OnServer(live.path_name(gone.pk, "main"), True, 1), OnServer("lobby", True, 0),
    ]  # fmt: skip
    withdrawn: list[str] = []
    monkeypatch.setattr(live.MediaMtx, "paths", lambda _api: iter(listed))
    monkeypatch.setattr(live.MediaMtx, "withdraw", lambda _api, name: withdrawn.append(name))
    live.server.cache_clear()
    try:
        assert live.tidy_server() == 2
    finally:
        live.server.cache_clear()
    assert withdrawn == [listed[1].name, listed[2].name]  # neither what is watched, nor another's
    settings.MEDIAMTX_API = ""
    assert live.tidy_server() == 0


def test_a_wall_is_ones_own_until_it_is_shared(world: SimpleNamespace) -> None:
    client = sign_in(world.owner)
    client.post(reverse("cameras:wall_new"), {"name": "Tối", "size": "4", "turn_s": "15"})
    wall = WallLayout.objects.get()
    client.post(reverse("cameras:wall_place", args=[wall.pk, 2]), {"camera": world.source.camera_id})
    wall.refresh_from_db()
    assert wall.cells == [None, None, world.source.camera_id]
    page = client.get(reverse("cameras:wall", args=[wall.pk])).content.decode()
    assert "Nút giao Đồng Quang" in page
    found = client.get(reverse("cameras:wall_choices", args=[wall.pk, 0]), {"q": "dong quang"})
    assert "Nút giao Đồng Quang" in found.content.decode()
    mate = world.make.account("mate", world.department)
    world.make.grant(mate, world.make.role("watcher", LIVE), world.department)
    address = reverse("cameras:wall", args=[wall.pk])
    assert sign_in(mate).get(address).status_code == 404
    WallLayout.objects.update(shared=True)
    assert sign_in(mate).get(address).status_code == 200
    assert sign_in(mate).post(reverse("cameras:wall_drop", args=[wall.pk])).status_code == 403
    assert client.post(reverse("cameras:wall_drop", args=[wall.pk])).status_code == 302


def test_a_camera_that_one_may_not_watch_does_not_get_onto_a_wall(world: SimpleNamespace) -> None:
    hidden = make.source(world, owner=world.agency, unit=world.other_ward)
    wall = WallLayout.objects.create(account=world.owner, name="W", size=4, cells=[hidden.camera_id])
    client = sign_in(world.owner)
    answer = client.post(reverse("cameras:wall_place", args=[wall.pk, 0]), {"camera": hidden.camera_id})
    assert answer.status_code == 422
    bad = client.post(reverse("cameras:wall_place", args=[wall.pk, 0]), {"camera": "1.660"})
    assert bad.status_code == 422
    wall.refresh_from_db()
    assert wall.cells == [hidden.camera_id]
    assert hidden.name not in client.get(reverse("cameras:wall", args=[wall.pk])).content.decode()


def recorded(world: SimpleNamespace, minutes_ago: int) -> Footage:
    began = timezone.now() - dt.timedelta(minutes=minutes_ago)
    path = Path(f"{world.source.pk}-{minutes_ago}.mp4")
    (live_root := Path(footage.settings.RECORDINGS_DIR)).joinpath(path).write_bytes(b"0123456789")
    assert live_root.exists()
    return Footage.objects.create(
        source=world.source, began_at=began, ended_at=began + dt.timedelta(minutes=1), path=str(path), size=10
    )


def test_a_look_into_recordings_needs_a_case_and_shows_its_span_alone(world: SimpleNamespace) -> None:
    inside, outside = recorded(world, 20), recorded(world, 60)
    client = sign_in(world.owner)
    since = timezone.localtime() - dt.timedelta(minutes=22)
    form = {
        "incident": world.case.pk, "reason": "Va chạm", "since_0": f"{since:%Y-%m-%d}",
        "since_1": f"{since:%H:%M:%S}", "minutes": "10",
    }  # fmt: skip
    address = reverse("cameras:recordings", args=[world.source.camera_id])
    assert client.post(address, form | {"incident": ""}).status_code == 200
    assert not Look.objects.exists()
    answer = client.post(address, form)
    row = Look.objects.get()
    assert answer["Location"] == reverse("cameras:looked", args=[row.pk])
    page = client.get(answer["Location"]).content.decode()
    clip = reverse("cameras:clip", args=[row.pk, inside.pk])
    assert clip in page
    part = client.get(clip, headers={"range": "bytes=2-4"})
    assert (part.status_code, b"".join(part)) == (206, b"234")  # type: ignore[call-overload]
    assert client.get(reverse("cameras:clip", args=[row.pk, outside.pk])).status_code == 404
    assert sign_in(world.chief).get(clip).status_code == 404
    Incident.objects.filter(pk=world.case.pk).update(
        state="closed", outcome="resolved", closed_at=timezone.now()
    )
    assert client.get(clip).status_code == 404


def test_an_export_is_asked_for_on_the_page(world: SimpleNamespace) -> None:
    recorded(world, 20)
    since = timezone.localtime() - dt.timedelta(minutes=22)
    form = {
        "incident": world.case.pk, "reason": "Va chạm", "since_0": f"{since:%Y-%m-%d}",
        "since_1": f"{since:%H:%M:%S}", "minutes": "10", "sources": [world.source.pk],
    }  # fmt: skip
    client = sign_in(world.owner)
    answer = client.post(reverse("cameras:package_new", args=[world.case.pk]), form)
    assert answer.status_code == 302
    assert "Va chạm" in client.get(answer["Location"]).content.decode()
    assert sign_in(world.stranger).get(reverse("cameras:package_file", args=[1])).status_code in {403, 404}


def test_a_package_is_for_those_who_may_have_every_camera_in_it(world: SimpleNamespace) -> None:
    (Path(footage.settings.RECORDINGS_DIR) / "p.zip").write_bytes(b"zip")
    now = timezone.now()
    package = EvidencePackage.objects.create(
        incident=world.case, began_at=now - dt.timedelta(hours=1), ended_at=now, reason="Va chạm",
        made_by=world.owner, state="ready", path="p.zip", size=3, sha256="0" * 64,
    )  # fmt: skip
    package.sources.add(world.source)
    address, client = reverse("cameras:package_file", args=[package.pk]), sign_in(world.owner)
    assert b"".join(client.get(address)) == b"zip"  # type: ignore[call-overload]
    assert AuditEntry.objects.filter(row=f"cameras:evidencepackage:{package.pk}", action="export").exists()
    world.group.restricted = True
    world.group.save()
    assert client.get(address).status_code == 403
    page = client.get(reverse("cameras:packages")).content.decode()
    assert "Va chạm" in page
    assert world.source.name not in page
    GroupAccess.objects.create(group=world.group, account=world.owner, may=["export"], reason="Trực")
    (again := client.get(address)).close()
    assert again.status_code == 200


def test_storage_shows_ones_own_groups(world: SimpleNamespace) -> None:
    recorded(world, 20)
    other = make.group(world, "Của nơi khác", owner=world.agency)
    world.source = make.source(world, other, owner=world.agency, unit=world.other_ward)
    recorded(world, 20)
    page = sign_in(world.owner).get(reverse("cameras:storage")).content.decode()
    assert world.group.name in page
    assert "Của nơi khác" not in page


def test_a_media_server_that_is_away_is_asked_again_later(world: SimpleNamespace, settings: Any) -> None:
    settings.MEDIAMTX_API, settings.CAMERA_MEDIA_URL = "http://127.0.0.1:1", "https://ioc.example.vn/webrtc"
    live.server.cache_clear()
    try:
        answer = opened(sign_in(world.owner), world, reason="duty")
        world.source.main_url = "rtsp://127.0.0.1/own"  # this machine is no camera
        world.source.save()
        inside = opened(sign_in(world.owner), world, reason="duty")
    finally:
        live.server.cache_clear()
    assert (answer.status_code, inside.status_code) == (503, 503)
    assert "127.0.0.1" not in answer.content.decode()
