"""Over the real stream: what a gauge can truthfully say becomes alerts, the rest lies in quarantine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.utils import timezone

from naoso.core.alerts import thresholds
from naoso.core.alerts.models import Alert
from naoso.core.ingest.models import Quarantine
from naoso.core.ingest.publisher import access
from naoso.core.ingest.tests.engines import stream_server, work_until_idle
from naoso.core.telemetry.tests.factories import weeks_around
from naoso.domains.hazards.seed import seed_rules
from naoso.domains.hazards.tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
INTAKE = "naoso.domains.hazards.intake.observations"


@pytest.fixture(scope="module", autouse=True)
def server() -> Iterator[None]:
    with stream_server():
        yield


def test_a_value_that_no_gauge_can_tell_is_kept_with_its_reason(cast: SimpleNamespace) -> None:
    thresholds._boards.clear()
    weeks_around(timezone.now().date())
    seed_rules(cast.department)
    make.flood_kind()
    make.station(cast)
    told = [{"value": 999.0}, {"value": 16.5, "unit": "mm"}, {"value": 17.5}]
    now = timezone.now().isoformat()
    with access().connect("device") as stream:
        for one in told:
            body = {"series": "mn-01/water_level", "time": now, "unit": "m"} | one
            stream.request("obs.mn-01", json.dumps(body).encode())
    work_until_idle(INTAKE)
    assert Quarantine.objects.count() == 2
    assert set(Alert.objects.values_list("rule", "value")) == {
        ("river-1", 17.5), ("river-2", 17.5), ("river-3", 17.5),
    }  # fmt: skip
