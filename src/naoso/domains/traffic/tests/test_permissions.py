"""The matrix: who gets in, who does not, at every address; hidden rows stay hidden."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.core.people.models import AuditEntry
from naoso.core.response.models import Incident, IncidentKind
from naoso.domains.traffic import layers, panel, urls
from naoso.domains.traffic.models import (
    Desk,
    Duty,
    Hit,
    ListImport,
    Operation,
    Passage,
    PlateCamera,
    ReaderFeed,
    Sample,
    Section,
)
from naoso.domains.traffic.services import cases, operations
from naoso.domains.traffic.services.eyes import save_plate_camera
from naoso.domains.traffic.services.import_lines import Told
from naoso.domains.traffic.services.setup import save_desk
from naoso.domains.traffic.tests import factories as make
from naoso.kernel.errors import NotAllowed

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


@pytest.fixture
def full(world: SimpleNamespace) -> SimpleNamespace:
    crop = default_storage.save("passages/2026-01-05/a.jpg", ContentFile(b"\xff\xd8"))
    watch = make.watch_list(world.department, "20A-123.45")
    passage = make.pass_by(world.source, world.camera, agreed=False, crop=crop)
    other = make.camera(world.department, world.ward, north_m=900)
    section = Section.objects.create(
        name="Đoạn 1", start=world.camera, end=other, length_m=900, limit_kmh=50, owner=world.department
    )
    now = timezone.now()
    operation = operations.save_operation(
        actor=None, cameras=[], lists=[watch],
        operation=Operation(
            name="Đợt 1", order="KH", owner=world.department, starts_at=now,
            ends_at=now + dt.timedelta(days=1),
        ),
    )  # fmt: skip
    point = operations.add_point(actor=None, operation=operation, name="Chốt 1", place="Km 5")
    case = cases.open_case(
        actor=None, opener=world.owner, owner=world.department, title="Vụ mật", purpose="x", legal_basis="y",
        document="z", expires_at=now + dt.timedelta(days=5),
    )  # fmt: skip
    cases.add_plate(actor=None, case=case, text="20A-123.45")
    feed = ReaderFeed.objects.create(
        name="Hãng A", source=make.source(world.department), plate_at="/p",
        time_at="/t", camera_at="/c",
    )  # fmt: skip
    report = default_storage.save("traffic-imports/a.csv.report.csv", ContentFile(b"line"))
    run = ListImport.objects.create(watch_list=watch, file=report, name="a.csv", state="done", by=world.owner)
    world.watch, world.passage = watch, passage
    world.ids = {
        "camera": world.camera.pk, "section": section.pk, "passage": passage.pk, "hit": Hit.objects.get().pk,
        "crop": "crop", "list": watch.pk, "entry": watch.entries.get().pk, "run": run.pk, "case": case.pk,
        "kind": "passage", "operation": operation.pk, "point": point.pk, "feed": feed.pk,
        "eye": save_plate_camera(actor=None, row=PlateCamera(camera=world.camera)).pk,
        "duty": Duty.objects.create(point=point, person=world.owner).pk,
    }  # fmt: skip
    return world


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


def test_nothing_of_another_is_reached_through_ones_own(client: Client, full: SimpleNamespace) -> None:
    """The second number of an address belongs to the first."""
    client.force_login(full.owner)
    theirs = make.watch_list(full.agency, "30A-555.55")
    own = make.watch_list(full.department, "30A-666.66").pk
    ids = full.ids
    now = timezone.now()
    other = operations.save_operation(
        actor=None, cameras=[], lists=[],
        operation=Operation(name="x", order="y", owner=full.department, starts_at=now, ends_at=now + DAY),
    ).pk  # fmt: skip
    for method, name, args in (
        ("post", "entry_drop", (own, theirs.entries.get().pk)), ("get", "import", (own, ids["run"])),
        ("get", "import_report", (own, ids["run"])), ("post", "point_drop", (other, ids["point"])),
        ("post", "duty_add", (other, ids["point"])), ("post", "duty_drop", (other, ids["duty"])),
        ("get", "case_picture", (ids["case"], "case", ids["passage"], "crop")),
        ("get", "hit_picture", (ids["hit"], "raw")),
    ):  # fmt: skip
        assert getattr(client, method)(reverse(f"traffic:{name}", args=args)).status_code == 404, name


def test_whoever_is_not_signed_in_is_led_to_the_door(client: Client, full: SimpleNamespace) -> None:
    door = reverse("account_login")
    for method, name, ids, _permission, _status, data in MATRIX:
        address = reverse(f"traffic:{name}", args=[full.ids[one] for one in ids])
        answer = getattr(client, method)(address, data)
        assert (name, answer.status_code, answer.headers.get("Location", "").startswith(door)) == (
            name, 302, True,
        )  # fmt: skip


def test_hidden_rows_stay_hidden(client: Client, full: SimpleNamespace) -> None:
    place = full.camera.data["name"]
    words = ("20A-123.45", "Vụ mật", "Đợt 1", "Đoạn 1", full.watch.name, "Hãng A", place)
    for who in (full.stranger, full.colleague):
        client.force_login(who)
        assert not layers.junctions_layer(who, None)["features"]
        for name in (
            "overview",
            "passages",
            "hits",
            "review",
            "lists",
            "checks",
            "cases",
            "operations",
            "sections",
            "flows",
            "feeds",
            "eyes",
            "section_new",
            "operation_new",
            "eye_new",
        ):
            page = client.get(reverse(f"traffic:{name}")).content.decode()
            assert not [word for word in words if word in page], name
    assert layers.junctions_layer(full.owner, None)["features"][0]["properties"]["value"] == 1


def test_the_panel_shows_plates_to_whoever_may_see_them(full: SimpleNamespace) -> None:
    incident = Incident.objects.create(
        kind=IncidentKind.objects.get(code="traffic"), title="Va chạm", severity=2, owner=full.department,
        point=full.camera.shape, number="2026-9", due_at=timezone.now(),
    )  # fmt: skip
    found = panel.beside(full.owner, incident)
    assert found is not None
    assert [row.plate for row in found["passages"]] == ["20A12345"]
    Hit.objects.update(incident_id=incident.pk)
    text = render_to_string("traffic/incident_panel.html", panel.beside(full.owner, incident))
    assert text.count("20A-123.45") == 2  # the hit and the passage
    assert panel.beside(full.stranger, incident) is None


def test_a_list_of_another_body_is_not_given_away(client: Client, full: SimpleNamespace) -> None:
    client.force_login(full.stranger)
    file = SimpleUploadedFile("a.csv", b"20A-123.45\n")
    assert client.post(reverse("traffic:import_add", args=[full.watch.pk]), {"file": file}).status_code == 404


def test_plates_are_shown_to_whoever_holds_their_right_alone(client: Client, full: SimpleNamespace) -> None:
    scene = default_storage.save("passages/2026-01-05/s.jpg", ContentFile(b"\xff\xd8"))
    Passage.objects.update(scene=scene)
    Operation.objects.update(starts_at=timezone.now() - dt.timedelta(hours=1))
    holder = full.make.account("holder", full.department)
    full.make.grant(holder, full.make.role("sets-up", SETUP, OPERATE), full.department)
    client.force_login(holder)
    picture = reverse("traffic:eye_scene", args=[full.ids["eye"]])
    pages = [
        reverse(f"traffic:{name}", args=[full.ids["operation"]]) for name in ("operation", "operation_report")
    ]
    assert client.get(picture).status_code == 404
    for page in pages:
        text = client.get(page).content.decode()
        assert "20A-123.45" not in text
        assert "0 đã xác nhận" in text  # hits are counted
    full.make.grant(holder, full.make.role("sees", SEE, HITS), full.department)
    assert client.get(picture).getvalue()  # type: ignore[attr-defined]
    assert all("20A-123.45" in client.get(page).content.decode() for page in pages)


def test_settings_of_all_are_changed_by_whoever_sets_up_everywhere(
    client: Client, full: SimpleNamespace
) -> None:
    said = {"keep_days": "90", "sure_from": "0.9", "usual_kmh": "40", "open_counts": "on"}
    client.force_login(full.owner)
    assert "keep_days" not in client.get(reverse("traffic:feeds")).content.decode()
    assert client.post(reverse("traffic:feeds"), said).status_code == 403
    with pytest.raises(NotAllowed):
        save_desk(actor=full.owner, desk=Desk(keep_days=90))
    client.force_login(full.chief)
    assert client.post(reverse("traffic:feeds"), said | {"keep_days": "0"}).status_code == 422
    assert client.post(reverse("traffic:feeds"), said).status_code == 302
    assert Desk.objects.get().keep_days == 90


def test_a_readers_passages_and_row_are_its_sources_owners(client: Client, full: SimpleNamespace) -> None:
    feed = ReaderFeed.objects.get()
    address = reverse("traffic:feed", args=[feed.pk])
    client.force_login(full.stranger)
    assert client.get(address).status_code == 404
    feed.source.owner = full.agency
    feed.source.save()
    assert client.get(address).status_code == 200
    said = {"name": "Hãng A", "owner": full.department.pk, "enabled": "on", "plate_at": "/p", "time_at": "/t",
            "camera_at": "/c", "cameras": "{}", "colours": "{}", "directions": "{}",
            "vehicles": "{}"}  # fmt: skip
    assert client.post(address, said).status_code == 302
    feed.source.refresh_from_db()
    assert feed.source.owner == full.agency
    client.force_login(full.owner)
    assert client.get(address).status_code == 404
