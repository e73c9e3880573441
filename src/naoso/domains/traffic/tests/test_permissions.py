"""The matrix: who gets in, who does not, at every address; each look is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.core.people.models import AuditEntry
from naoso.domains.traffic import urls
from naoso.domains.traffic.models import (
    ListImport,
    Passage,
    Sample,
)
from naoso.domains.traffic.services.import_lines import Told
from naoso.domains.traffic.tests import factories as make

pytestmark = pytest.mark.django_db
VIEW, SETUP, SEE, HITS, REVIEW = (
    "traffic.view", "traffic.setup", "traffic.passages", "traffic.hits", "traffic.review",
)  # fmt: skip
LISTS, CHECK, CASE, OPERATE = "traffic.lists", "traffic.check", "traffic.case", "traffic.operate"
LIST, ONE, OP = ("list",), ("case",), ("operation",)
LIST_SAID = {
    "name": "Mới", "sort": "wanted", "reason": "x", "authority": "y", "legal_basis": "z", "likeness": "near",
    "severity": "2", "incident_kind": "crime",
}  # fmt: skip
ASKED = {"text": "20A-123.45", "reason": "patrol", "words": "Kiểm soát"}
# method, name, which ids, permission, status for who holds it, data
MATRIX: list[tuple[str, str, tuple[str, ...], str, int, dict[str, Any]]] = [
    ("get", "overview", (), VIEW, 200, {}),
    ("get", "junction", ("camera",), VIEW, 200, {}),
    ("get", "flows", (), VIEW, 200, {}),
    ("get", "flows_chart", (), VIEW, 200, {}),
    ("get", "sections", (), VIEW, 200, {}),
    ("get", "section", ("section",), VIEW, 200, {}),
    ("get", "section_new", (), SETUP, 200, {}),
    ("get", "section_edit", ("section",), SETUP, 200, {}),
    ("get", "passages", (), SEE, 200, {}),
    ("get", "passage", ("passage",), SEE, 200, {}),
    ("get", "passage_picture", ("passage", "crop"), SEE, 200, {}),
    ("get", "hits", (), HITS, 200, {}),
    ("get", "hit", ("hit",), HITS, 200, {}),
    ("get", "hit_picture", ("hit", "crop"), HITS, 200, {}),
    ("post", "hit_decide", ("hit",), HITS, 302, {"state": "not_this"}),
    ("get", "review", (), REVIEW, 200, {}),
    ("get", "review_picture", ("passage", "crop"), REVIEW, 200, {}),
    ("post", "review_answer", ("passage",), REVIEW, 200, {"text": "20A-123.45"}),
    ("get", "samples", (), REVIEW, 200, {}),
    ("get", "lists", (), LISTS, 200, {}),
    ("get", "list_new", (), LISTS, 200, {}),
    ("get", "list", LIST, LISTS, 200, {}),
    ("post", "list_edit", LIST, LISTS, 302, LIST_SAID),
    ("post", "list_end", LIST, LISTS, 302, {"reason": "xong"}),
    ("post", "entry_add", LIST, LISTS, 302, {"text": "30A-555.55"}),
    ("post", "entry_drop", ("list", "entry"), LISTS, 302, {}),
    ("post", "import_add", LIST, LISTS, 422, {}),
    ("get", "import", ("list", "run"), LISTS, 200, {}),
    ("get", "import_report", ("list", "run"), LISTS, 200, {}),
    ("post", "check", (), CHECK, 200, ASKED),
    ("post", "check_photo", (), CHECK, 422, {}),
    ("get", "checks", (), CHECK, 200, {}),
    ("get", "cases", (), CASE, 200, {}),
    ("get", "case_new", (), CASE, 200, {}),
    ("get", "case", ONE, CASE, 200, {}),
    ("post", "case_plate", ONE, CASE, 302, {"text": "30A-555.55"}),
    ("post", "case_look", ONE, CASE, 422, {}),
    ("post", "case_kept", ONE, CASE, 200, {"reason": "Theo yêu cầu"}),
    ("post", "case_keep", ONE, CASE, 422, {}),
    ("post", "case_end", ONE, CASE, 302, {}),
    ("get", "case_picture", ("case", "kind", "passage", "crop"), CASE, 200, {}),
    ("get", "operations", (), OPERATE, 200, {}),
    ("get", "operation_new", (), OPERATE, 200, {}),
    ("get", "operation", OP, OPERATE, 200, {}),
    ("get", "operation_edit", OP, OPERATE, 200, {}),
    ("get", "operation_report", OP, OPERATE, 200, {}),
    ("post", "operation_end", OP, OPERATE, 302, {}),
    ("post", "point_add", OP, OPERATE, 302, {"name": "Chốt 2", "place": "Km 9"}),
    ("post", "point_drop", ("operation", "point"), OPERATE, 302, {}),
    ("post", "duty_add", ("operation", "point"), OPERATE, 422, {}),
    ("post", "duty_drop", ("operation", "duty"), OPERATE, 302, {}),
    ("get", "feeds", (), SETUP, 200, {}),
    ("get", "feed_new", (), SETUP, 200, {}),
    ("get", "feed", ("feed",), SETUP, 200, {}),
    ("get", "eyes", (), SETUP, 200, {}),
    ("get", "eye_new", (), SETUP, 200, {}),
    ("get", "eye", ("eye",), SETUP, 200, {}),
    ("get", "eye_scene", ("eye",), SETUP, 404, {}),
    ("post", "eye_drop", ("eye",), SETUP, 302, {}),
]  # fmt: skip
DAY = dt.timedelta(days=1)
LOOKED = ("read", "export")
Reader = Callable[..., tuple[HttpResponse, list[str]]]
OPEN_LISTS = {"feeds", "check_photo"}  # the same for whoever holds the right


def asked(client: Client, world: SimpleNamespace, entry: tuple[Any, ...]) -> int:
    method, name, ids, _permission, _status, data = entry
    address = reverse(f"traffic:{name}", args=[world.ids[one] for one in ids])
    owned = {"owner": world.department.pk} if name == "list_edit" else {}
    answer = getattr(client, method)(address, data | owned)
    if answer.streaming:
        answer.getvalue()  # read to its end, the file is closed
    return int(answer.status_code)


@pytest.mark.parametrize("entry", MATRIX, ids=lambda entry: entry[1])
def test_whoever_holds_the_right_there_and_nobody_else(
    client: Client, full: SimpleNamespace, entry: tuple[Any, ...]
) -> None:
    holder = full.make.account("holder", full.department)
    full.make.grant(holder, full.make.role("holder", entry[3]), full.department)
    other = full.make.account("other", full.department)
    full.make.grant(other, full.make.role("other", "alerts.view"), full.department)
    for who in (full.nobody, other):
        client.force_login(who)
        assert asked(client, full, entry) == 403
    if entry[2]:
        for who in (full.stranger, full.colleague):
            client.force_login(who)
            assert asked(client, full, entry) == 404
    client.force_login(holder)
    assert asked(client, full, entry) == entry[4]


@pytest.fixture
def look(client: Client, full: SimpleNamespace) -> Reader:
    client.force_login(full.owner)

    def one(name: str, *ids: str, **data: Any) -> tuple[HttpResponse, list[str]]:
        before = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True)[0]
        answer = client.get(reverse(f"traffic:{name}", args=[full.ids[one] for one in ids]), data)
        rows = AuditEntry.objects.filter(pk__gt=before, action__in=LOOKED, actor_id=full.owner.pk)
        return answer, list(rows.values_list("row", flat=True))

    return one


def shows_plates(answer: Any) -> bool:
    """A picture, a report, or a page with the plate in it."""
    if answer.streaming:
        answer.getvalue()
        return True
    return "20A-123.45" in answer.content.decode()


def test_whatever_shows_a_plate_is_told_once(look: Reader, full: SimpleNamespace) -> None:
    ListImport.objects.update(report=[Told(1, "20A-123.45", "joined", "20A12345").stored()])
    Passage.objects.update(scene=full.passage.crop)
    told, silent = {}, []
    for method, name, ids, _permission, _status, _data in MATRIX:
        if method == "get":
            answer, rows = look(name, *ids)
            assert len(rows) <= 1, name
            if shows_plates(answer) and not rows:
                silent.append(name)
            told[name] = bool(rows)
    assert silent == []
    assert {name for name, rows in told.items() if rows} >= {
        "passages", "passage", "passage_picture", "hits", "hit", "hit_picture", "review", "review_picture",
        "list", "import", "import_report", "checks", "case", "case_picture", "operation", "operation_report",
        "eye_scene",
    }  # fmt: skip
    assert not [name for name in ("overview", "flows", "lists", "cases", "feeds", "eyes") if told[name]]


def test_a_page_of_many_is_one_row_with_what_was_asked(look: Reader, full: SimpleNamespace) -> None:
    for n in range(5):
        make.pass_by(full.source, full.camera, f"20A-123.5{n}")
    _answer, rows = look("passages", vehicle="", origin="home")
    assert rows == ["traffic:passages:list"]
    assert "origin=home" in AuditEntry.objects.filter(action="read").order_by("-pk")[0].reason
    assert look("hits", state="waiting")[1] == ["traffic:hits:list"]
    answer, rows = look("passage_picture", "passage", "crop")
    assert shows_plates(answer)
    assert rows == [f"traffic:passage:{full.passage.pk}"]


def test_undo_is_ones_own(client: Client, full: SimpleNamespace) -> None:
    client.force_login(full.owner)
    client.post(reverse("traffic:review_answer", args=[full.passage.pk]), {"text": "20A-123.45"})
    address = reverse("traffic:review_undo", args=[Sample.objects.get().pk])
    for who, status in ((full.nobody, 403), (full.stranger, 404), (full.chief, 404), (full.owner, 200)):
        client.force_login(who)
        assert client.post(address).status_code == status
    assert Passage.objects.get(pk=full.passage.pk).review == 1


def test_the_matrix_is_whole() -> None:
    named = {pattern.name for pattern in urls.urlpatterns}
    assert {entry[1] for entry in MATRIX} == named - {"review_undo"}


def forms_of(full: SimpleNamespace) -> list[tuple[str, tuple[str, ...], str, dict[str, Any]]]:
    """name, which ids, permission, what a holder may send."""
    ids, owner = full.ids, full.department.pk
    free = make.camera(full.department, full.ward, north_m=1800)
    section = {"name": "Đoạn 2", "start": ids["camera"], "end": free.pk, "length_m": 900, "limit_kmh": 50}
    operation = {
        "name": "Đợt 2", "purpose": "check", "order": "KH", "starts_at": "2026-12-01 08:00",
        "ends_at": "2026-12-02 08:00",
    }  # fmt: skip
    later = f"{timezone.localtime() + dt.timedelta(days=5):%Y-%m-%d %H:%M}"
    case = {"title": "Vụ 2", "purpose": "x", "legal_basis": "y", "document": "z", "expires_at": later}
    feed = {
        "name": "Hãng B", "code": "hang-b", "plate_at": "/p", "time_at": "/t", "camera_at": "/c",
        "cameras": "{}", "colours": "{}", "directions": "{}", "vehicles": "{}",
    }  # fmt: skip
    eye = {"camera": free.pk, "a_second": 2, "lanes": "[]"}
    return [
        ("section_new", (), SETUP, section | {"owner": owner}),
        ("section_edit", ("section",), SETUP, section | {"owner": owner}),
        ("list_new", (), LISTS, LIST_SAID | {"owner": owner}),
        ("case_new", (), CASE, case | {"owner": owner}),
        ("operation_new", (), OPERATE, operation | {"owner": owner}),
        ("operation_edit", OP, OPERATE, operation | {"owner": owner}),
        ("feed_new", (), SETUP, feed | {"owner": owner}),
        ("feed", ("feed",), SETUP, feed | {"owner": owner}),
        ("eye_new", (), SETUP, eye),
        ("eye", ("eye",), SETUP, eye),
    ]


@pytest.mark.parametrize("number", range(10))
def test_forms_write_for_whoever_holds_the_right_there_and_nobody_else(
    client: Client, full: SimpleNamespace, number: int
) -> None:
    name, ids, permission, data = forms_of(full)[number]
    address = reverse(f"traffic:{name}", args=[full.ids[one] for one in ids])
    holder = full.make.account("holder", full.department)
    full.make.grant(holder, full.make.role("holder", permission), full.department)
    written = AuditEntry.objects.filter(table__startswith="traffic_")
    before = written.count()
    for who, status in (
        (full.nobody, 403), (full.stranger, 404 if ids else 422), (full.colleague, 404 if ids else 422),
    ):  # fmt: skip
        client.force_login(who)
        assert client.post(address, data).status_code == status, who
    assert written.count() == before
    client.force_login(holder)
    assert client.post(address, data).status_code in {200, 302}
    assert written.count() > before


def test_whoever_is_not_signed_in_is_led_to_the_door(client: Client, full: SimpleNamespace) -> None:
    door = reverse("account_login")
    for method, name, ids, _permission, _status, data in MATRIX:
        address = reverse(f"traffic:{name}", args=[full.ids[one] for one in ids])
        answer = getattr(client, method)(address, data)
        assert (name, answer.status_code, answer.headers.get("Location", "").startswith(door)) == (
            name, 302, True,
        )  # fmt: skip
