"""Rounds against simulated cameras: states, outages, one alert for many, thumbnails, few statements."""

from __future__ import annotations

import asyncio
import datetime as dt
from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from naoso.cli.simulated_cameras.clips import Form, drawn
from naoso.connectors.rtsp import Credentials, Fault
from naoso.connectors.rtsp.serving import HANGING, OFFLINE, OLD_CLOCK, SILENT, Camera, Site, serving
from naoso.core.alerts.models import Alert
from naoso.core.notify.models import Notification
from naoso.core.response.models import Incident
from naoso.core.response.tests.factories import kind
from naoso.domains.cameras.models import CameraHealth, MassOutage, Outage
from naoso.domains.cameras.reaching import sealed
from naoso.domains.cameras.rules.health import Known
from naoso.domains.cameras.rules.picture import SIZE, Shot
from naoso.domains.cameras.services.sources import disconnect
from naoso.domains.cameras.tests import factories as make
from naoso.domains.cameras.watching import asking, rounds
from naoso.domains.cameras.watching.asking import Answer, ask_all
from naoso.domains.cameras.watching.book import Book

SMALL = Form(320, 180, 10, 200_000, 0.5, 2.0)
WHO = Credentials("demo", "geheim")
EVERY = dt.timedelta(seconds=30)


@pytest.fixture
def stored(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    settings.CAMERA_NETWORKS = (ip_network("127.0.0.0/8"),)


def wanted(number: int, url: str, password: str = "geheim", before: Shot | None = None) -> asking.Wanted:
    return asking.Wanted(number, url, "demo", sealed(password), asking.Baseline(), before)


def test_cameras_answer_or_have_their_fault(settings: Any, stored: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(asking, "TIMEOUT_S", 1.0)
    monkeypatch.setattr(asking, "PICTURE_S", 1.5)
    monkeypatch.setattr(asking, "LATE_S", 60.0)
    site = Site({"main": drawn(SMALL, 1), "sub": drawn(SMALL, 1)}, {}, WHO)
    for code, fault in (
        ("good", ""),
        ("gone", OFFLINE),
        ("mute", SILENT),
        ("hung", HANGING),
        ("old", OLD_CLOCK),
    ):
        site.cameras[code] = Camera("main", "sub", fault)

    async def all_of_them() -> list[Answer]:
        async with serving(site, "127.0.0.1", 0) as port:
            at = f"rtsp://127.0.0.1:{port}"
            asked = [wanted(n, f"{at}/{code}/sub") for n, code in enumerate(site.cameras)]
            return await ask_all([*asked, wanted(8, f"{at}/good", "falsch"), wanted(9, f"{at}/nobody")])

    good, gone, mute, hung, old, refused, unknown = asyncio.run(all_of_them())
    assert (good.fault, good.codec, good.size) == (None, "h264", (320, 180))
    assert good.shot is not None
    assert good.shot.grey.shape == (SIZE[1], SIZE[0])
    assert good.thumbnail.startswith(b"\xff\xd8")
    assert len(good.thumbnail) <= 10_000
    assert (gone.fault, refused.fault, unknown.fault) == (Fault.UNREACHABLE, Fault.REFUSED, Fault.UNSUPPORTED)
    assert {mute.fault, hung.fault} <= {Fault.SILENT}
    assert old.clock_offset_s is not None
    assert old.clock_offset_s < -1e9


def picture(level: float = 1.0, seed: int = 0) -> Shot:
    """A lively one."""
    grey = np.random.default_rng(seed).uniform(0, 255, (SIZE[1], SIZE[0])) * level
    return Shot(grey.astype(np.float32))


def answers(book: Book, out: set[int], fault: Fault = Fault.UNREACHABLE, offset: float = 0.0) -> list[Answer]:
    return [
        Answer(pk, fault)
        if pk in out
        else Answer(pk, None, 12, offset, "h264", (640, 360), picture(seed=pk), thumbnail=b"\xff\xd8jpeg")
        for pk in book.pages
    ]


def go(book: Book, times: int, out: set[int], **more: Any) -> None:
    """So many rounds, half a minute apart, the last of them now."""
    book.clock = getattr(book, "clock", timezone.now() - 40 * EVERY)  # type: ignore[attr-defined]
    for _round in range(times):
        book.refresh()
        book.clock += EVERY  # type: ignore[attr-defined]
        rounds.take(book, answers(book, out, **more), book.clock)  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_camera_goes_out_and_comes_back(cast: SimpleNamespace, stored: None) -> None:
    kind("equipment")
    row, book = make.source(cast), Book()
    go(book, 1, set())
    health = CameraHealth.objects.get()
    assert (health.state, health.width, health.latency_ms) == ("ok", 640, 12)
    with default_storage.open(health.thumbnail) as file:
        assert file.read() == b"\xff\xd8jpeg"
    go(book, 2, {row.pk})
    assert not Outage.objects.exists()
    go(book, 1, {row.pk})
    outage = Outage.objects.get()
    assert (outage.state, outage.told_at) == ("unreachable", None)
    assert outage.began_at == book.clock - 2 * EVERY  # type: ignore[attr-defined]
    go(book, 1, {row.pk})
    alert = Alert.objects.get()
    assert (alert.rule, alert.subject, alert.owner) == (
        "camera-out", f"cameras:camera:{row.camera_id}", cast.department,
    )  # fmt: skip
    go(book, 3, set())
    outage.refresh_from_db()
    assert outage.ended_at == book.clock - 2 * EVERY  # type: ignore[attr-defined]
    assert not Alert.objects.get().active
    assert not Incident.objects.exists()


@pytest.mark.django_db
def test_a_refused_password_is_not_tried_until_the_device_locks(cast: SimpleNamespace) -> None:
    row = make.source(cast)
    CameraHealth.objects.update(state="refused")
    book, asked = Book(), []
    for _round in range(30):
        book.refresh()
        asked.append(book.pages[row.pk].is_due())
    assert sum(asked) == 3
    book.pages[row.pk].known = Known("refused", suspected="ok:", streak=1)
    assert [book.pages[row.pk].is_due() for _round in range(3)] == [True] * 3
    row.version += 1  # a new password is tried at once
    row.save()
    CameraHealth.objects.update(state="new")
    book.refresh()
    assert book.pages[row.pk].is_due()


@pytest.mark.django_db
def test_one_that_stays_out_becomes_one_incident(cast: SimpleNamespace, stored: None) -> None:
    kind("equipment")
    row, book = make.source(cast, camera=make.camera(cast.department, cast.ward, purpose="flood")), Book()
    go(book, 1, set())
    go(book, 11, {row.pk})
    assert Alert.objects.get().severity == 3  # rescue looks through it
    incident = Incident.objects.get()
    assert incident.subject == f"cameras:camera:{row.camera_id}"
    Incident.objects.update(state="closed", closed_at=timezone.now(), outcome="done")
    go(book, 3, {row.pk})
    assert Incident.objects.count() == 1  # people closed it; the same outage opens no other
    disconnect(actor=cast.owner, source=row, reason="Thay mới")
    assert not Alert.objects.get().active
    assert not Outage.objects.filter(ended_at=None).exists()
    go(book, 1, set())
    assert not book.pages


@pytest.mark.django_db
def test_two_hundred_at_once_are_one_alert_and_one_incident(
    cast: SimpleNamespace, stored: None, django_assert_max_num_queries: Any
) -> None:
    kind("equipment")
    group, book = make.group(cast), Book()
    many = make.sources(cast, 30, group, subnet="10.7.7")
    make.sources(cast, 30, group, subnet="10.8.8")
    go(book, 1, set())
    go(book, 3, {source.pk for source in many[:9]})
    with django_assert_max_num_queries(60):  # as many for thirty as for two hundred
        go(book, 1, {source.pk for source in many})
    go(book, 4, {source.pk for source in many})
    mass = MassOutage.objects.get()
    assert (mass.cause, mass.value, mass.most) == ("subnet", "10.7.7.0/24", 21)
    assert Alert.objects.filter(rule="cameras-mass").count() == 1
    incident = Incident.objects.get()
    assert "21" in incident.title
    assert "10.7.7.0/24" in incident.title
    assert Alert.objects.filter(rule="camera-out").count() == 9  # those that went before, too few for a cause
    told = Notification.objects.count()
    go(book, 5, {many[-1].pk, many[-2].pk})
    mass.refresh_from_db()
    assert mass.ended_at is not None
    assert not Alert.objects.get(rule="cameras-mass").active
    assert Alert.objects.filter(rule="camera-out", active=True).count() == 2
    assert Notification.objects.count() <= told + 4


@pytest.mark.django_db
def test_a_clock_of_1970_is_told_and_is_no_outage(cast: SimpleNamespace, stored: None) -> None:
    make.source(cast)
    book = Book()
    go(book, 1, set())
    go(book, 4, set(), offset=-1.7e9)
    health = CameraHealth.objects.get()
    assert (health.state, health.problems) == ("ok", ["clock"])
    assert Alert.objects.get().rule == "camera-clock"
    assert not Outage.objects.exists()
    go(book, 3, set())
    assert not Alert.objects.get().active


@pytest.mark.django_db
def test_what_was_learned_outlives_the_process(cast: SimpleNamespace, stored: None) -> None:
    make.source(cast)
    book = Book()
    go(book, 21, set())
    again = Book()
    again.refresh()
    (page,) = again.pages.values()
    assert page.known.state == "ok"
    assert page.baseline.usuals
