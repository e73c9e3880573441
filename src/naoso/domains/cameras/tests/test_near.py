"""The cameras near an incident: those that look at it first, none of another kind or far away."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse

from naoso.core.objects.models import CityObject, ObjectKind
from naoso.core.objects.services.editing import add_many
from naoso.core.response.models import ProcedureStep
from naoso.core.response.tests.factories import incident
from naoso.domains.cameras.actions import open_cameras
from naoso.domains.cameras.rules import View
from naoso.domains.cameras.tests import factories as make
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat, bearing

PLACE = LonLat(105.85, 21.47)


@pytest.mark.parametrize(
    ("lon", "lat", "degrees"),
    [(105.85, 21.48, 0), (105.86, 21.47, 90), (105.85, 21.46, 180), (105.84, 21.47, 270)],
)
def test_bearings(lon: float, lat: float, degrees: float) -> None:
    assert bearing(PLACE, LonLat(lon, lat)) == pytest.approx(degrees, abs=0.1)


@pytest.mark.parametrize(
    ("view", "towards", "metres", "seen"),
    [
        (View(0, 90, 200), 44, 100, True),
        (View(0, 90, 200), 46, 100, False),
        (View(350, 60, 200), 15, 100, True),
        (View(0, 360, 200), 180, 201, False),  # too far, whatever its direction
        (View(None, 60, 200), 15, 100, None),
        (View(0, 90), 0, 100, None),
    ],
)
def test_what_a_camera_sees(view: View, towards: float, metres: float, seen: bool | None) -> None:
    assert view.has(towards, metres) is seen


@pytest.fixture
def cameras(cast: SimpleNamespace) -> None:
    kind = ObjectKind.objects.get(slug="camera")
    rows = [
        CityObject(
            code=code, owner=cast.department, unit=cast.ward, shape=Point(lon, 21.47, srid=4326),
            data={"name": code, "purpose": "traffic", "heading_deg": heading, "view_deg": 90, "range_m": 600},
        )
        for code, lon, heading in [("near", 105.851, 90), ("looking", 105.845, 90), ("far", 105.9, 270)]
    ]  # fmt: skip
    add_many(actor=None, kind=kind, rows=rows, reason="test")


@pytest.mark.django_db
def test_an_incident_shows_them(client: Client, cast: SimpleNamespace, cameras: None) -> None:
    client.force_login(cast.owner)
    page = client.get(reverse("response:part", args=[incident(cast).pk, "cameras"])).content.decode()
    assert page.index("looking") < page.index("near")
    assert page.count("bg-green-lt") == 1
    assert ">far<" not in page


@pytest.mark.django_db
def test_a_step_names_them_or_says_why_not(cast: SimpleNamespace, cameras: None) -> None:
    told = open_cameras(incident(cast), ProcedureStep())
    assert "looking" in told
    assert "far" not in told
    looking = CityObject.objects.get(code="looking")
    make.source(cast, make.group(cast, restricted=True), camera=looking)
    assert "looking" not in open_cameras(incident(cast), ProcedureStep())  # whoever reads it may not know
    with pytest.raises(BadInput):
        open_cameras(incident(cast, place=LonLat(106.5, 22.0)), ProcedureStep())
    with pytest.raises(BadInput):
        open_cameras(incident(cast, place=None), ProcedureStep())
