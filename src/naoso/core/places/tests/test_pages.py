"""Pages and the public question, with who may ask."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client

from naoso.core.places import seed, views
from naoso.core.places.models import AdminUnit
from naoso.core.places.selectors import as_then, as_today, search_units, unit_at
from naoso.kernel.geometry import LonLat

pytestmark = pytest.mark.django_db
BUDGETS = {"/places/": 5, "/places/?q=song+cong&before=on": 5}


@pytest.fixture(autouse=True)
def province() -> None:
    """The province as a fresh centre shows it."""
    cache.clear()
    seed.seed()


@pytest.fixture
def clerk() -> Client:
    """Signed in, and may see everything."""
    account = get_user_model().objects.create(username="clerk", is_superuser=True)
    client = Client()
    client.force_login(account)
    return client


def today(code: str) -> AdminUnit:
    return AdminUnit.objects.get(code=code, valid_to=None)


def before(code: str) -> AdminUnit:
    return AdminUnit.objects.get(code=code, valid_to=dt.date(2025, 7, 1))


def test_the_seed_is_whole_and_says_that_it_is_approximate() -> None:
    province = today("19")
    communes = province.children.all()
    assert communes.count() == 92
    assert all(unit.outline and unit.outline.contains(unit.centre) for unit in communes)
    assert all(unit.outline_approximate for unit in communes)
    assert AdminUnit.objects.filter(kind__in=("province", "city"), valid_to=None).count() == 34
    assert {change.old.code for change in province.came_from.all()} == {"06", "19"}
    seed.seed()
    assert AdminUnit.objects.filter(valid_to=None).count() == 34 + 92


def test_cells_do_not_overlap() -> None:
    communes = list(today("19").children.all()[:12])
    for one in communes:
        for other in communes:
            if one != other:
                assert one.outline.intersection(other.outline).area < 1e-9


@pytest.mark.parametrize(
    ("lon", "lat", "day", "expected"),
    [
        (105.849, 21.458, None, "phường Sông Công"),
        (105.849, 21.458, dt.date(2025, 7, 1), "phường Sông Công"),
        (105.849, 21.458, dt.date(2025, 6, 30), "thành phố Sông Công"),
        (105.85, 21.03, None, None),
        (105.85, 21.03, dt.date(2025, 6, 30), None),
        (0.5, 0.5, None, None),
    ],
)
def test_where_a_point_was_on_a_day(
    lon: float, lat: float, day: dt.date | None, expected: str | None
) -> None:
    unit = unit_at(LonLat(lon, lat), day)
    assert (unit and unit.full_name) == expected


def test_then_and_now() -> None:
    assert {u.name for u in as_then(today("05518"), dt.date(2025, 6, 30))} == {
        "Thắng Lợi",
        "Phố Cò",
        "Cải Đan",
    }
    assert {u.name for u in as_today(before("05461"))} == {"Phan Đình Phùng", "Gia Sàng"}
    assert as_today(today("05518")) == [today("05518")]


@pytest.mark.parametrize("typed", ["sông công", "Song Cong", "SÔNG CÔNG", "phường Sông Công", "05518"])
def test_units_are_found_without_tone_marks(typed: str) -> None:
    assert today("05518") in search_units(typed)
    assert today("05860") not in search_units(typed)


@pytest.mark.parametrize(("path", "budget"), BUDGETS.items())
def test_query_budgets(clerk: Client, path: str, budget: int, django_assert_max_num_queries: object) -> None:
    clerk.get(path)
    with django_assert_max_num_queries(budget):  # type: ignore[operator]
        assert "Sông Công" in clerk.get(path).content.decode() or "q=" not in path


def test_a_unit_shows_what_it_came_from_and_became(clerk: Client) -> None:
    page = clerk.get(f"/places/{today('05518').pk}/").content.decode()
    assert "phường Thắng Lợi" in page
    page = clerk.get(f"/places/{before('05461').pk}/").content.decode()
    assert "phường Phan Đình Phùng" in page
    answer = clerk.get(f"/places/{today('05518').pk}/outline.json").json()
    assert answer["features"][0]["geometry"]["type"] == "MultiPolygon"
    assert clerk.get("/places/999999/").status_code == 404


@pytest.mark.parametrize("path", ["/places/", "/places/{}/", "/places/{}/outline.json"])
def test_who_may_look(client: Client, path: str) -> None:
    address = path.format(today("19").pk)
    assert client.get(address).status_code == 302
    client.force_login(get_user_model().objects.create(username="nobody"))
    assert client.get(address).status_code == 403


def test_anyone_may_ask_where_a_point_is(client: Client) -> None:
    ask = "/places/at?lon=105.849&lat=21.458"
    assert client.get(ask).json() == {"unit": {"code": "05518", "name": "phường Sông Công"}}
    assert client.get(f"{ask}&on=2025-06-30").json() == {
        "unit": {"code": "165", "name": "thành phố Sông Công"}
    }
    assert client.get("/places/at?lon=105.85&lat=21.03").json() == {"unit": None}


@pytest.mark.parametrize(
    ("query", "field"),
    [("lon=x&lat=1", "lon"), ("lat=1", "lon"), ("lon=nan&lat=1", "lon"), ("lon=1&lat=91", "lat"),
     ("lon=0&lat=0", "lon,lat"), ("lon=105&lat=21&on=30/06/2025", "on"), ("lon=1e999&lat=1", "lon")],
)  # fmt: skip
def test_bad_questions_are_named(client: Client, query: str, field: str) -> None:
    answer = client.get(f"/places/at?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_too_many_questions(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "ASKED_PER_MINUTE", 2)
    codes = [client.get("/places/at?lon=105.849&lat=21.458").status_code for _ in range(6)]
    assert 429 in codes
