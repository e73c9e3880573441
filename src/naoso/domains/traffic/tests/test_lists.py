"""Files and forms of lists: what is no date, no line or over already is said, never dropped."""

from __future__ import annotations

import datetime as dt
import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from naoso.domains.traffic.models import ListImport
from naoso.domains.traffic.services import importing
from naoso.domains.traffic.services.importing import begin_import, run_import
from naoso.domains.traffic.services.lists import add_entry
from naoso.domains.traffic.tests import factories as make
from naoso.kernel.errors import BadInput

pytestmark = pytest.mark.django_db


def imported(world: SimpleNamespace, name: str, data: bytes) -> ListImport:
    row = begin_import(actor=world.owner, watch_list=make.watch_list(world.department), name=name, data=data)
    return run_import(run_id=row.pk)


def test_the_last_day_comes_with_the_heading_of_our_own_page(world: SimpleNamespace) -> None:
    text = "Biển số,Có hiệu lực đến\n20A-123.45,25/12/2030\n20A-123.46,31/02/2030\n20A-123.47,\n"
    run = imported(world, "a.csv", text.encode())
    days = dict(run.watch_list.entries.values_list("plate", "expires_on"))
    assert days == {"20A12345": dt.date(2030, 12, 25), "20A12347": None}
    assert (run.added, run.refused) == (2, 1)
    (told,) = run.report
    assert (told["number"], told["field"], told["value"], told["rule"]) == (
        3, "expires_on", "31/02/2030", "date",
    )  # fmt: skip


def workbook(*rows: tuple[object, ...]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 broken", workbook(("Biển số",), ("20A-123.45",))[:-900], b"\x00\x01"]
)
def test_a_broken_workbook_says_so_in_words(client: Client, world: SimpleNamespace, data: bytes) -> None:
    client.force_login(world.owner)
    address = reverse("traffic:import_add", args=[make.watch_list(world.department).pk])
    answer = client.post(address, {"file": SimpleUploadedFile("a.xlsx", data)})
    assert answer.status_code == 422
    assert "XLSX hoặc CSV" in answer.content.decode()
    assert not ListImport.objects.exists()


def test_lines_are_told_by_their_row_of_the_sheet_and_their_rule(
    client: Client, world: SimpleNamespace
) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    data = workbook(
        ("Danh sách xe truy tìm",), ("Biển số", "Hết hạn", "Ghi chú"),
        ("20A-123.45", None), ("abc", None), (None, None),
        ("20A-123.46", yesterday), ("20A-123.45", None), (None, dt.date(2030, 1, 1)),
    )  # fmt: skip
    run = imported(world, "a.xlsx", data)
    assert (run.added, run.joined, run.refused, run.state) == (1, 1, 3, "done")
    told = [(one["number"], one["field"], one["rule"]) for one in run.report]
    assert told == [(4, "plate", "plate"), (6, "expires_on", "over"), (7, "", ""), (8, "plate", "empty")]
    client.force_login(world.owner)
    names = [run.watch_list.pk, run.pk]
    page = client.get(reverse("traffic:import", args=names)).content.decode()
    assert "ngày này đã qua" in page
    assert str(yesterday) in page
    told_when_done = page[page.index('id="traffic-import"') :]  # which a running page takes over
    assert reverse("traffic:import_report", args=names) in told_when_done
    assert ">20A-123.45</span>" in told_when_done
    report = client.get(reverse("traffic:import_report", args=names)).getvalue().decode("utf-8-sig")  # type: ignore[attr-defined]
    assert [line.split(",")[0] for line in report.splitlines()] == ["Dòng", "4", "6", "7", "8"]
    bare = imported(world, "b.csv", b"20A-123.45\n20A-123.46\nabc\n")
    assert [one["number"] for one in bare.report] == [3]


def test_a_job_tried_again_goes_on_where_it_was_left(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    data = "Biển số\n20A-123.45\nabc\n20A-123.46\nxyz\n20A-123.47\n".encode()
    row = begin_import(
        actor=world.owner, watch_list=make.watch_list(world.department), name="a.csv", data=data
    )
    whole, calls = importing.tally, iter([False, True])

    def breaks_off(*given: Any) -> None:
        whole(*given)
        if next(calls, False):
            raise OSError("no room")

    monkeypatch.setattr(importing, "tally", breaks_off)
    with pytest.raises(OSError, match="no room"):
        run_import(run_id=row.pk, last=False)
    row.refresh_from_db()
    assert (row.state, row.seen) == ("running", 2)
    run = run_import(run_id=row.pk)
    assert (run.seen, run.added, run.joined, run.refused, run.state) == (5, 3, 0, 2, "done")
    with default_storage.open(run.file) as file:
        assert [line.split(",")[0] for line in file.read().decode("utf-8-sig").splitlines()] == [
            "Dòng",
            "3",
            "5",
        ]
    assert run_import(run_id=row.pk).seen == 5


def test_what_breaks_the_last_try_is_told(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    watch_list = make.watch_list(world.department)
    row = begin_import(actor=world.owner, watch_list=watch_list, name="a.csv", data=b"plate\n20A-123.45\n")

    def breaks_off(*_given: Any) -> None:
        raise OSError("no room")

    monkeypatch.setattr(importing, "tally", breaks_off)
    with pytest.raises(OSError, match="no room"):
        run_import(run_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.seen, bool(row.problem)) == ("failed", 0, True)


def test_a_file_is_read_once_it_is_stored(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    put_off: list[int] = []
    monkeypatch.setattr(importing, "import_later", put_off.append)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        row = begin_import(
            actor=world.owner, watch_list=make.watch_list(world.department), name="a.csv",
            data="Biển số\n20A-123.45\n".encode(),
        )  # fmt: skip
        assert put_off == []
    assert put_off == [row.pk]
    assert callbacks


def test_a_day_that_is_over_is_refused(world: SimpleNamespace) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    with pytest.raises(BadInput) as caught:
        add_entry(
            actor=world.owner,
            watch_list=make.watch_list(world.department),
            text="20A-123.45",
            expires_on=yesterday,
        )
    assert caught.value.errors[0].field == "expires_on"


@pytest.mark.parametrize(
    "query",
    [{"day": "0001-01-01"}, {"day": "9999-12-31"}, {"day": "2026-13-45"}, {"camera": "²"}, {"camera": "①"}],
)
@pytest.mark.parametrize("name", ["flows", "flows_chart"])
def test_odd_days_and_digits_are_no_fault(
    client: Client, world: SimpleNamespace, name: str, query: dict[str, Any]
) -> None:
    client.force_login(world.owner)
    assert client.get(reverse(f"traffic:{name}"), query).status_code == 200
