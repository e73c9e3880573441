"""OGC API – Features and Tiles: what each reader gets, what is refused and how."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from naoso.core.objects.tests import factories as make

pytestmark = pytest.mark.django_db
ITEMS = "/api/ogc/collections/bench-tree/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0"
SQUARE = "POLYGON((105.79 21,105.8025 21,105.8025 22,105.79 22,105.79 21))"


@pytest.fixture
def world(cast: SimpleNamespace) -> SimpleNamespace:
    cast.kind = make.kind()
    for n in range(25):
        owner = cast.department if n % 2 else cast.agency
        make.tree(
            cast.kind, owner, f"t{n}", 105.8 + n / 1000, 21.5,
            data={"health": ["good", "poor"][n % 2], "girth_cm": 10 + n, "note": "chỉ nội bộ",
                  "species": "Bàng"},
        )  # fmt: skip
    return cast


def ask(client: Client, path: str = ITEMS, **query: Any) -> dict[str, Any]:
    answer = client.get(path, query)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_the_description_leads_everywhere(client: Client, world: SimpleNamespace) -> None:
    landing = ask(client, "/api/ogc/")
    rels = {link["rel"]: link["href"] for link in landing["links"]}
    for rel in ("self", "service-desc", "conformance", "data"):
        assert client.get(rels[rel].split("/", 3)[3].join(["/", ""])).status_code == 200
    conforms = ask(client, "/api/ogc/conformance")["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in conforms
    assert ask(client, "/api/ogc/api")["openapi"] == "3.0.3"
    one = ask(client, "/api/ogc/collections/bench-tree")
    assert one["itemType"] == "feature"
    assert ask(client, "/api/ogc/collections")["collections"]


def test_the_public_reads_public_values_page_by_page(client: Client, world: SimpleNamespace) -> None:
    seen, path, query = [], ITEMS, {"limit": "10"}
    while path:
        page = ask(client, path, **query)
        assert page["numberMatched"] == 25
        assert page["numberReturned"] == len(page["features"])
        seen += [feature["id"] for feature in page["features"]]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        path, query = ("/" + following[0].split("/", 3)[3] if following else ""), {}
    assert len(seen) == len(set(seen)) == 25
    first = ask(client)["features"][0]
    assert "note" not in first["properties"]
    assert first["properties"]["species"] == "Bàng"
    assert ask(client, f"{ITEMS}/{first['id']}")["id"] == first["id"]


def test_a_reader_with_a_scope_sees_their_own_and_all_values(client: Client, world: SimpleNamespace) -> None:
    client.force_login(world.owner)
    page = ask(client, limit=100)
    assert page["numberMatched"] == 12
    assert page["features"][0]["properties"]["note"] == "chỉ nội bộ"
    hidden = world.kind.members.filter(owner=world.agency).first()
    assert client.get(f"{ITEMS}/{hidden.pk}").status_code == 404


def test_other_sites_read_open_data_and_nothing_behind_a_session(
    client: Client, world: SimpleNamespace
) -> None:
    assert client.get(ITEMS)["Access-Control-Allow-Origin"] == "*"
    client.force_login(world.owner)
    answer = client.get(ITEMS)
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer


def test_a_kind_that_is_not_public_is_not_there(client: Client, world: SimpleNamespace) -> None:
    make.kind(public=False)
    assert client.get(ITEMS).status_code == 404
    client.force_login(world.owner)
    assert client.get(ITEMS).status_code == 200


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"bbox": "105.7999,21.4,105.8045,21.6"}, 5),
        ({"bbox": "21.4,105.7999,21.6,105.8045", "bbox-crs": f"{EPSG}/4326"}, 5),
        ({"bbox": "170,-10,-170,10"}, 0),
        ({"filter": "health = 'poor' AND girth_cm > 20"}, 7),
        ({"filter": '{"op":"=","args":[{"property":"health"},"poor"]}', "filter-lang": "cql2-json"}, 12),
        ({"filter": f"S_INTERSECTS(geometry, {SQUARE})"}, 3),
        ({"filter": "ACCENTI(species) = ACCENTI('bang')"}, 25),
        ({"health": "poor"}, 12),
        ({"girth_cm": "12"}, 1),
        ({"datetime": "2026-01-01T00:00:00Z/.."}, 25),
        ({"limit": "99999999"}, 25),
    ],
)  # fmt: skip
def test_what_is_asked(client: Client, world: SimpleNamespace, query: dict[str, str], count: int) -> None:
    assert ask(client, ITEMS, **query)["numberMatched"] == count


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"unknown": "1"}, "unknown"), ({"note": "x"}, "note"), ({"limit": "0"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "x"}, "limit"), ({"bbox": "1,2,3"}, "bbox"), ({"bbox": "1,2,3,x"}, "bbox"),
        ({"bbox": ""}, "bbox"),
        ({"bbox": "1,5,3,2"}, "bbox"), ({"datetime": "gestern"}, "datetime"),
        ({"datetime": ".."}, "datetime"),
        ({"datetime": "2026-01-02/2026-01-01"}, "datetime"), ({"crs": "EPSG:1"}, "crs"),
        ({"filter": "health ="}, "filter"),
        ({"filter": "note = 'x'"}, "filter"), ({"filter": "1=1;DROP TABLE x"}, "filter"),
        ({"f": "html"}, "f"),
        ({"filter-lang": "sql"}, "filter-lang"), ({"health": "nope"}, "health"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(
    client: Client, world: SimpleNamespace, query: dict[str, str], field: str
) -> None:
    answer = client.get(ITEMS, query)
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == field


def test_other_systems(client: Client, world: SimpleNamespace) -> None:
    plain = ask(client)["features"][0]["geometry"]["coordinates"]
    answer = client.get(ITEMS, {"crs": "http://www.opengis.net/def/crs/EPSG/0/4326"})
    assert answer["Content-Crs"] == "<http://www.opengis.net/def/crs/EPSG/0/4326>"
    assert answer.json()["features"][0]["geometry"]["coordinates"] == plain[::-1]
    metres = ask(client, crs="http://www.opengis.net/def/crs/EPSG/0/3857")["features"][0]["geometry"][
        "coordinates"
    ]
    there = Point(*plain, srid=4326).transform(3857, clone=True)
    assert metres == pytest.approx(list(there.coords), abs=0.01)


def test_tiles(client: Client, world: SimpleNamespace) -> None:
    base = "/api/ogc/collections/bench-tree/tiles"
    assert ask(client, base)["tilesets"][0]["dataType"] == "vector"
    assert len(ask(client, "/api/ogc/tileMatrixSets/WebMercatorQuad")["tileMatrices"]) == 20
    answer = client.get(f"{base}/WebMercatorQuad/8/112/203")
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert len(answer.content) > 40
    assert client.get(f"{base}/WebMercatorQuad/3/9/9").status_code == 404
    assert client.get(f"{base}/WebMercatorQuad/8/112/203", {"filter": "note='x'"}).status_code == 400


def test_nothing_is_written(client: Client, world: SimpleNamespace) -> None:
    assert client.post(ITEMS, {}).status_code == 405
