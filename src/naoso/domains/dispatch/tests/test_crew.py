"""The crew's phone: each deed once, what happened meanwhile, positions, duty."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from naoso.domains.dispatch.models import Assignment, CrewPhoto, CrewPost, Duty, ResourcePosition
from naoso.domains.dispatch.services import assignments, duties
from naoso.domains.dispatch.tests.factories import incident, on_duty, resource
from naoso.kernel.errors import BadInput, Conflict, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast: SimpleNamespace, client: Client) -> SimpleNamespace:
    """A crew member without any grant but the crew's, on duty with an engine that is sent."""
    cast.crew = cast.make.account("kip", cast.department)
    cast.make.grant(cast.crew, cast.make.role("crew", "dispatch.crew"), cast.department)
    cast.engine, cast.fire = resource(cast), incident(cast)
    cast.duty = on_duty(cast.crew, cast.engine)
    [cast.sent] = assignments.assign(resources=[cast.engine], incident=cast.fire, actor=cast.owner)
    client.force_login(cast.crew)
    cast.client = client
    return cast


def post(world: SimpleNamespace, deed: str, **more: Any) -> Any:
    body = {
        "account": world.crew.pk,
        "key": str(uuid.uuid4()),
        "deed": deed,
        "at": timezone.now().isoformat(),
    }
    return world.client.post(reverse("dispatch:crew_send", args=[world.sent.pk]), body | more)


def photo() -> SimpleUploadedFile:
    kept = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(kept, "JPEG")
    return SimpleUploadedFile("a.jpg", kept.getvalue(), "image/jpeg")


def test_a_deed_arrives_once_at_the_time_it_was_done(world: SimpleNamespace) -> None:
    Assignment.objects.update(assigned_at=timezone.now() - dt.timedelta(hours=1))
    at = timezone.now() - dt.timedelta(minutes=20)
    told = {"key": str(uuid.uuid4()), "at": at.isoformat()}
    first, again = post(world, "on_scene", **told), post(world, "on_scene", **told)
    assert first.status_code == 200
    assert first.json() == again.json() == {
        "assignment": world.sent.pk, "deed": "on_scene", "state": "on_scene"
    }  # fmt: skip
    world.sent.refresh_from_db()
    assert abs(world.sent.on_scene_at - at) < dt.timedelta(seconds=1)
    assert CrewPost.objects.count() == 1
    late = post(world, "en_route")  # left the phone after a later step: nothing is undone
    assert (late.status_code, late.json()["state"]) == (200, "on_scene")


def test_what_the_centre_did_meanwhile_is_told(world: SimpleNamespace) -> None:
    assignments.stand_down(assignment=world.sent, actor=world.owner, reason="Xe khác gần hơn")
    answer = post(world, "on_scene")
    assert answer.status_code == 409
    assert "Xe khác gần hơn" in answer.json()["detail"]
    assert not CrewPost.objects.exists()
    assert post(world, "note", text="Đã quay về").status_code == 200


def test_notes_photos_and_the_check_list(world: SimpleNamespace) -> None:
    answer = post(world, "before", photos=[photo()], photo_lon="105.85", photo_lat="21.47")
    assert answer.status_code == 200
    kept = CrewPhoto.objects.get()
    assert (kept.point.x, kept.taken_at is not None) == (105.85, True)  # type: ignore[union-attr]
    small = reverse("dispatch:photo", args=[kept.key, "small"])
    assert b"".join(world.client.get(small).streaming_content)[:2] == b"\xff\xd8"
    task = world.fire.tasks.first()
    assert post(world, "task", task=task.pk).status_code == 200
    task.refresh_from_db()
    assert task.done_by == world.crew
    assert post(world, "task", task=999_999).json()["errors"][0]["field"] == "task"
    assert post(world, "dance").json()["errors"][0]["field"] == "deed"
    world.client.force_login(world.stranger)
    assert world.client.get(small).status_code == 404


