"""Reviews, cases, checks, operations, retention, open counts."""

from __future__ import annotations

import datetime as dt
import io
import uuid
import zipfile
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from naoso.core.people.models import AuditEntry
from naoso.domains.traffic.models import Case, CasePassage, Check, Hit, Passage, Quarter, Sample
from naoso.domains.traffic.models.operations import Operation
from naoso.domains.traffic.partitions import day_of
from naoso.domains.traffic.selectors.flows import matrix, trips
from naoso.domains.traffic.selectors.journeys import journey, together
from naoso.domains.traffic.selectors.reports import report_of
from naoso.domains.traffic.services import cases, operations, reviewing
from naoso.domains.traffic.services.checks import Question, check_plate
from naoso.domains.traffic.services.retention import forget_old
from naoso.domains.traffic.tests import factories as make
from naoso.kernel.errors import BadInput, Conflict, NotAllowed

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def picture(name: str = "passages/2026-01-05/a.jpg") -> str:
    return str(default_storage.save(name, ContentFile(b"\xff\xd8picture")))


def doubtful(world: SimpleNamespace, plate: str = "20A-123.45") -> Passage:
    return make.pass_by(world.source, world.camera, plate, agreed=False, crop=picture())


@pytest.mark.parametrize(
    ("text", "said", "plate"),
    [("20a 123 45", 2, "20A12345"), ("20A-128.45", 3, "20A12845"), ("", 4, "20A12345")],
)
def test_an_answer_mends_the_passage_and_is_a_sample(
    world: SimpleNamespace, text: str, said: int, plate: str
) -> None:
    row = doubtful(world)
    sample = reviewing.answer(actor=world.owner, passage=row, text=text)
    row = Passage.objects.get(pk=row.pk)
    assert (row.review, row.plate, row.raw) == (said, plate, "20A-123.45")
    assert (sample.was, sample.said, sample.picture) == ("20A12345", said, "traffic-kept/2026-01-05/a.jpg")
    with pytest.raises(Conflict):
        reviewing.answer(actor=world.owner, passage=row, text=text)
    reviewing.undo(actor=world.owner, sample=sample)
    row = Passage.objects.get(pk=row.pk)
    assert (row.review, row.plate, Sample.objects.count()) == (1, "20A12345", 0)


def test_samples_are_handed_out_as_a_folder_that_readers_are_measured_with(
    client: Client, world: SimpleNamespace
) -> None:
    sample = reviewing.answer(actor=world.owner, passage=doubtful(world), text="20A-128.45")
    told = {}
    for who in (world.owner, world.stranger):
        client.force_login(who)
        answer = client.get("/traffic/review/samples.zip")
        with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:  # type: ignore[attr-defined]
            told[who.username] = {name: archive.read(name) for name in archive.namelist()}
    head = "file,plates,note"
    assert told["owner"].pop("ground_truth.csv").decode().splitlines() == [
        head, f"{sample.pk}.jpg,20A12845,read as 20A12345",
    ]  # fmt: skip
    assert told["owner"] == {f"{sample.pk}.jpg": b"\xff\xd8picture"}
    assert told["stranger"].pop("ground_truth.csv").decode().splitlines() == [head]
    assert not told["stranger"]
    assert AuditEntry.objects.filter(action="export", reason="1 pictures").count() == 1


def test_a_corrected_plate_is_looked_up(world: SimpleNamespace) -> None:
    make.watch_list(world.department, "29B-777.77", likeness="exact")
    row = doubtful(world)
    assert not Hit.objects.exists()
    reviewing.answer(actor=world.owner, passage=row, text="29B-777.77")
    assert Hit.objects.get().plate == "29B77777"
    with pytest.raises(NotAllowed):
        reviewing.answer(actor=world.stranger, passage=doubtful(world), text="")


def a_case(world: SimpleNamespace, **more: object) -> Case:
    told = {
        "title": "Vụ 1", "purpose": "Xác minh", "legal_basis": "BLTTHS 2015", "document": "YC-1",
        "expires_at": timezone.now() + 10 * DAY,
    } | more  # fmt: skip
    return cases.open_case(actor=world.owner, opener=world.owner, owner=world.department, **told)  # type: ignore[arg-type]


