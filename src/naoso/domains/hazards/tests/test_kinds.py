"""What is declared holds together; one more kind is lines and nothing else."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from naoso.core.alerts import thresholds
from naoso.core.alerts.models import AlertRule, Measure
from naoso.core.people.models import Organisation
from naoso.domains.hazards import kinds
from naoso.domains.hazards.derived import MAKERS
from naoso.domains.hazards.forecasting import MODELS
from naoso.domains.hazards.intake import observations
from naoso.domains.hazards.kinds import HazardKind, Limit, Quantity
from naoso.domains.hazards.layers import stations_layer
from naoso.domains.hazards.seed import PLACES, seed_rules
from naoso.domains.hazards.tests import factories as make
from naoso.kernel.findings import Severity

WIND = HazardKind(
    "wind-mast", "Cột gió", "wind", "gust", "storm", 15,
    quantities=(Quantity("gust", "Gió giật", "m/s", 0, 100),),
    limits=(Limit("gust-strong", "Gió giật mạnh", "gust", 20.8, 17.2, Severity.SEVERE),),
)  # fmt: skip


@pytest.mark.parametrize("kind", kinds.KINDS, ids=lambda kind: kind.slug)
def test_a_declaration_names_only_what_there_is(kind: HazardKind) -> None:
    codes = {quantity.code for quantity in kind.quantities}
    assert kind.shown in codes
    assert not kind.forecast or kind.forecast in MODELS
    assert {q.made_by for q in kind.quantities} - {""} <= set(MAKERS)
    for limit in kind.limits:
        quantity = kind.quantity(limit.quantity)
        assert limit.clear_at < limit.raise_at
        assert limit.measure in Measure.values
        assert limit.measure == "rise" or quantity.low < limit.raise_at < quantity.high


def test_codes_are_told_once_and_places_name_kinds() -> None:
    codes = [limit.code for kind in kinds.KINDS for limit in kind.limits]
    assert len(codes) == len(set(codes))
    assert {place.kind for place in PLACES} == {kind.slug for kind in kinds.KINDS}
    assert {"mua-thuong-nguon", "mn-song-cong"} <= {place.code for place in PLACES}
    per_station = {limit.code for kind in kinds.KINDS for limit in kind.limits if limit.per_station}
    assert {code for place in PLACES for code in place.levels} == per_station


@pytest.mark.django_db
def test_another_kind_is_lines_and_nothing_else(
    client: Client, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "KINDS", (*kinds.KINDS, WIND))
    thresholds._boards.clear()
    seed_rules(Organisation.objects.get(pk=cast.department.pk))
    thing = make.station(cast, "gio-01", WIND)
    observations(make.tell(make.series_of(thing, "gust"), [(timezone.now(), 24.0)]))
    assert AlertRule.objects.filter(code="gust-strong").exists()
    (feature,) = stations_layer(cast.owner, None)["features"]
    assert (feature["properties"]["state"], feature["properties"]["value"]) == ("danger", 24.0)
    client.force_login(cast.owner)
    assert "Cột gió" in client.get("/hazards/", {"kind": "wind-mast"}).content.decode()
    assert "Gió giật" in client.get("/hazards/stations/gio-01/").content.decode()
    chart = client.get("/hazards/stations/gio-01/chart/gust.json").json()
    assert [limit["value"] for limit in chart["limits"]] == [20.8]
