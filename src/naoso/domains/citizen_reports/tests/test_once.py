"""Page and worker may carry the same draft at the same moment: one report, one code."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from naoso.domains.citizen_reports.models import Category, Report
from naoso.domains.citizen_reports.tests.test_pages import _no_limits_left_over, fields
from naoso.domains.citizen_reports.tests.test_services import _files, category

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["_files", "_no_limits_left_over", "category"]
AT_ONCE = 4


def test_the_same_draft_at_the_same_moment_is_one_report(category: Category) -> None:
    draft = fields(category)
    start = Barrier(AT_ONCE)

    def send() -> tuple[int, dict[str, Any]]:
        try:
            start.wait(20)
            answer = Client().post("/reports/send/", draft)
            return answer.status_code, answer.json()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [one.result() for one in [pool.submit(send) for _each in range(AT_ONCE)]]
    assert {status for status, _body in answers} == {201}
    assert len({body["code"] for _status, body in answers}) == 1
    assert Report.objects.count() == 1
