"""What stays and what goes: retention, incidents, evidence, a full disk."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.files.storage import default_storage
from django.utils import timezone

from naoso.connectors.evidence import verify
from naoso.core.alerts.models import Alert
from naoso.core.people.models import AuditEntry
from naoso.core.response.models import Incident
from naoso.core.response.tests.factories import incident
from naoso.domains.cameras import recordings
from naoso.domains.cameras.models import CameraSource, EvidencePackage, Footage, Hold, Look, LookKind
from naoso.domains.cameras.services import evidence
from naoso.domains.cameras.storage import storage_now
from naoso.domains.cameras.tests import factories as make
from naoso.kernel.errors import BadInput, NotAllowed

pytestmark = pytest.mark.django_db
KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
SIZE = 1000
ROOMY = 10**13


@pytest.fixture
def world(cast: SimpleNamespace, settings: Any, tmp_path: Path) -> SimpleNamespace:
    settings.RECORDINGS_DIR, settings.EVIDENCE_PRIVATE_KEY = tmp_path / "recordings", KEY
    settings.RECORDINGS_RESERVE_GB = 0
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": storage}
    cast.group = make.group(cast, retention_days=7)
    cast.source = make.source(cast, cast.group)
    cast.now, cast.root = timezone.now(), tmp_path / "recordings"
    return cast


def piece(world: SimpleNamespace, age: dt.timedelta, source: CameraSource | None = None) -> Footage:
    source = source or world.source
    began = world.now - age
    path = world.root / f"{source.pk}/{began:%Y%m%d}/{began:%H%M%S.%f}.mp4"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(str(path).encode().ljust(SIZE, b"x"))
    return Footage.objects.create(
        source=source,
        began_at=began,
        ended_at=began + MINUTE,
        path=str(path.relative_to(world.root)),
        size=SIZE,
    )


def case(world: SimpleNamespace, **more: Any) -> Incident:
    row = incident(world)
    Incident.objects.filter(pk=row.pk).update(point=Point(105.8505, 21.47, srid=4326), **more)
    row.refresh_from_db()
    return row


def files(world: SimpleNamespace) -> int:
    return sum(1 for _ in world.root.rglob("*.mp4"))


def test_what_is_older_than_its_group_keeps_goes_and_the_rest_stays(world: SimpleNamespace) -> None:
    elsewhere = make.source(world, make.group(world, "Kho", retention_days=30))
    old, young = piece(world, 8 * DAY), piece(world, 6 * DAY)
    longer = piece(world, 8 * DAY, elsewhere)
    assert recordings.tidy(world.now, ROOMY) == (1, SIZE)
    assert set(Footage.objects.values_list("pk", flat=True)) == {young.pk, longer.pk}
    assert files(world) == 2
    assert not (world.root / old.path).exists()


def test_an_incident_keeps_the_recordings_of_cameras_near_it(world: SimpleNamespace) -> None:
    far = make.source(world, world.group, place=(105.95, 21.6))
    unrecorded = make.source(world, make.group(world, "Không ghi", retention_days=0))
    row = case(world, opened_at=world.now - 5 * MINUTE)
    assert recordings.keep_for_incidents(world.now) == 1
    assert recordings.keep_for_incidents(world.now) == 0
    (hold,) = Hold.objects.all()
    assert (hold.source, hold.incident) == (world.source, row)
    assert hold.source not in {far, unrecorded}
    assert hold.began_at < row.opened_at < hold.ended_at


def test_held_recordings_outlive_retention_until_long_after_closing(world: SimpleNamespace) -> None:
    row = case(world, opened_at=world.now - 10 * DAY)
    Hold.objects.create(
        source=world.source,
        incident=row,
        began_at=world.now - 10 * DAY,
        ended_at=world.now - 9 * DAY,
        reason="near",
    )
    kept = piece(world, 9.5 * DAY)
    piece(world, 8 * DAY)
    recordings.tidy(world.now, ROOMY)
    assert list(Footage.objects.all()) == [kept]
    Incident.objects.filter(pk=row.pk).update(
        state="closed", outcome="resolved", closed_at=world.now - 9 * DAY
    )
    recordings.tidy(world.now, ROOMY)
    assert Footage.objects.exists()
    recordings.tidy(world.now + recordings.HELD_AFTER_CLOSING, ROOMY)
    assert not Footage.objects.exists()


def test_a_long_incident_holds_to_its_end(world: SimpleNamespace) -> None:
    row = case(world, opened_at=world.now - 20 * MINUTE)
    recordings.keep_for_incidents(world.now)
    later = world.now + dt.timedelta(hours=3)
    Incident.objects.filter(pk=row.pk).update(state="closed", outcome="resolved", closed_at=later)
    recordings.keep_for_incidents(later + MINUTE)
    assert Hold.objects.get().ended_at == later + recordings.AFTER_CLOSING


def test_an_incident_that_stays_open_goes_on_holding(world: SimpleNamespace) -> None:
    case(world, opened_at=world.now - 20 * MINUTE)
    recordings.keep_for_incidents(world.now)
    later = world.now + dt.timedelta(hours=3)
    recordings.keep_for_incidents(later)
    assert Hold.objects.get().ended_at == later + recordings.AFTER
    forgotten = world.now + recordings.LONGEST_HELD + DAY
    recordings.keep_for_incidents(forgotten)
    assert Hold.objects.get().ended_at == later + recordings.AFTER


def test_an_incident_of_last_night_is_held_when_the_worker_is_back(world: SimpleNamespace) -> None:
    case(world, opened_at=world.now - dt.timedelta(hours=9))
    assert recordings.keep_for_incidents(world.now) == 1


def test_on_a_full_disk_the_oldest_unprotected_goes_first_and_an_alert_came_before(
    world: SimpleNamespace, settings: Any
) -> None:
    settings.RECORDINGS_RESERVE_GB = 5000 / recordings.GB
    row = case(world)
    protected = piece(world, 5 * DAY)
    Hold.objects.create(
        source=world.source,
        incident=row,
        began_at=world.now - 6 * DAY,
        ended_at=world.now - 4 * DAY,
        reason="near",
    )
    younger = [piece(world, age * DAY) for age in (4, 3, 2, 1)]
    recordings.tidy(world.now, 9000)
    alert = Alert.objects.get(rule=recordings.DISK_RULE)
    assert Footage.objects.count() == 5
    recordings.tidy(world.now, 3500)
    left = set(Footage.objects.values_list("pk", flat=True))
    assert left == {protected.pk, younger[2].pk, younger[3].pk}
    alert.refresh_from_db()
    assert alert.owner == world.department
    recordings.tidy(world.now, ROOMY)
    alert.refresh_from_db()
    assert alert.cleared_at is not None


def test_evidence_is_packed_signed_and_never_removed(world: SimpleNamespace) -> None:
    row = case(world)
    inside = [piece(world, 30 * MINUTE), piece(world, 29 * MINUTE)]
    piece(world, 90 * MINUTE)
    package = evidence.export(
        actor=world.owner, incident=row, sources=[world.source], since=world.now - 30 * MINUTE,
        until=world.now - 28 * MINUTE, reason="Va chạm giao thông",
    )  # fmt: skip
    evidence.make(package.pk)
    evidence.make(package.pk)
    package.refresh_from_db()
    path = Path(default_storage.path(package.path))
    verdict = verify(path)
    assert verdict.holds
    assert verdict.manifest is not None
    assert (verdict.manifest["why"], verdict.manifest["incident"]) == ("Va chạm giao thông", row.number)
    assert len(verdict.manifest["files"]) == 2
    recordings.tidy(world.now + 30 * DAY, ROOMY)
    assert list(Footage.objects.order_by("began_at")) == inside
    data = path.read_bytes()
    at = data.index(b"xxxx")
    path.write_bytes(data[:at] + b"y" + data[at + 1 :])
    assert not verify(path).holds
    assert Look.objects.get().kind == LookKind.EXPORT
    assert AuditEntry.objects.filter(actor_id=world.owner.pk, reason__contains="Va chạm").exists()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"until": -31 * MINUTE}, "order"),
        ({"until": dt.timedelta(hours=7)}, "length"),
        ({"since": -70 * MINUTE, "until": -65 * MINUTE}, "recorded"),
        ({"reason": "  "}, "required"),
        ({"sources": []}, "range"),
    ],
)
def test_bad_wishes_are_refused(world: SimpleNamespace, change: dict[str, Any], rule: str) -> None:
    piece(world, 30 * MINUTE)
    values = {"since": -30 * MINUTE, "until": -10 * MINUTE, "reason": "x", "sources": [world.source]} | change
    for name in ("since", "until"):
        values[name] = world.now + values[name]
    with pytest.raises(BadInput) as caught:
        evidence.export(actor=world.owner, incident=case(world), **values)
    assert caught.value.errors[0].rule == rule
    assert not EvidencePackage.objects.exists()


def test_a_closed_case_and_a_stranger_get_nothing(world: SimpleNamespace) -> None:
    piece(world, 30 * MINUTE)
    row = case(world)
    wish = {"sources": [world.source], "since": world.now - 30 * MINUTE, "until": world.now, "reason": "x"}
    with pytest.raises(NotAllowed):
        evidence.export(actor=world.stranger, incident=row, **wish)
    Incident.objects.filter(pk=row.pk).update(state="closed", outcome="resolved", closed_at=world.now)
    with pytest.raises(BadInput):
        evidence.export(actor=world.owner, incident=row, **wish)


def test_a_package_whose_recording_is_gone_says_so(world: SimpleNamespace) -> None:
    gone = piece(world, 30 * MINUTE)
    package = evidence.export(
        actor=world.owner, incident=case(world), sources=[world.source], since=world.now - 30 * MINUTE,
        until=world.now, reason="x",
    )  # fmt: skip
    (world.root / gone.path).unlink()
    for last, state in ((False, "making"), (True, "failed")):
        with pytest.raises(FileNotFoundError):
            evidence.make(package.pk, last=last)
        package.refresh_from_db()
        assert (package.state, package.fault) == (state, "FileNotFoundError")


def test_a_package_that_would_lack_a_piece_is_not_signed(world: SimpleNamespace) -> None:
    _kept, gone = piece(world, 30 * MINUTE), piece(world, 25 * MINUTE)
    package = evidence.export(
        actor=world.owner, incident=case(world), sources=[world.source], since=world.now - 30 * MINUTE,
        until=world.now, reason="x",
    )  # fmt: skip
    gone.delete()
    with pytest.raises(FileNotFoundError):
        evidence.make(package.pk)
    package.refresh_from_db()
    assert (package.state, package.path) == ("failed", "")


def test_a_file_that_no_row_knows_is_swept_after_its_day(world: SimpleNamespace) -> None:
    kept, lost, fresh = piece(world, 3 * DAY), piece(world, 2 * DAY), piece(world, MINUTE)
    Footage.objects.filter(pk__in=[lost.pk, fresh.pk]).delete()
    assert recordings.sweep(world.now) == 1
    assert (world.root / kept.path).exists()
    assert (world.root / fresh.path).exists()
    assert not (world.root / lost.path).parent.exists()


def test_storage_is_forecast(world: SimpleNamespace) -> None:
    for hours in range(10):
        piece(world, dt.timedelta(hours=hours) + MINUTE)
    now = storage_now()
    (group,) = now.groups
    assert (group.size, group.last_day) == (10 * SIZE, 10 * SIZE)
    assert group.a_day == pytest.approx(10 * SIZE * 24 / (9 + 1 / 60), rel=0.01)  # at the pace so far
    assert group.expected == 7 * group.a_day
    assert now.full_in_days is None
