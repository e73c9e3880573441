"""History from files: guessed columns, a dry run, numbered errors, twice gives no doubles."""

from __future__ import annotations

import datetime as dt
import io
from types import SimpleNamespace

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from naoso.domains.citizen_reports.models import Category, ImportRun, ImportState, Report
from naoso.domains.citizen_reports.rules.history import guessed, moment, read_row
from naoso.domains.citizen_reports.services import importing
from naoso.domains.citizen_reports.tests.test_services import _files, category
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.errors import BadInput

__all__ = ["_files", "category"]
HEAD = "Mã,Ngày gửi,Lĩnh vực,Nội dung,Kinh độ,Vĩ độ,Trả lời,Ngày trả lời,Đánh giá"
ROWS = (
    "PA-1,02/03/2026 08:15,Vỡ ống nước,Ống vỡ,105.85,21.47,Đã thay ống,03/03/2026,5",
    "PA-2,2026-03-05,nuoc,Rò nước,105.85,21.47,,,",
    "PA-3,05/03/2026,Không có,Chữ,105.85,21.47,,,",
    "PA-4,31/02/2026,nuoc,Chữ,105.85,21.47,,,",
    "PA-5,05/03/2026,nuoc,Chữ,2.35,48.85,,,",
    "PA-6,05/03/2026,nuoc,=cmd|'/c calc'!A1,0,0,,,",
    "PA-1,05/03/2026,nuoc,Trùng mã,105.85,21.47,,,",
    "PA-8,05/03/2026,nuoc,Chữ,105.85,21.47,Xong,01/03/2026,9",
)
CSV = "\n".join([HEAD, *ROWS]).encode("utf-8-sig")


def test_columns_are_guessed_by_their_names() -> None:
    found = guessed(HEAD.split(","))
    assert found["received"] == "Ngày gửi"
    assert found["lat"] == "Vĩ độ"
    assert found["ended"] == "Ngày trả lời"
    assert "owner" not in found


@pytest.mark.parametrize("raw", ["02/03/2026 08:15", "2026-03-02 08:15:00", dt.datetime(2026, 3, 2, 8, 15)])  # noqa: DTZ001
def test_moments_as_people_and_spreadsheets_write_them(raw: object) -> None:
    assert moment(raw).isoformat() == "2026-03-02T08:15:00+07:00"


def test_every_break_of_a_row_is_named() -> None:
    row = {"r": "gestern", "c": "x", "o": "abc", "a": "", "s": "7"}
    mapping = {"received": "r", "category": "c", "lon": "o", "lat": "a", "rating": "s"}
    with pytest.raises(BadInput) as error:
        read_row(row, mapping)
    assert {one.field for one in error.value.errors} == {"received", "lon", "lat", "rating"}


def test_an_answer_without_its_day_would_flatter_the_figures() -> None:
    row = {"r": "02/03/2026", "c": "x", "o": "105,8", "a": "21,5", "t": "Đã sửa"}
    mapping = {"received": "r", "category": "c", "lon": "o", "lat": "a", "answer": "t"}
    with pytest.raises(BadInput) as error:
        read_row(row, mapping)
    assert [one.field for one in error.value.errors] == ["ended"]


@pytest.mark.django_db
def test_a_category_is_known_by_words_that_only_it_has(cast: SimpleNamespace, category: Category) -> None:
    Category.objects.create(code="rac", title="Rác thải, vệ sinh", owner=cast.agency)
    run = importing.upload(actor=cast.chief, name="a.csv", data=CSV)
    taker = importing.Taker(run, write=False)
    assert taker.category_named("rac thai") is not None
    assert taker.category_named("khong co") is None


@pytest.mark.django_db
def test_tried_taken_and_twice_no_doubles(cast: SimpleNamespace, category: Category) -> None:
    run = importing.upload(actor=cast.chief, name="cũ.csv", data=CSV)
    assert (run.rows, run.state) == (8, ImportState.UPLOADED)
    run = importing.choose_columns(run=run, actor=cast.chief, mapping=run.mapping)
    assert (run.good, run.bad) == (2, 6)
    assert not Report.objects.exists()
    assert {one["row"] for one in run.problems} == {4, 5, 6, 7, 8, 9}
    importing.take(run)
    first, second = Report.objects.order_by("created_at")
    assert (first.state, first.rating, first.answer) == (State.ANSWERED, 5, "Đã thay ống")
    assert first.ended_at is not None
    assert (second.state, second.is_late) == (State.NEW, False)
    again = importing.upload(actor=cast.chief, name="cũ.csv", data=CSV)
    importing.take(importing.choose_columns(run=again, actor=cast.chief, mapping=again.mapping))
    assert Report.objects.count() == 2
    assert (again.good, again.known) == (0, 2)
    with again.rejected.open("rb") as file:
        text = file.read().decode("utf-8-sig")
    assert "'=cmd" in text


@pytest.mark.django_db
def test_a_spreadsheet_is_read_too(cast: SimpleNamespace, category: Category) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["received", "category", "lon", "lat", "text"])
    sheet.append([dt.datetime(2026, 3, 2, 8, 15), "nuoc", 105.85, 21.47, "Rò"])  # noqa: DTZ001
    out = io.BytesIO()
    book.save(out)
    run = importing.upload(actor=cast.chief, name="a.xlsx", data=out.getvalue())
    assert importing.choose_columns(run=run, actor=cast.chief, mapping=run.mapping).good == 1


@pytest.mark.django_db
@pytest.mark.parametrize("data", [b"", b"a,b\n", b"PK\x03\x04 no zip", "mã,b\n1,2".encode("utf-16")])
def test_what_is_no_table_is_refused(cast: SimpleNamespace, data: bytes) -> None:
    with pytest.raises(BadInput):
        importing.upload(actor=cast.chief, name="x", data=data)


@pytest.mark.django_db
def test_a_second_import_may_start_while_the_first_waits(client: Client, cast: SimpleNamespace) -> None:
    client.force_login(cast.chief)
    runs = [importing.upload(actor=cast.chief, name="cu.csv", data=CSV) for _file in range(2)]
    ImportRun.objects.update(state=ImportState.CHECKED)
    for run in runs:
        client.post(reverse("citizen_reports:import_start", args=[run.pk]))
    assert set(ImportRun.objects.values_list("state", flat=True)) == {ImportState.RUNNING}


@pytest.mark.django_db
def test_on_its_screens(client: Client, cast: SimpleNamespace, category: Category) -> None:
    client.force_login(cast.chief)
    file = SimpleUploadedFile("cu.csv", CSV, "text/csv")
    assert client.post(reverse("citizen_reports:imports"), {"file": file}).status_code == 302
    run = ImportRun.objects.get()
    page = client.get(reverse("citizen_reports:import", args=[run.pk])).content.decode()
    assert "Kinh độ" in page
    refused = client.post(reverse("citizen_reports:import_check", args=[run.pk]), {"received": "Ngày gửi"})
    assert refused.status_code == 422
    client.post(reverse("citizen_reports:import_check", args=[run.pk]), run.mapping)
    client.post(reverse("citizen_reports:import_start", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == ImportState.RUNNING
    rejected = client.get(reverse("citizen_reports:import_rejected", args=[run.pk]))
    assert b"PA-3" in b"".join(rejected.streaming_content)  # type: ignore[attr-defined]
    bad = SimpleUploadedFile("x.csv", b"", "text/csv")
    assert client.post(reverse("citizen_reports:imports"), {"file": bad}).status_code == 422
