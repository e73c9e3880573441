"""What decides on reports is kept in the process, and is never a moment behind its tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import models, transaction
from pytest_django import DjangoAssertNumQueries

from naoso.core.response.models import DayException
from naoso.domains.citizen_reports.models import BlockedWord, Category, Desk, Question, Report, RoutingRule
from naoso.domains.citizen_reports.selectors.directory import Directory, directory
from naoso.domains.citizen_reports.selectors.lines import lines
from naoso.domains.citizen_reports.tests.test_services import _files, category, send

pytestmark = pytest.mark.django_db
__all__ = ["_files", "category"]
DAY = dt.date(2026, 12, 24)

CHANGES: dict[str, tuple[Callable[[SimpleNamespace], models.Model], Callable[[Directory], bool]]] = {
    "rule": (
        lambda cast: RoutingRule.objects.create(title="r", organisation=cast.agency),
        lambda book: any(rule.title == "r" for rule in book.rules),
    ),
    "desk": (
        lambda cast: Desk.objects.create(pk=1, fallback=cast.agency),
        lambda book: bool(book.desk.fallback),
    ),
    "question": (
        lambda cast: Question.objects.create(category=Category.objects.get(), code="q", label="Sâu không?"),
        lambda book: [one.code for one in book.questions] == ["q"],
    ),
    "day off": (
        lambda cast: DayException.objects.create(day=DAY, works=False, name="x"),
        lambda book: book.days.exceptions.get(DAY) is False,
    ),
    "blocked words": (
        lambda cast: BlockedWord.objects.create(words="xyz", created_by=cast.owner),
        lambda book: book.blocked_words == ("xyz",),
    ),
}


def test_unchanged_it_takes_one_query(
    category: Category, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    book = directory()
    with django_assert_num_queries(1):
        assert directory() is book


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_seen_at_once_and_so_is_its_undoing(
    cast: SimpleNamespace, category: Category, what: str
) -> None:
    make, seen = CHANGES[what]
    assert not seen(directory())
    with transaction.atomic():
        make(cast)
        assert seen(directory())
        transaction.set_rollback(True)
    assert not seen(directory())
    made = make(cast)
    assert seen(directory())
    made.delete()
    assert not seen(directory())


def test_a_change_of_a_row_is_seen_whoever_makes_it(cast: SimpleNamespace, category: Category) -> None:
    assert directory().bodies[cast.department.pk].name == cast.department.name
    type(cast.department).objects.filter(pk=cast.department.pk).update(name="Sở mới")
    assert directory().bodies[cast.department.pk].name == "Sở mới"
    Category.objects.update(owner=cast.agency)
    assert directory().categories[category.pk].owner == cast.agency


def test_a_list_names_what_is_newer_than_the_book(cast: SimpleNamespace, category: Category) -> None:
    old = directory()
    newer = Category.objects.create(code="cay", title="Cây đổ", owner=cast.department)
    send(newer)
    assert [row.category for row in lines(Report.objects.all(), old)] == ["Cây đổ"]
