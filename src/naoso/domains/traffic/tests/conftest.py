"""What most tests of traffic stand on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from naoso.domains.traffic.models import (
    Duty,
    Hit,
    ListImport,
    Operation,
    PlateCamera,
    ReaderFeed,
    Section,
)
from naoso.domains.traffic.services import cases, operations
from naoso.domains.traffic.services.eyes import save_plate_camera
from naoso.domains.traffic.tests import factories as make


@pytest.fixture
def world(cast: SimpleNamespace, settings: Any, tmp_path: Path) -> SimpleNamespace:
    """The cast, a reader of the department's, a camera in its ward, files of its own."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    cast.source = make.source(cast.department)
    cast.camera = make.camera(cast.department, cast.ward)
    make.incident_kinds()
    return cast


@pytest.fixture
def full(world: SimpleNamespace) -> SimpleNamespace:
    """With one of everything; `ids` for their addresses."""
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