def test_pages_are_the_crews_own(world: SimpleNamespace) -> None:
    home = world.client.get(reverse("dispatch:crew"))
    assert home["X-Naoso-Account"] == str(world.crew.pk)
    page = reverse("dispatch:crew_assignment", args=[world.sent.pk])
    assert page in home.content.decode()
    words = world.client.get(page).content.decode()
    assert "geo:21.470000,105.850000" in words
    assert words.count('data-island="field-deed"') == 4 + 2 + 2  # steps, tasks, photos and a note
    assert world.client.get(reverse("dispatch:board")).status_code == 403
    other = cast_other = world.make.account("khac", world.department)
    world.make.grant(other, world.make.role("crew2", "dispatch.crew"), world.department)
    world.client.force_login(cast_other)
    assert world.client.get(page).status_code == 404
    answer = world.client.post(
        f"{page}send/", {"account": other.pk, "key": str(uuid.uuid4()), "deed": "done"}
    )
    assert answer.json()["errors"][0]["rule"] == "duty"
    assert post(world, "done").status_code == 403  # another account made this


def test_positions_of_the_phone(world: SimpleNamespace) -> None:
    address = reverse("dispatch:crew_positions")
    now = timezone.now().timestamp()
    body = {
        "positions": [{"lon": 105.86, "lat": 21.48, "time": now - 9, "accuracy": 6}, {"lon": 0, "lat": 0}]
    }
    answer = world.client.post(address, json.dumps(body), content_type="application/json")
    assert answer.json()["taken"] == 1
    assert answer.json()["refused"][0]["rule"] == "null-island"
    place = ResourcePosition.objects.get(resource=world.engine)
    assert (round(place.point.x, 5), place.source) == (105.86, "phone")
    assert world.client.post(address, b"{", content_type="application/json").status_code == 422
    duties.begin(resource=resource(world, "cc-02"), actor=world.crew)
    Duty.objects.update(ended_at=timezone.now())
    gone = world.client.post(address, json.dumps(body), content_type="application/json")
    assert gone.json()["errors"][0]["rule"] == "duty"


def test_a_hand_over_needs_the_takers_word(world: SimpleNamespace) -> None:
    taker = world.make.account("nguoi.nhan", world.department)
    world.make.grant(taker, world.make.role("crew2", "dispatch.crew"), world.department)
    with pytest.raises(Conflict):
        duties.end(duty=world.duty, actor=world.crew)  # the last one of a resource that is sent
    with pytest.raises(BadInput):
        duties.hand_over(resource=world.engine, actor=world.crew, taker=world.nobody)
    asked = {"act": "hand", "duty": world.duty.pk, f"d{world.duty.pk}-taker": taker.pk}
    world.client.post(reverse("dispatch:crew_duty"), asked)
    offered = Duty.objects.offered().get()
    assert world.engine.duties.now().get().account == world.crew
    with pytest.raises(BadInput):
        duties.confirm(duty=offered, actor=world.crew)
    world.client.force_login(taker)
    assert world.client.get(reverse("dispatch:crew")).status_code == 200
    world.client.post(reverse("dispatch:crew_duty"), {"act": "confirm", "duty": offered.pk})
    assert world.engine.duties.now().get().account == taker
    with pytest.raises(Conflict):
        duties.decline(duty=offered, actor=taker)


def test_shifts_begin_and_end(world: SimpleNamespace) -> None:
    other = resource(world, "cc-02", state="off_duty")
    duty = duties.begin(resource=other, actor=world.crew)
    other.refresh_from_db()
    assert other.state == "available"
    assert duties.begin(resource=other, actor=world.crew) == duty
    duties.end(duty=duty, actor=world.crew)
    other.refresh_from_db()
    assert other.state == "off_duty"
    with pytest.raises(NotAllowed):
        duties.begin(resource=other, actor=world.nobody)
