"""Incidents are found by words without tone marks and by number; far pages show what near ones would."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import connection

from naoso.core.response import paging, selectors
from naoso.core.response.models import Incident
from naoso.core.response.paging import KeyPaginator
from naoso.core.response.tests.factories import incident
from naoso.core.response.words import Words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["khoi day", "KHÓI DÀY", "Khói  dày", "đặc", "dac"])
def test_words_are_found_however_they_are_typed(cast: SimpleNamespace, text: str) -> None:
    row = incident(cast, title="Khói dày đặc")
    incident(cast, title="Cây đổ")
    assert list(selectors.listed(cast.owner, text=text)) == [row]


def test_numbers_are_found_by_a_part(cast: SimpleNamespace) -> None:
    row = incident(cast)
    incident(cast)
    assert list(selectors.listed(cast.owner, text=row.number[-6:])) == [row]


@pytest.mark.parametrize("text", ["%", "_", "100%", "\\"])
def test_signs_of_a_pattern_are_only_signs(cast: SimpleNamespace, text: str) -> None:
    incident(cast)
    assert not selectors.listed(cast.owner, text=text).exists()


def test_the_index_serves_the_search() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
    found = Incident.objects.alias(words=Words("number", "title")).filter(words__contains="khoi day")
    plan = found.order_by().explain()
    assert "incident_words" in plan


def test_far_pages_show_the_same_rows(cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    for _each in range(7):
        incident(cast)
    rows = selectors.visible(cast.owner)
    near = [list(KeyPaginator(rows, 3).page(number)) for number in (1, 2, 3)]
    monkeypatch.setattr(paging, "FAR", 0)
    assert [list(KeyPaginator(rows, 3).page(number)) for number in (1, 2, 3)] == near
    assert [row for page in near for row in page] == list(Incident.objects.order_by("-opened_at", "-id"))
