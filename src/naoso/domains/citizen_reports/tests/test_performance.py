"""Figures of performance: right, in scope, open to their rows, in files and letters."""

from __future__ import annotations

import datetime as dt
import io
from types import SimpleNamespace
from urllib.parse import urlsplit

import openpyxl
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from PIL import ImageFile

from naoso.core.notify.models import Delivery
from naoso.core.people.models import AuditEntry
from naoso.core.response.working_time import VIETNAM
from naoso.domains.citizen_reports.models import Category, Report, WeeklyLetter
from naoso.domains.citizen_reports.selectors.performance import Period, performance
from naoso.domains.citizen_reports.services import exporting, letters, moves
from naoso.domains.citizen_reports.tests.test_services import _files, category, send

pytestmark = pytest.mark.django_db
__all__ = ["_files", "category"]
MONDAY = dt.datetime(2026, 11, 23, 8, 0, tzinfo=VIETNAM)
WEEK = Period(dt.date(2026, 11, 20), dt.date(2026, 12, 31))


@pytest.fixture
def history(cast: SimpleNamespace, category: Category) -> list[Report]:
    """Four reports: answered after one day, after nine days (late), rated "not solved", still open."""
    category.opens_incident = False
    category.save()
    with time_machine.travel(MONDAY, tick=False):
        reports = [send(category) for _each in range(4)]
    for report, days in zip(reports, (1, 9, 2), strict=False):
        with time_machine.travel(MONDAY + dt.timedelta(days=days), tick=False):
            moves.answer(report=report, actor=cast.owner, text="Đã xong")
    with time_machine.travel(MONDAY + dt.timedelta(days=3), tick=False):
        moves.rate(report=reports[0], solved=True, rating=5)
        moves.rate(report=reports[2], solved=False, rating=1)
    return reports


def test_the_figures_are_right(cast: SimpleNamespace, history: list[Report]) -> None:
    with time_machine.travel(MONDAY + dt.timedelta(days=10), tick=False):
        (line,), whole = performance(cast.chief, WEEK)
    assert line.name == str(cast.department)
    assert (line.received, line.ended, line.on_time, line.open) == (4, 2, 1, 2)
    assert (line.ratings, line.rating) == (1, 5.0)
    assert line.median_days == pytest.approx(5.0)
    assert line.p90_days == pytest.approx(8.2)
    assert line.backlog == [0, 0, 0, 2, 0]
    assert (whole.received, whole.open) == (4, 2)


@pytest.mark.parametrize("group", ["owner", "handler", "category", "unit"])
def test_every_grouping_adds_up(cast: SimpleNamespace, history: list[Report], group: str) -> None:
    lines, whole = performance(cast.chief, WEEK, group)
    assert sum(line.received for line in lines) == whole.received
    assert all(line.name for line in lines)


def test_others_figures_are_hidden(cast: SimpleNamespace, history: list[Report]) -> None:
    assert performance(cast.stranger, WEEK) == ([], performance(cast.nobody, WEEK)[1])


def test_each_figure_opens_to_as_many_rows(
    client: Client, cast: SimpleNamespace, history: list[Report]
) -> None:
    client.force_login(cast.chief)
    with time_machine.travel(MONDAY + dt.timedelta(days=10), tick=False):
        asked = {"since": "20/11/2026", "until": "31/12/2026"}
        page = client.get(reverse("citizen_reports:performance"), asked)
        _line, cells = page.context["lines"][0]
        for index in (0, 1):
            value, link = cells[index]
            rows = client.get(link).context["page"].rows
            assert len(rows) == value, (link, value)
        value, link = cells[9 + 3]
        assert urlsplit(link).path == reverse("citizen_reports:list")
        assert len(client.get(link).context["page"].rows) == value == 2


def test_as_a_spreadsheet_without_formulas(
    client: Client, cast: SimpleNamespace, history: list[Report]
) -> None:
    cast.department.name = "=HYPERLINK(1)"
    cast.department.save()
    client.force_login(cast.chief)
    answer = client.get(reverse("citizen_reports:performance_file", args=["xlsx"]), {"since": "20/11/2026"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    cell = sheet.cell(2, 1)
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")
    assert AuditEntry.objects.filter(action="export").exists()


def test_as_a_printed_page(client: Client, cast: SimpleNamespace, history: list[Report]) -> None:
    client.force_login(cast.chief)
    answer = client.get(reverse("citizen_reports:performance_file", args=["pdf"]))
    assert answer.content[:5] == b"%PDF-"
    assert not ImageFile.LOAD_TRUNCATED_IMAGES, "photos that are cut off would be taken from now on"


def test_a_printed_page_fetches_nothing() -> None:
    from naoso.ui.pdf import refuse  # noqa: PLC0415 - loads WeasyPrint, which no other test needs

    with pytest.raises(ValueError, match="may not fetch"):
        refuse("file:///etc/passwd")


def test_the_letter_of_the_week_goes_once_in_its_own_scope(
    cast: SimpleNamespace, history: list[Report]
) -> None:
    for one in (cast.chief, cast.stranger):
        one.email = f"{one.username}@example.vn"
        one.save()
        WeeklyLetter.objects.create(account=one)
    Delivery.objects.all().delete()
    with time_machine.travel(MONDAY + dt.timedelta(days=7), tick=False):
        assert letters.send_due() == 2
        assert letters.send_due() == 0
    bodies = {row.address: row.body for row in Delivery.objects.all()}
    assert "4" in bodies["chief@example.vn"].splitlines()[1]
    assert str(cast.department) in bodies["chief@example.vn"]
    assert str(cast.department) not in bodies["stranger@example.vn"]


def test_a_text_stays_a_text() -> None:
    made = exporting.spreadsheet("a/b", ["x"], [["=1+1"], ["@x"], [3], [None]])
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    assert sheet is not None
    assert [sheet.cell(row, 1).data_type for row in (2, 3, 4)] == ["s", "s", "n"]


def test_the_switch_needs_an_address(client: Client, cast: SimpleNamespace) -> None:
    client.force_login(cast.owner)
    cast.owner.email = ""
    cast.owner.save()
    client.post(reverse("citizen_reports:letter_switch"), {"on": "1"})
    assert not WeeklyLetter.objects.exists()
