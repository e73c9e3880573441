"""What readers say: taken once, judged, counted; the broken is refused with field, value and rule."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from naoso.domains.traffic.intake import messages
from naoso.domains.traffic.models import Passage, Quarter, ReaderFeed, SectionRun
from naoso.domains.traffic.models.sections import Section
from naoso.domains.traffic.tests import factories as make

pytestmark = pytest.mark.django_db
FIXTURES = Path(__file__).parent / "fixtures"


def jpeg(side: int = 40) -> str:
    out = io.BytesIO()
    Image.effect_noise((side, side), 80).convert("RGB").save(out, "JPEG", quality=95)
    return base64.b64encode(out.getvalue()).decode()


def test_a_passage_is_kept_with_what_was_read(world: SimpleNamespace) -> None:
    row = make.pass_by(
        world.source, world.camera, "20-B1 234.56", raw="2OB1 23456",
        candidates=[["20-B7 234.56", 0.4], "?!"], colour="white", direction="away", lane=2, speed_kmh=43.5,
        crop="passages/2026-01-05/a1.jpg",
    )  # fmt: skip
    assert (row.plate, row.raw, row.province, row.local) == ("20B123456", "2OB1 23456", 20, True)
    assert (row.vehicle, row.direction, row.lane, row.speed_kmh) == ("motorbike", "away", 2, 43.5)
    assert [one[:2] for one in row.candidates] == [["20B723456", 0.4]]
    assert (row.owner, row.unit, row.crop) == (world.department, world.ward, "passages/2026-01-05/a1.jpg")


def test_the_same_message_again_changes_nothing(world: SimpleNamespace) -> None:
    said = make.told(world.camera)
    for _turn in range(3):
        assert messages([make.message(world.source, said), make.message(world.source, said)]) == []
    assert Passage.objects.count() == 1
    assert Quarter.objects.get().n == 1


def test_quarters_count_by_lane_and_what_is_from_elsewhere(world: SimpleNamespace) -> None:
    at = "2026-03-02T08:07:00+07:00"
    received = dt.datetime.fromisoformat("2026-03-02T08:08:00+07:00")
    plates = ("20A-123.45", "97C-111.11", "30A-555.55", "TK-45-21", "80A-123.45")
    told = [make.told(world.camera, p, at=at, lane=1, speed_kmh=40) for p in plates]
    assert messages([make.message(world.source, told, at=received)]) == []
    row = Quarter.objects.get()
    assert (row.n, row.outside, row.speed_sum, row.speed_n) == (5, 1, 200, 5)
    assert row.start.isoformat() == "2026-03-02T01:00:00+00:00"


@pytest.mark.parametrize(
    ("more", "field", "rule"),
    [
        ({"plate": ""}, "/plate", "required"),
        ({"plate": "'; DROP TABLE traffic_passage; --"}, "/plate", "plate"),
        ({"plate": "XINCHAO"}, "/plate", "plate"),
        ({"plate": ["20A"]}, "/plate", "text"),
        ({"at": "1970-01-01T00:00:00Z"}, "/at", "too-old"),
        ({"at": 0}, "/at", "too-old"),
        ({"at": "2199-01-01T00:00:00Z"}, "/at", "future"),
        ({"at": "hôm qua"}, "/at", "time"),
        ({"camera": "cam-none"}, "/camera", "known"),
        ({"confidence": 900}, "/confidence", "range"),
        ({"speed_kmh": "nhanh"}, "/speed_kmh", "number"),
        ({"crop": "../../sos/a.jpg"}, "/crop", "picture"),
        ({"crop": "sos/a.jpg"}, "/crop", "picture"),
        ({"crop_data": "A" * 140_000}, "/crop_data", "size"),
        ({"crop_data": "kein base64!"}, "/crop_data", "base64"),
        ({"crop_data": "AAAA"}, "/crop_data", "type"),
    ],
)
def test_what_cannot_be_is_refused_by_field_and_rule(
    world: SimpleNamespace, more: dict[str, Any], field: str, rule: str
) -> None:
    good = make.told(world.camera)
    refused = messages(
        [make.message(world.source, make.told(world.camera) | more), make.message(world.source, good)]
    )
    assert [(one.index, one.error.field, one.error.rule) for one in refused] == [(0, field, rule)]
    assert Passage.objects.get().message_id == good["id"]


@pytest.mark.parametrize("name", sorted(path.name for path in FIXTURES.glob("broken_*")))
def test_broken_bodies_are_refused_whole(world: SimpleNamespace, name: str) -> None:
    refused = messages([make.message(world.source, (FIXTURES / name).read_bytes())])
    assert len(refused) == 1
    assert not Passage.objects.exists()


def test_a_bundle_is_taken_but_for_its_broken_parts(world: SimpleNamespace) -> None:
    told = [make.told(world.camera), make.told(world.camera, plate=""), make.told(world.camera, "29A-999.99")]
    (refused,) = messages([make.message(world.source, told)])
    assert (refused.error.field, refused.error.rule) == ("[1]/plate", "required")
    assert Passage.objects.count() == 2


def test_a_picture_in_the_message_is_drawn_anew_and_kept_by_day(world: SimpleNamespace) -> None:
    row = make.pass_by(world.source, world.camera, crop_data=f"data:image/jpeg;base64,{jpeg()}")
    assert row.crop.startswith("passages/")
    with default_storage.open(row.crop) as kept:
        assert kept.read(2) == b"\xff\xd8"


def test_a_reader_of_another_maker_is_a_row_of_settings(world: SimpleNamespace) -> None:
    vendor = make.source(world.department, "hang-a")
    ReaderFeed.objects.create(
        name="Hãng A", source=vendor, rows_at="/Events", plate_at="/Plate/Text",
        time_at="/Time", camera_at="/Device", confidence_at="/Plate/Score", colour_at="/Plate/Color",
        direction_at="/Dir", crop_at="/Img", cameras={"CH-07": world.camera.code},
        colours={"Trắng": "white"}, directions={"forward": "away"},
    )  # fmt: skip
    said = json.loads((FIXTURES / "vendor_event.json").read_text())
    at = dt.datetime.fromisoformat("2026-03-02T08:00:30+07:00")
    said["Events"][0]["Img"] = jpeg()
    assert messages([make.message(vendor, said, at=at)]) == []
    row = Passage.objects.get()
    assert (row.plate, row.confidence, row.colour, row.direction) == ("20A67890", 0.93, "white", "away")
    assert row.crop
    named = said["Events"][0] | {"Img": "passages/2026-03-02/x.jpg", "Plate": {"Text": "20A67891"}}
    assert messages([make.message(vendor, {"Events": [named]}, at=at)]) == []
    assert Passage.objects.get(plate="20A67891").crop == named["Img"]
    assert (
        messages([make.message(vendor, said, at=at)]) == []
    )  # no number of its own: derived, the same again
    assert Passage.objects.count() == 2


def test_two_readers_that_differ_wait_for_a_person(world: SimpleNamespace) -> None:
    differs = make.pass_by(world.source, world.camera, agreed=False, crop="passages/2026-01-05/b.jpg")
    blind = make.pass_by(world.source, world.camera, agreed=False)
    assert (differs.review, blind.review) == (1, 0)


def test_a_section_is_timed_and_keeps_plates_only_over_its_limit(world: SimpleNamespace) -> None:
    second = make.camera(world.department, world.ward, north_m=2000)
    Section.objects.create(
        name="Tân Lập", start=world.camera, end=second, length_m=2000, limit_kmh=60, owner=world.department
    )
    for plate, minutes in (("20A-123.45", 1.0), ("20A-777.77", 4.0), ("20A-888.88", 100.0)):
        make.pass_by(world.source, world.camera, plate, at=make.ago(minutes=minutes))
        make.pass_by(world.source, second, plate)
    runs = {row.plate: round(row.speed_kmh) for row in SectionRun.objects.all()}
    assert runs == {"20A12345": 120, "": 30}
