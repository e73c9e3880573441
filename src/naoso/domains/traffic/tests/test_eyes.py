"""Cameras that our own reader reads, from the form to a message that intake takes."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.cli.plate_messages import of_passage, of_picture
from naoso.cli.plate_reading.eye import Eye
from naoso.cli.plate_reading.process import wanted
from naoso.cli.simulated_cameras.clips import Form, drawn
from naoso.connectors.platereader import OWN, parse
from naoso.connectors.plates import Frame, PlateSeen
from naoso.connectors.plates import Passage as Seen
from naoso.connectors.plates.seen import Box
from naoso.connectors.plates.tracks import Direction
from naoso.connectors.rtsp import Credentials
from naoso.connectors.rtsp.serving import Camera, Site, serving
from naoso.domains.cameras.reaching import Endpoint
from naoso.domains.traffic.intake import messages
from naoso.domains.traffic.models import Hit, Passage, PlateCamera
from naoso.domains.traffic.services.eyes import read_lanes, save_plate_camera
from naoso.domains.traffic.tests import factories as make
from naoso.kernel.errors import BadInput, NotAllowed
from naoso.kernel.plates import Colour
from naoso.kernel.plates import parse as parse_plate

AT = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
LANE = [{"name": "1", "corners": [[0, 0.5], [1, 0.5], [1, 1]]}]


def seen(text: str = "20A-123.45", *, agreed: bool = True) -> PlateSeen:
    plate = parse_plate(text)
    return PlateSeen(plate, text, text, (), 0.97, Colour.WHITE, Box(10, 20, 90, 30), agreed, 4)


def kept(data: bytes, _at: dt.datetime) -> str:
    return f"{len(data)}.jpg"


def test_what_the_reader_saw_is_what_intake_reads() -> None:
    passage = Seen(1.0, 0.5, 2.0, seen(), 4, True, Direction.AWAY, "2", b"crop", b"scene")
    told = json.dumps(of_passage(passage, "cam-1", AT, kept)).encode()
    (row,) = parse(told, OWN).rows
    assert (row.plate, row.camera, row.at, row.agreed, row.lane) == ("20A12345", "cam-1", AT, True, 2)
    assert (row.colour, row.direction, row.crop_ref, row.scene_ref) == ("white", "away", "4.jpg", "5.jpg")
    again = json.loads(json.dumps(of_passage(passage, "cam-1", AT, kept)))
    assert again["id"] == json.loads(told)["id"]


def test_a_text_that_is_no_plate_is_told_for_a_person() -> None:
    doubtful = PlateSeen(None, "2OA|1234", "20A1234", (), 0.4, Colour.UNKNOWN, Box(0, 0, 9, 9), False)
    (row,) = parse(json.dumps(of_picture(doubtful, "cam-1", AT, "c.jpg", "s.jpg")).encode(), OWN).rows
    assert (row.raw, row.agreed, row.colour) == ("2OA|1234", False, "")


def test_an_eye_hands_out_each_picture_once() -> None:
    form = Form(320, 180, 10, 200_000, group_s=0.5, seconds=1.0)
    site = Site({"street": drawn(form, 1)}, {"one": Camera("street", "street")})

    async def run() -> list[Frame]:
        async with serving(site, "127.0.0.1", 0) as port:

            async def where() -> Endpoint:
                return Endpoint(1, "main", f"rtsp://127.0.0.1:{port}/one", Credentials())

            eye = Eye("one", where, 5.0)
            task = asyncio.create_task(eye.run())
            frames = []
            for _turn in range(60):
                await asyncio.sleep(0.05)
                if (frame := eye.latest()) is not None:
                    frames.append(frame)
            task.cancel()
            return frames

    frames = asyncio.run(run())
    assert 6 <= len(frames) <= 16
    assert frames[0].pixels.shape == (180, 320, 3)
    assert [f.at for f in frames] == sorted({f.at for f in frames})


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{", "json"), ('{"a": 1}', "list"), ('[{"name": "1", "corners": [[0, 0], [1, 1]]}]', "polygon"),
        ('[{"name": "1", "corners": [[0, 0], [2, 1], [1, 1]]}]', "polygon"), ('[{"x": 1}]', "polygon"),
        (json.dumps(LANE * 13), "length"),
    ],
)  # fmt: skip
def test_lanes_that_are_none_are_refused(text: str, rule: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_lanes(text)
    assert caught.value.errors[0].rule == rule


@pytest.mark.django_db
def test_a_camera_is_read_from_the_form(client: Client, cast: SimpleNamespace) -> None:
    camera = make.camera(cast.department, cast.ward)
    client.force_login(cast.owner)
    form = {"camera": camera.pk, "a_second": "2", "enabled": "on", "lanes": json.dumps(LANE)}
    assert client.post(reverse("traffic:eye_new"), form | {"lanes": "{"}).status_code == 422
    assert client.post(reverse("traffic:eye_new"), form).status_code == 302
    row = PlateCamera.objects.get()
    assert row.source.domain == "traffic"
    assert row.source.owner == cast.department
    (one,) = wanted()
    assert (one.code, one.lanes[0].name, one.a_second) == (camera.code, "1", 2.0)
    second = save_plate_camera(actor=None, row=PlateCamera(camera=make.camera(cast.department, cast.ward)))
    assert second.source == row.source
    client.post(reverse("traffic:eye", args=[row.pk]), {"a_second": "2", "lanes": "[]"})
    assert [one.pk for one in wanted()] == [second.pk]


@pytest.mark.django_db
def test_passages_of_a_camera_belong_to_the_body_that_answers_for_them(
    client: Client, cast: SimpleNamespace
) -> None:
    camera = make.camera(cast.department, cast.ward)
    form = {"camera": camera.pk, "owner": cast.agency.pk, "a_second": "2", "enabled": "on", "lanes": "[]"}
    client.force_login(cast.owner)
    assert client.post(reverse("traffic:eye_new"), form).status_code == 422  # no body of this person's
    with pytest.raises(NotAllowed):
        save_plate_camera(actor=cast.owner, row=PlateCamera(camera=camera), owner=cast.agency)
    client.force_login(cast.chief)
    assert client.post(reverse("traffic:eye_new"), form).status_code == 302
    row = PlateCamera.objects.get()
    assert row.source.owner == cast.agency
    make.incident_kinds()
    for body in (cast.department, cast.agency):
        make.watch_list(body, "20A-123.45")
    passage = make.pass_by(row.source, camera)
    assert passage.owner == cast.agency
    assert Hit.objects.get().owner == cast.agency
    client.force_login(cast.owner)  # who keeps the camera may set it up, and takes the passages from nobody
    client.post(reverse("traffic:eye", args=[row.pk]), {"a_second": "3", "lanes": "[]"})
    row.refresh_from_db()
    assert (row.a_second, row.source.owner) == (3.0, cast.agency)
    with pytest.raises(NotAllowed):
        save_plate_camera(actor=cast.owner, row=row, owner=cast.department)


@pytest.mark.django_db
@pytest.mark.parametrize("raw", ["2OA|1234", "20A,123'45", "Ж20A-12", "20A" * 20 + "1"])
def test_a_doubtful_reading_reaches_the_review(world: SimpleNamespace, raw: str) -> None:
    doubtful = PlateSeen(None, raw, "", (), 0.4, Colour.UNKNOWN, Box(0, 0, 9, 9), agreed=False)
    told = of_picture(doubtful, world.camera.code, timezone.now(), "passages/2026-03-02/c.jpg", "")
    assert messages([make.message(world.source, told)]) == []
    row = Passage.objects.get()
    assert (row.raw, row.review) == (raw[:40], 1)


@pytest.mark.parametrize(
    ("name", "lane"), [("2", 2), ("²", None), ("21", None), ("0", None), ("xe máy", None)]
)
def test_a_lane_may_bear_any_name(name: str, lane: int | None) -> None:
    passage = Seen(1.0, 0.5, 2.0, seen(), 4, True, Direction.AWAY, name, b"", b"")
    assert of_passage(passage, "cam-1", AT, kept)["lane"] == lane
