"""A data steward registers a series, and its readings are taken."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from naoso.core.registry.models import Source, Thing
from naoso.core.registry.services import register_source
from naoso.core.telemetry.models import Series

pytestmark = pytest.mark.django_db
TYPED = {
    "code": "tram-1", "name": "Trạm đo mực nước", "lon": "105.85", "lat": "21.47", "property": "water_level",
    "unit": "m", "low": "0", "high": "30",
}  # fmt: skip


@pytest.fixture
def source(cast: SimpleNamespace) -> Source:
    made, _secret = register_source(
        actor=None,
        code="song-cau",
        name="Sông Cầu",
        owner=cast.department,
        domain="environment",
        unit=cast.ward,
    )
    return made


def test_a_series_with_a_new_thing(client: Client, cast: SimpleNamespace, source: Source) -> None:
    client.force_login(cast.owner)
    url = reverse("telemetry:source", args=[source.pk])
    assert client.post(url, TYPED).status_code == 302
    series = Series.objects.get()
    assert (series.key, series.unit, series.thing.owner) == ("tram-1/water_level", "m", cast.department)
    page = client.get(url).content.decode()
    assert "tram-1/water_level" in page
    second = TYPED | {
        "thing": str(series.thing.pk),
        "property": "temperature",
        "unit": "Cel",
        "code": "",
        "name": "",
    }
    assert client.post(url, second).status_code == 302
    assert Thing.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [({"code": ""}, "thing"), ({"high": "-1"}, None), ({"lon": "500"}, None), ({"unit": "furlong"}, "unit")],
)
def test_bad_input_is_named_and_nothing_is_stored(
    client: Client, cast: SimpleNamespace, source: Source, more: dict[str, str], field: str | None
) -> None:
    client.force_login(cast.owner)
    answer = client.post(reverse("telemetry:source", args=[source.pk]), TYPED | more)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field] if field else answer.context["form"].errors
    assert not Series.objects.exists()
    assert not Thing.objects.exists()


def test_the_same_series_twice_is_refused(client: Client, cast: SimpleNamespace, source: Source) -> None:
    client.force_login(cast.owner)
    url = reverse("telemetry:source", args=[source.pk])
    client.post(url, TYPED)
    again = TYPED | {"thing": str(Thing.objects.get().pk)}
    assert client.post(url, again).status_code == 422
    assert Series.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "status"), [("chief", 200), ("stranger", 404), ("colleague", 404), ("nobody", 403)]
)
def test_in_scope_only(client: Client, cast: SimpleNamespace, source: Source, who: str, status: int) -> None:
    client.force_login(getattr(cast, who))
    assert client.get(reverse("telemetry:source", args=[source.pk])).status_code == status
