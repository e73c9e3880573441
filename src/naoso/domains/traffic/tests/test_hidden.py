"""What is somebody else's stays hidden: rows, ids through one's own, plates without their right."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.core.registry.models import LastWord
from naoso.core.response.models import Incident, IncidentKind
from naoso.domains.traffic import layers, panel
from naoso.domains.traffic.models import (
    Desk,
    Hit,
    Operation,
    Passage,
    ReaderFeed,
)
from naoso.domains.traffic.services import operations
from naoso.domains.traffic.services.setup import save_desk
from naoso.domains.traffic.tests import factories as make
from naoso.kernel.errors import NotAllowed

pytestmark = pytest.mark.django_db
SETUP, SEE, HITS, OPERATE = "traffic.setup", "traffic.passages", "traffic.hits", "traffic.operate"
DAY = dt.timedelta(days=1)


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


def test_a_reader_that_never_spoke_is_not_called_good(client: Client, full: SimpleNamespace) -> None:
    client.force_login(full.owner)
    address, feed = reverse("traffic:feeds"), ReaderFeed.objects.get()
    LastWord.objects.filter(source=feed.source).delete()
    assert "Chưa nhận tin" in client.get(address).content.decode()
    LastWord.objects.create(source=feed.source, at=timezone.now())
    assert "Chưa nhận tin" not in client.get(address).content.decode()


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
