"""Files and forms of lists: what is no date, no line or over already is said, never dropped."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from naoso.domains.traffic.models import ListImport
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
    assert [list(told[2:]) for told in run.report if told[2] == "refused"] == [["refused", "no date"]]


@pytest.mark.parametrize("data", [b"PK\x03\x04 broken", b"\x00\x01\x02"])
def test_a_broken_workbook_is_not_done(world: SimpleNamespace, data: bytes) -> None:
    try:
        run = imported(world, "a.xlsx", data)
    except BadInput:
        return
    assert run.state == ListImport.State.FAILED
    assert run.problem


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