def test_a_journey_is_seen_inside_an_open_case_with_a_reason_alone(world: SimpleNamespace) -> None:
    row = a_case(world)
    cases.add_plate(actor=world.owner, case=row, text="20A-123.45")
    make.pass_by(world.source, world.camera)
    since = timezone.now() - DAY
    with pytest.raises(BadInput):
        cases.look(actor=world.owner, case=row, what="journey", reason=" ")
    cases.look(actor=world.owner, case=row, what="journey", reason="Theo yêu cầu điều tra")
    assert AuditEntry.objects.filter(action="read", row=row.subject, actor_id=world.owner.pk).exists()
    assert [one.place for one in journey(world.owner, row, "20A12345", since)] == [world.camera.data["name"]]
    assert journey(world.stranger, row, "20A12345", since) == []
    cases.end_case(actor=world.owner, case=row)
    row.refresh_from_db()
    assert journey(world.owner, row, "20A12345", since) == []
    with pytest.raises(Conflict):
        cases.look(actor=world.owner, case=row, what="journey", reason="Xem lại lần nữa")


@pytest.mark.parametrize(
    "more", [{"purpose": ""}, {"legal_basis": " "}, {"document": ""}, {"days": 400}, {"days": -1}]
)
def test_a_case_says_why_and_ends(world: SimpleNamespace, more: dict[str, object]) -> None:
    days = more.pop("days", None)
    if isinstance(days, int):
        more = {"expires_at": timezone.now() + days * DAY}
    with pytest.raises(BadInput):
        a_case(world, **more)


def test_company_is_found_by_cameras_in_common(world: SimpleNamespace) -> None:
    gates = [world.camera, *(make.camera(world.department, world.ward, north_m=n * 1000) for n in (1, 2))]
    row = a_case(world)
    for n, gate in enumerate(gates):
        make.pass_by(world.source, gate, "20A-123.45", at=make.ago(minutes=30 - 5 * n))
        make.pass_by(world.source, gate, "30K-468.12", at=make.ago(minutes=29 - 5 * n))
    make.pass_by(world.source, world.camera, "29A-111.11", at=make.ago(minutes=30))
    found = together(world.owner, row, "20A12345", minutes=3, cameras=2, since=timezone.now() - DAY)
    assert [(one["plate"], one["cameras"]) for one in found] == [("30K46812", 3)]
    assert together(world.stranger, row, "20A12345", minutes=3, cameras=2, since=timezone.now() - DAY) == []
    steps = trips(world.owner, timezone.now() - DAY, timezone.now() + DAY)
    assert {(a, b): n for a, b, n in steps} == {(gates[0].pk, gates[1].pk): 2, (gates[1].pk, gates[2].pk): 2}
    columns, rows = matrix(steps)
    assert len(columns) == len(rows) == 3
    assert trips(world.nobody, timezone.now() - DAY, timezone.now()) == []


def test_retention_drops_days_and_keeps_what_a_case_needs(world: SimpleNamespace) -> None:
    row = a_case(world)
    cases.add_plate(actor=world.owner, case=row, text="20A-123.45")
    old = timezone.now() - 29 * DAY
    name = picture(f"passages/{day_of(old):%Y-%m-%d}/p.jpg")
    for plate in ("20A-123.45", "29A-111.11"):
        make.pass_by(world.source, world.camera, plate, at=old.isoformat(), crop=name)
    make.pass_by(world.source, world.camera, "29A-222.22")
    assert forget_old(timezone.now()) == 0
    assert Passage.objects.count() == 3
    assert forget_old(timezone.now() + 2 * DAY) == 1
    assert [one.plate for one in Passage.objects.all()] == ["29A22222"]
    kept = CasePassage.objects.get()
    assert (kept.plate, default_storage.exists(kept.crop), default_storage.exists(name)) == (
        "20A12345",
        True,
        False,
    )
    seen = journey(world.owner, row, "20A12345", timezone.now() - 60 * DAY)
    assert [(one.kind, one.picture) for one in seen] == [("case", "crop")]


