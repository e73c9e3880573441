"""What a person reads reaches journeys, runs and hits, and an answer taken back puts all of it back."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from naoso.core.alerts.models import Alert
from naoso.domains.traffic.models import Hit, Passage, Sample, Section, SectionRun
from naoso.domains.traffic.selectors.flows import trips
from naoso.domains.traffic.selectors.journeys import journey, together
from naoso.domains.traffic.services.cases import add_plate, open_case
from naoso.domains.traffic.services.hits import decide
from naoso.domains.traffic.services.lists import remove_entry
from naoso.domains.traffic.services.reviewing import answer, undo
from naoso.domains.traffic.tests import factories as make
from naoso.kernel.errors import Conflict

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def doubtful(
    world: SimpleNamespace, camera: object = None, plate: str = "20A-123.45", **more: str
) -> Passage:
    crop = default_storage.save("passages/2026-01-05/a.jpg", ContentFile(b"\xff\xd8"))
    return make.pass_by(world.source, camera or world.camera, plate, agreed=False, crop=crop, **more)  # type: ignore[arg-type]


def test_a_picture_without_a_plate_is_in_no_journey(world: SimpleNamespace) -> None:
    case = open_case(
        actor=world.owner, opener=world.owner, owner=world.department, title="Vụ 1", purpose="x",
        legal_basis="y", document="z", expires_at=timezone.now() + DAY,
    )  # fmt: skip
    add_plate(actor=world.owner, case=case, text="20A-123.45")
    gate, since = make.camera(world.department, world.ward, north_m=1000), timezone.now() - DAY
    make.pass_by(world.source, gate, "20A-123.45", at=make.ago(minutes=3))
    make.pass_by(world.source, world.camera, "30A-555.55")
    row = doubtful(world)

    def seen() -> tuple[int, int, int]:
        company = together(world.owner, case, "20A12345", minutes=2, cameras=1, since=since)
        return (
            len(journey(world.owner, case, "20A12345", since)),
            len(company),
            len(trips(world.owner, since, timezone.now() + DAY)),
        )

    assert seen() == (2, 1, 1)
    sample = answer(actor=world.owner, passage=row, text="")
    assert seen() == (1, 0, 0)
    undo(actor=world.owner, sample=sample)
    assert seen() == (2, 1, 1)


def runs() -> dict[str, int]:
    return {row.plate: round(row.speed_kmh) for row in SectionRun.objects.all()}


@pytest.mark.parametrize("gate", ["first", "second"])
def test_runs_are_measured_by_what_a_person_reads(world: SimpleNamespace, gate: str) -> None:
    second = make.camera(world.department, world.ward, north_m=2000)
    Section.objects.create(
        name="Đoạn 1", start=world.camera, end=second, length_m=2000, limit_kmh=60, owner=world.department
    )
    now = timezone.now()
    early, late = (now - dt.timedelta(minutes=1)).isoformat(), now.isoformat()
    wrong = {"first": "20A-128.45", "second": "20A-123.45"}
    first = doubtful(world, plate=wrong["first"] if gate == "first" else "20A-123.45", at=early)
    last = doubtful(world, second, wrong["first"] if gate == "second" else "20A-123.45", at=late)
    assert runs() == {}
    row = first if gate == "first" else last
    sample = answer(actor=world.owner, passage=row, text="20A-123.45")
    assert runs() == {"20A12345": 120}
    undo(actor=world.owner, sample=sample)
    assert runs() == {}
    answer(actor=world.owner, passage=row, text="20A-123.45")
    answer(actor=world.owner, passage=last if gate == "first" else first, text="")
    assert runs() == {}


@pytest.mark.parametrize("text", ["", "30A-555.55", "20A-123.46"])
def test_a_hit_on_a_plate_read_wrongly_is_refuted(world: SimpleNamespace, text: str) -> None:
    make.watch_list(world.department, "20A-123.45")
    row = doubtful(world)
    sample = answer(actor=world.owner, passage=row, text=text)
    hit = Hit.objects.get()
    assert (hit.refuted, hit.plate, Alert.objects.get().active) == (True, "20A12345", False)
    assert not Hit.objects.waiting().exists()
    with pytest.raises(Conflict):
        decide(actor=world.owner, hit=hit, state="confirmed")
    undo(actor=world.owner, sample=sample)
    hit.refresh_from_db()
    assert (hit.refuted, hit.state, Alert.objects.filter(active=True).count()) == (False, "waiting", 1)


def test_a_correction_moves_a_hit_to_the_other_list_and_back(world: SimpleNamespace) -> None:
    old = make.watch_list(world.department, "20A-123.45", likeness="exact").entries.get()
    new = make.watch_list(world.department, "20A-128.45", likeness="exact").entries.get()
    row = doubtful(world)
    decide(actor=world.owner, hit=Hit.objects.get(), state="not_this", note="không phải")

    def told() -> dict[int, tuple[str, bool, bool]]:
        return {hit.entry_id: (hit.state, hit.refuted, hit.decided_by is None) for hit in Hit.objects.all()}

    sample = answer(actor=world.owner, passage=row, text="20A-128.45")
    assert told() == {old.pk: ("not_this", True, False), new.pk: ("waiting", False, True)}
    undo(actor=world.owner, sample=sample)
    assert told() == {old.pk: ("not_this", False, False), new.pk: ("waiting", True, True)}
    answer(actor=world.owner, passage=row, text="20A-128.45")
    assert Hit.objects.waiting().get().entry_id == new.pk
    undo(actor=world.owner, sample=Sample.objects.get())
    answer(actor=world.owner, passage=row, text="20A-123.45")
    assert told() == {old.pk: ("not_this", False, False), new.pk: ("waiting", True, True)}


def test_an_answer_taken_back_gives_a_near_miss_its_own_reading_back(world: SimpleNamespace) -> None:
    make.watch_list(world.department, "20A-123.45")
    row = doubtful(world, plate="20A-123.46")
    decide(actor=world.owner, hit=Hit.objects.get(), state="not_this")
    sample = answer(actor=world.owner, passage=row, text="20A-123.45")
    assert Hit.objects.waiting().get().likeness == "exact"
    undo(actor=world.owner, sample=sample)
    hit = Hit.objects.get()
    assert (hit.plate, hit.likeness, hit.state, hit.decided_by) == (
        "20A12346", "near", "not_this", world.owner,
    )  # fmt: skip


def test_an_answer_taken_back_wakes_no_hit_of_a_plate_that_was_taken_off(world: SimpleNamespace) -> None:
    entry = make.watch_list(world.department, "20A-123.45").entries.get()
    sample = answer(actor=world.owner, passage=doubtful(world), text="30A-555.55")
    remove_entry(actor=world.owner, entry=entry, reason="Đã tìm thấy xe")
    undo(actor=world.owner, sample=sample)
    assert not Hit.objects.waiting().exists()
    assert not Alert.objects.filter(active=True).exists()
