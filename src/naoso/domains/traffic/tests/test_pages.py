"""Pages: what they show, with how many queries; what a form refuses comes back in words."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from naoso.core.objects.models import CityObject
from naoso.core.people.models import AuditEntry
from naoso.core.registry.models import Source
from naoso.domains.traffic import reading
from naoso.domains.traffic.models import (
    Check,
    Hit,
    Operation,
    Passage,
    PlateCamera,
    ReaderFeed,
    Section,
    WatchList,
)
from naoso.domains.traffic.services.cases import add_plate, open_case
from naoso.domains.traffic.services.eyes import save_plate_camera
from naoso.domains.traffic.services.importing import begin_import, run_import
from naoso.domains.traffic.services.operations import add_point, save_operation
from naoso.domains.traffic.services.setup import save_section
from naoso.domains.traffic.tests import factories as make
from naoso.kernel.plates import parse

pytestmark = pytest.mark.django_db
BUDGETS = {
    "overview": 11, "passages": 10, "hits": 10, "lists": 8, "checks": 10, "cases": 9, "operations": 9,
    "sections": 7, "check": 10, "review": 12, "flows": 10, "feeds": 8, "eyes": 7, "passage": 7, "hit": 14,
    "section": 10, "operation": 21, "operation_report": 14,
}  # fmt: skip
ASKED = {"text": "20a-123.45", "reason": "patrol", "words": "Kiểm soát trên đường"}


@pytest.fixture
def owner(client: Client, world: SimpleNamespace) -> Client:
    client.force_login(world.owner)
    return client


def page(client: Client, name: str, *args: Any, **data: Any) -> str:
    return client.get(reverse(f"traffic:{name}", args=args), data).content.decode()


@pytest.mark.parametrize("name", BUDGETS)
def test_budgets(
    owner: Client, world: SimpleNamespace, django_assert_max_num_queries: Any, name: str
) -> None:
    make.watch_list(world.department, *(f"20A-123.{n:02d}" for n in range(1, 6)))
    gates = [make.camera(world.department, world.ward, north_m=n * 500) for n in range(1, 6)]
    for n, gate in enumerate(gates, 1):
        make.pass_by(world.source, gate, f"20A-123.{n:02d}", crop="passages/2026-01-05/a.jpg")
    ids = some_work(world, gates)
    address = reverse(f"traffic:{name}", args=[ids[name]] if name in ids else [])
    owner.get(address)
    with django_assert_max_num_queries(BUDGETS[name]):
        assert owner.get(address).status_code == 200


def some_work(world: SimpleNamespace, gates: list[CityObject]) -> dict[str, int]:
    """Sections between the gates, an operation and readers at all; numbers for the pages of one."""
    for start, end in itertools.pairwise(gates):
        row = Section(
            name=f"{start}", start=start, end=end, length_m=500, limit_kmh=50, owner=world.department
        )
        section = save_section(actor=None, section=row)
    now = timezone.now()
    operation = save_operation(
        actor=None, cameras=gates, lists=WatchList.objects.all(),
        operation=Operation(
            name="Đợt 1", order="KH", owner=world.department, starts_at=now - dt.timedelta(hours=1),
            ends_at=now + dt.timedelta(days=1),
        ),
    )  # fmt: skip
    for gate in gates:
        add_point(actor=None, operation=operation, name=f"{gate.pk}", place="Km 5", camera=gate)
        save_plate_camera(actor=None, row=PlateCamera(camera=gate))
    return {
        "passage": Passage.objects.all()[0].pk, "hit": Hit.objects.all()[0].pk, "section": section.pk,
        "operation": operation.pk, "operation_report": operation.pk,
    }  # fmt: skip


def test_passages_are_never_found_by_plate_and_each_look_is_told(
    owner: Client, world: SimpleNamespace
) -> None:
    make.pass_by(world.source, world.camera, "20A-123.45")
    make.pass_by(world.source, world.camera, "30A-555.55")
    make.pass_by(world.source, world.camera, "29A-111.11", at=make.ago(hours=30))
    text = page(owner, "passages", plate="20A12345", q="20A-123.45")
    assert "30A-555.55" in text
    assert "29A-111.11" not in text  # older ones are followed inside a case
    assert "20A-123.45" not in page(owner, "passages", origin="outside")
    assert AuditEntry.objects.filter(action="read", row="traffic:passages:list").count() == 2


def test_a_hit_page_shows_why_and_takes_one_answer(owner: Client, world: SimpleNamespace) -> None:
    make.watch_list(world.department, "20A-123.45", reason="Xe chở hàng cấm")
    make.pass_by(world.source, world.camera, direction="away")
    hit = Hit.objects.get()
    text = page(owner, "hit", hit.pk)
    assert "Xe chở hàng cấm" in text
    assert [text.count(f'data-shortcut="{key}"') for key in "123"] == [1, 1, 1]
    answer = owner.post(reverse("traffic:hit_decide", args=[hit.pk]), {"state": "confirmed"}, follow=True)
    hit.refresh_from_db()
    assert hit.incident_number in answer.content.decode()
    assert 'data-shortcut="1"' not in answer.content.decode()


def test_the_check_answers_a_script_in_part_and_a_form_in_whole(
    owner: Client, world: SimpleNamespace
) -> None:
    make.watch_list(world.department, "20A-123.45", reason="Xe bị mất trộm")
    address, told = (
        reverse("traffic:check"),
        ASKED | {"key": str(uuid.uuid4()), "lon": "105.85", "lat": "21.47"},
    )
    for _again in range(2):
        part = owner.post(address, told, headers={"X-Requested-With": "plate-check"})
        assert "plate-verdict-wanted" in part.content.decode()
        assert "<html" not in part.content.decode()
    row = Check.objects.get()
    assert (row.plate, row.point is not None, row.owner) == ("20A12345", True, world.department)
    assert "Xe bị mất trộm" in owner.post(address, ASKED).content.decode()
    assert owner.post(address, ASKED | {"words": ""}).status_code == 422
    refused = owner.post(address, ASKED | {"text": "xin chào"}, headers={"X-Requested-With": "plate-check"})
    assert (refused.status_code, "<html" in refused.content.decode()) == (422, False)


@pytest.mark.parametrize(
    ("text", "told", "untold"),
    [
        ("30A-123.45", "ngoài tỉnh", "không phải biển số việt nam"), ("80A-123.45", "", "ngoài tỉnh"),
        ("TK-45-21", "", "ngoài tỉnh"), ("UN-4417", "không phải biển số việt nam", "ngoài tỉnh"),
    ],
)  # fmt: skip
def test_a_plate_of_no_province_comes_from_nowhere(owner: Client, text: str, told: str, untold: str) -> None:
    page = owner.post(reverse("traffic:check"), ASKED | {"text": text}).content.decode().lower()
    assert told in page
    assert untold not in page


def test_a_photo_is_read_where_there_is_a_reader(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    Image.new("RGB", (80, 40)).save(out, "JPEG")
    seen = [
        SimpleNamespace(plate=None, candidates=(), agreed=False, confidence=0.9),
        SimpleNamespace(plate=parse("20-MĐ1 234.56"), candidates=(), agreed=True, confidence=0.8),
        SimpleNamespace(
            plate=parse("20A12345"), candidates=(parse("20A12845"),), agreed=False, confidence=0.7
        ),
    ]
    monkeypatch.setattr(reading, "has_reader", lambda: True)
    monkeypatch.setattr(reading, "reader", lambda: SimpleNamespace(read=lambda _pixels: seen))
    monkeypatch.setattr(reading, "import_module", lambda _name: SimpleNamespace(pixels_of=bytes))
    photo = SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")
    told = owner.post(reverse("traffic:check_photo"), {"photo": photo}).json()
    assert told == {"plates": ["20-MĐ1 234.56", "20A-123.45", "20A-128.45"], "fault": ""}


def test_an_import_tells_how_it_went(owner: Client, world: SimpleNamespace) -> None:
    row = make.watch_list(world.department)
    run = begin_import(
        actor=world.owner, watch_list=row, name="a.csv", data="Biển số\n20A-123.45\nabc\n".encode()
    )
    assert 'hx-trigger="every 1s"' in page(owner, "import", row.pk, run.pk)
    run_import(run_id=run.pk)
    text = page(owner, "import", row.pk, run.pk)
    assert "every 1s" not in text
    assert "abc" in text
    assert "abc" in owner.get(reverse("traffic:import_report", args=[row.pk, run.pk])).getvalue().decode()  # type: ignore[attr-defined]
    assert "20A-123.45" in page(owner, "list", row.pk, q="123")


def test_a_list_without_reason_is_refused_at_its_field(owner: Client, world: SimpleNamespace) -> None:
    answer = owner.post(reverse("traffic:list_new"), {"name": "x", "owner": world.department.pk})
    assert answer.status_code == 422
    assert not WatchList.objects.exists()


def test_a_case_shows_ways_after_a_reason_and_nothing_once_ended(
    owner: Client, world: SimpleNamespace
) -> None:
    case = open_case(
        actor=world.owner, opener=world.owner, owner=world.department, title="Vụ 1", purpose="x",
        legal_basis="y", document="z", expires_at=timezone.now() + dt.timedelta(days=3),
    )  # fmt: skip
    add_plate(actor=world.owner, case=case, text="20A-123.45")
    make.pass_by(world.source, world.camera)
    place = world.camera.data["name"]
    assert place not in page(owner, "case", case.pk)
    said = {"plate": "20A12345", "days": "7", "what": "journey", "minutes": "3", "cameras": "2"}
    address = reverse("traffic:case_look", args=[case.pk])
    assert owner.post(address, said).status_code == 422
    assert place in owner.post(address, said | {"reason": "Theo yêu cầu"}).content.decode()
    together = owner.post(address, said | {"reason": "Theo yêu cầu", "what": "together"})
    assert together.status_code == 200
    owner.post(reverse("traffic:case_end", args=[case.pk]))
    text = page(owner, "case", case.pk)
    assert "20A-123.45" not in text
    assert "Theo yêu cầu" in text  # who looked stays


def test_a_new_reader_gets_a_source_and_a_token_once(owner: Client, world: SimpleNamespace) -> None:
    said = {
        "name": "Hãng B", "owner": world.department.pk, "code": "hang-b", "enabled": "on", "plate_at": "/p",
        "time_at": "/t", "camera_at": "/c", "cameras": "{}", "colours": "{}", "directions": "{}",
        "vehicles": "{}",
    }  # fmt: skip
    wrong = owner.post(reverse("traffic:feed_new"), said | {"plate_at": "p"})
    assert wrong.status_code == 422
    answer = owner.post(reverse("traffic:feed_new"), said)
    assert "hang-b." in answer.content.decode()
    feed = ReaderFeed.objects.get()
    assert (feed.source, feed.source.domain) == (Source.objects.get(code="hang-b"), "traffic")


def test_flows_of_a_day_by_lane(owner: Client, world: SimpleNamespace) -> None:
    for lane in (1, 1, 2):
        make.pass_by(world.source, world.camera, f"20A-123.{lane}{lane}", lane=lane)
    told = owner.get(reverse("traffic:flows_chart"), {"camera": world.camera.pk}).json()
    assert [sum(n for _hour, n in one["points"]) for one in told["series"]] == [2, 1]
    assert owner.get(reverse("traffic:flows"), {"day": "kein-tag-da"}).status_code == 200
