"""The page and its worker may carry the same call at the same moment: one call, one incident."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from naoso.core.people.tests import factories as people
from naoso.core.response.models import Incident
from naoso.domains.sos.models import Call, Position
from naoso.domains.sos.tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 2


def test_the_same_key_at_the_same_moment_is_one_incident() -> None:
    people.body("ioc")
    told, start = json.dumps(make.body()), Barrier(AT_ONCE)

    def send() -> tuple[int, dict[str, Any]]:
        try:
            start.wait(20)
            answer = Client().post("/sos/send/", told, content_type="application/json")
            return answer.status_code, answer.json()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [one.result() for one in [pool.submit(send) for _each in range(AT_ONCE)]]
    assert {status for status, _body in answers} == {201}
    assert len({body["code"] for _status, body in answers}) == 1
    assert (Call.objects.count(), Incident.objects.count(), Position.objects.count()) == (1, 1, 1)
