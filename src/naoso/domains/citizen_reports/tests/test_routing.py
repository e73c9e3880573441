"""Which rule takes a report: pure, and on the screen's bench."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from naoso.domains.citizen_reports.models import Category, Desk, RoutingRule
from naoso.domains.citizen_reports.rules.routing import (
    Case,
    Misfit,
    Rule,
    destination,
    misfit,
    only_words,
    within,
)
from naoso.domains.citizen_reports.tests.test_services import _files, category, send
from naoso.kernel.errors import BadInput

__all__ = ["_files", "category"]
SUNDAY_NIGHT = dt.datetime(2026, 11, 22, 23, 30)  # noqa: DTZ001 - local time, as a case has it
CASE = Case((3, 1), (50, 5), SUNDAY_NIGHT, only_words("Ống nước bị VỠ, ngập úng!"))


@pytest.mark.parametrize(
    ("conditions", "reason"),
    [
        ({}, None),
        ({"category_id": 1}, None),
        ({"category_id": 2}, Misfit.CATEGORY),
        ({"unit_id": 5}, None),
        ({"unit_id": 6}, Misfit.UNIT),
        ({"weekdays": frozenset({6})}, None),
        ({"weekdays": frozenset({0, 1})}, Misfit.DAY),
        ({"time_from": dt.time(22), "time_to": dt.time(6)}, None),
        ({"time_from": dt.time(7), "time_to": dt.time(17)}, Misfit.TIME),
        ({"words": ("ngap ung",)}, None),
        ({"words": ("gap ung",)}, Misfit.WORDS),
        ({"words": ("ho ga", "vo")}, None),
    ],
)
def test_each_condition_by_itself(conditions: dict[str, object], reason: Misfit | None) -> None:
    assert misfit(Rule(1, "r", 9, **conditions), CASE) is reason  # type: ignore[arg-type]


def test_the_order_of_rules_then_owners_then_the_fallback() -> None:
    rules = [Rule(1, "no", 9, category_id=2), Rule(2, "yes", 8), Rule(3, "late", 7)]
    found = destination(rules, CASE, owners=[6], fallback=5)
    assert found is not None
    assert (found.organisation_id, found.rule) == (8, rules[1])
    nearest = destination([], CASE, owners=[None, 6], fallback=5)
    assert nearest is not None
    assert (nearest.organisation_id, nearest.fallback) == (6, False)
    last = destination([], CASE, owners=[None], fallback=5)
    assert last is not None
    assert (last.organisation_id, last.fallback) == (5, True)
    assert destination([], CASE, owners=[], fallback=None) is None


def test_a_span_goes_over_midnight() -> None:
    assert within(dt.time(1), dt.time(22), dt.time(6))
    assert not within(dt.time(6), dt.time(22), dt.time(6))


@pytest.mark.django_db
def test_nobody_answers_is_a_clear_error_until_there_is_a_fallback(
    cast: SimpleNamespace, category: Category
) -> None:
    category.owner = None
    category.save()
    with pytest.raises(BadInput) as error:
        send(category)
    assert error.value.errors[0].rule == "owner"
    Desk.objects.create(pk=1, fallback=cast.agency)
    report = send(category)
    assert (report.owner, report.in_fallback) == (cast.agency, True)


@pytest.mark.django_db
def test_the_bench_names_the_rule(client: Client, cast: SimpleNamespace, category: Category) -> None:
    RoutingRule.objects.create(order=10, title="Ban đêm", words=["chay"], organisation=cast.agency)
    RoutingRule.objects.create(order=20, title="Cả tỉnh", unit=cast.province, organisation=cast.ward_office)
    client.force_login(cast.chief)
    asked = {"category": category.pk, "unit": cast.ward.pk, "text": "vỡ ống"}
    page = client.get(reverse("citizen_reports:rules"), asked)
    assert page.context["goes_to"] == cast.ward_office
    assert [bool(why) for _rule, why in page.context["verdicts"]] == [True, False]
    assert "Cả tỉnh" in page.context["because"]


@pytest.mark.django_db
def test_rules_are_made_and_moved(client: Client, cast: SimpleNamespace, category: Category) -> None:
    client.force_login(cast.chief)
    for title in ("một", "hai"):
        made = client.post(
            reverse("citizen_reports:rule_new"),
            {"title": title, "organisation": cast.agency.pk, "enabled": "on", "words": "cháy\nkhói"},
        )
        assert made.status_code == 302
    first, second = RoutingRule.objects.all()
    assert first.words == ["cháy", "khói"]
    client.post(reverse("citizen_reports:rule_shift", args=[second.pk, "up"]))
    assert list(RoutingRule.objects.values_list("title", flat=True)) == ["hai", "một"]
    half = {"title": "x", "organisation": cast.agency.pk, "time_from": "22:00"}
    refused = client.post(reverse("citizen_reports:rule_new"), half)
    assert refused.status_code == 422
    assert refused.context["form"].errors["time_to"]
