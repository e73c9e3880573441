"""Lists against readings: Đ, old formats, look-alikes, one sign off; by form and by file."""

from __future__ import annotations

import csv
import datetime as dt
import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.utils import IntegrityError

from naoso.domains.traffic import matching
from naoso.domains.traffic.matching import Asked, match
from naoso.domains.traffic.models import ListEntry, ListImport
from naoso.domains.traffic.plates import known
from naoso.domains.traffic.services.importing import begin_import, run_import
from naoso.domains.traffic.services.lists import Line, add_entry, add_lines, remove_entry
from naoso.domains.traffic.tests import factories as make
from naoso.kernel.errors import BadInput

pytestmark = pytest.mark.django_db


def likeness(text: str, *, sure: bool = False) -> list[str]:
    plate = known(text)
    assert plate is not None
    return [str(one.likeness) for one in match([Asked(plate.plate, plate.folded, sure)])[0]]


def test_the_same_the_alike_and_the_near(world: SimpleNamespace) -> None:
    make.watch_list(world.department, "20A-123.45", "20-MĐ1 234.56", "20A-1234")
    assert likeness("20A12345")[:1] == ["exact"]
    assert likeness("20a 123-45", sure=True) == ["exact"]
    assert likeness("2OA12345", sure=True) == ["alike"]  # O for 0
    assert likeness("20MĐ123456", sure=True) == ["exact"]
    assert likeness("20MD123456", sure=True) == ["alike"]  # a reader that lost the stroke
    assert likeness("20A12346") == ["near", "near"]  # one sign changed, one more
    assert likeness("20A12346", sure=True) == []
    assert likeness("20A1234", sure=True) == ["exact"]
    assert likeness("20A12399") == []
    assert "near" in likeness("20A1245")  # one sign lost


def test_a_list_says_how_like_and_until_when(world: SimpleNamespace) -> None:
    exact = make.watch_list(world.department, "30A-555.55", likeness="exact")
    old = make.watch_list(world.department, "29A-111.11", expires_on=dt.date(2020, 1, 1))
    gone = make.watch_list(world.department, "29A-222.22")
    remove_entry(actor=world.owner, entry=gone.entries.get())
    assert likeness("3OA55555") == []
    assert likeness("29A11111") == likeness("29A22222") == []
    assert likeness("30A55555") == ["exact"]
    assert (exact.in_force, old.in_force) == (True, False)


def test_keys_of_neighbours_follow_the_entries(world: SimpleNamespace) -> None:
    row = make.watch_list(world.department, "20A-123.45")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM traffic_neighbour WHERE entry_id = %s", [row.entries.get().pk])
        assert cursor.fetchone()[0] == 9  # itself and eight with a sign left out
        row.entries.all().delete()
        cursor.execute("SELECT count(*) FROM traffic_neighbour")
        assert cursor.fetchone()[0] == 0


def test_a_plate_of_an_entry_never_changes(world: SimpleNamespace) -> None:
    row = make.watch_list(world.department, "20A-123.45")
    with pytest.raises(IntegrityError), transaction.atomic():
        row.entries.update(plate="20A99999")


def test_the_look_goes_by_index(world: SimpleNamespace) -> None:
    row = make.watch_list(world.department)
    plates = [known(f"20A-{n:05d}") for n in range(1, 3001)]
    add_lines(None, row, [Line(plate.plate, plate) for plate in plates if plate])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE traffic_listentry, traffic_neighbour, traffic_watchlist")
        given: dict[str, Any] = {"places": [0], "folded": ["20412345"], "day": "2026-01-01"}
        for statement, index in (
            (matching.ALIKE, "traffic_entry_folded"), (matching.NEAR, "traffic_neighbour_key")
        ):  # fmt: skip
            cursor.execute("EXPLAIN " + statement, given)
            assert index in "\n".join(row[0] for row in cursor.fetchall())


def test_by_form_only_plates_are_taken_and_once(world: SimpleNamespace) -> None:
    row = make.watch_list(world.department, "20A-123.45")
    for text in ("20A12345", "13A-123.45", "xin chào"):
        with pytest.raises(BadInput):
            add_entry(actor=world.owner, watch_list=row, text=text)
    laos = add_entry(actor=world.owner, watch_list=row, text="UN 4417", foreign=True)
    assert (laos.plate, laos.shown) == ("UN4417", "UN4417")
    remove_entry(actor=world.owner, entry=laos)
    again = add_entry(actor=world.owner, watch_list=row, text="UN-4417", foreign=True)
    assert (again.pk, again.removed_at) == (laos.pk, None)


def test_a_file_tells_line_by_line_what_became_of_it(world: SimpleNamespace) -> None:
    row = make.watch_list(world.department, "20A-000.01")
    lines = [f"20A-{n:05d};" for n in range(1, 2001)]
    lines += [
        "20a 000 02;trùng",
        "2OA-55555;nhầm chữ O",
        "97MĐ1 234.56;xe điện",
        "20A-1234;biển cũ",
        "13A-99999;mã sai",
        ";",
    ]
    body = ("Biển số;Ghi chú\n" + "\n".join(lines)).encode()
    run = begin_import(actor=world.owner, watch_list=row, name="danh-sach.csv", data=body)
    run = run_import(run_id=run.pk)
    assert (run.state, run.total, run.seen) == ("done", len(lines), len(lines))
    assert (run.added, run.joined, run.repaired, run.refused) == (2002, 2, 1, 2)
    assert row.entries.count() == 2003
    assert row.entries.get(plate="97MĐ123456").text == "97MĐ1 234.56"
    run = ListImport.objects.get(pk=run.pk)
    with default_storage.open(run.file) as kept:
        told = list(csv.reader(io.StringIO(kept.read().decode("utf-8-sig"))))
    assert [line[2] for line in told[1:]].count("đã gộp") == 2
    assert ["2004", "20A-1234"] not in [line[:2] for line in told]
    assert any(line[1] == "13A-99999" and line[2] == "bị từ chối" for line in told)
    assert run_import(run_id=run.pk).added == 2002  # once more changes nothing


def test_a_file_without_heading_begins_with_a_plate(world: SimpleNamespace) -> None:
    row = make.watch_list(world.department)
    run = begin_import(actor=world.owner, watch_list=row, name="x.csv", data=b"20A-123.45\n20A-123.46\n")
    assert run_import(run_id=run.pk).added == 2
    assert set(ListEntry.objects.values_list("plate", flat=True)) == {"20A12345", "20A12346"}