def ask(world: SimpleNamespace, text: str, who: object = None, **more: object) -> Check:
    told = {"reason": "patrol", "words": "Kiểm soát trên đường", "key": uuid.uuid4()} | more
    return check_plate(actor=who or world.owner, question=Question(text=text, **told))  # type: ignore[arg-type]


def test_a_check_answers_and_is_kept_with_its_reason(world: SimpleNamespace) -> None:
    make.watch_list(world.department, "20A-123.45", "20-MĐ1 234.56")
    make.watch_list(world.department, "20A-115.01", sort="allowed")
    for text, verdict in (
        ("20a12345", "wanted"), ("20A 123.46", "similar"), ("20A-115.01", "allowed"),
        ("30A-555.55", "unknown"),
        ("20MĐ123456", "wanted"), ("UN-4417", "unknown"),
    ):  # fmt: skip
        assert (text, ask(world, text).verdict) == (text, verdict)
    assert AuditEntry.objects.filter(action="read", row="traffic:plate:20A12345").count() == 1
    key = uuid.uuid4()
    assert ask(world, "20A12345", key=key).pk == ask(world, "20A12345", key=key).pk
    for fault in ({"words": ""}, {"reason": "neugier"}):
        with pytest.raises(BadInput):
            ask(world, "20A12345", **fault)
    with pytest.raises(BadInput):
        ask(world, "xin chào")


def test_lists_of_other_bodies_are_asked_on_duty_alone(world: SimpleNamespace) -> None:
    watch = make.watch_list(world.department, "20A-123.45")
    assert ask(world, "20A12345", world.colleague).verdict == "unknown"
    with pytest.raises(NotAllowed):
        ask(world, "20A12345", world.nobody)
    now = timezone.now()
    operation = operations.save_operation(
        actor=world.owner, cameras=[world.camera], lists=[watch],
        operation=Operation(
            name="Chốt", order="KH 1", owner=world.department, starts_at=now - DAY, ends_at=now + DAY
        ),
    )  # fmt: skip
    point = operations.add_point(
        actor=world.owner, operation=operation, name="Chốt 1", place="Km 5", camera=world.camera
    )
    operations.put_on_duty(actor=world.owner, point=point, person=world.colleague)
    assert ask(world, "20A12345", world.colleague, point_id=point.pk).verdict == "wanted"
    make.pass_by(world.source, world.camera, "30A-555.55")
    make.pass_by(world.source, world.camera, "20A-123.45")
    report = report_of(operation, world.owner)
    assert (report["total"], report["outside_percent"], report["checks"], len(report["hits"])) == (
        2,
        50.0,
        1,
        1,
    )
    with pytest.raises(NotAllowed):
        operations.add_point(actor=world.stranger, operation=operation, name="x", place="y")
    operations.end_operation(actor=world.owner, operation=operation)
    assert ask(world, "20A12345", world.colleague).verdict == "unknown"


def test_open_counts_hold_no_plate_and_no_small_number(client: Client, world: SimpleNamespace) -> None:
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) - DAY
    for hour, n in ((8, 12), (9, 3)):
        Quarter.objects.create(
            camera=world.camera, owner=world.department, n=n, outside=6 if n == 12 else 1,
            start=start + dt.timedelta(hours=hour),
        )  # fmt: skip
    day = f"{start:%Y-%m-%d}"
    rows = client.get("/api/v1/traffic/counts", {"start": day}).json()["rows"]
    assert [(row["count"], row["out_of_province"]) for row in rows] == [(12, 6), (None, None)]
    text = client.get("/api/v1/traffic/counts.csv", {"start": day}).content.decode()
    assert text.splitlines()[2].endswith(",,")
    assert client.get("/api/v1/traffic/counts", {"days": 99}).status_code == 422
