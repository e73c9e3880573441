"""Tiles add up at every zoom, show each person their own, and are believed only while nothing changed."""

from __future__ import annotations

import asyncio
import gzip
import tempfile
from types import SimpleNamespace
from typing import Any

import httpx
import pyogrio
import pytest
from asgiref.sync import sync_to_async
from django.contrib.gis.geos import Point
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.test import Client

from naoso.core.objects.models import CityObject
from naoso.core.objects.tests import factories as make
from naoso.core.objects.tests.test_cells import scattered
from naoso.core.objects.tiles import app
from naoso.core.objects.tiles.grid import Tile

pytestmark = pytest.mark.django_db(transaction=True)
WHERE = Tile(12, 3252, 1800)


@pytest.fixture
def world(cast: SimpleNamespace) -> SimpleNamespace:
    """A kind with objects of two owners in two wards and none."""
    cast.kind = make.kind()
    scattered(cast.kind, cast, 200)
    return cast


def run(work: Any) -> Any:
    """A coroutine in a loop of its own; the tile application's connections end with it."""

    async def whole() -> Any:
        try:
            return await work
        finally:
            await app.close()
            await sync_to_async(connections.close_all)()

    return asyncio.run(whole())


async def refuse(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("this is not a tile")


class Browser:
    """Somebody's session against the tile application."""

    def __init__(self, account: Any) -> None:
        django = Client()
        if account is not None:
            django.force_login(account)
        self.cookies = {name: morsel.value for name, morsel in django.cookies.items()}

    async def ask(self, *paths: str, **headers: str) -> list[httpx.Response]:
        """The answers to several addresses in one loop."""
        transport = httpx.ASGITransport(app=app.with_tiles(refuse))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://t", cookies=self.cookies
        ) as client:
            return [await client.get(path, headers=headers) for path in paths]


def ask(account: Any, *paths: str, **headers: str) -> list[httpx.Response]:
    """The same without a loop."""
    return run(Browser(account).ask(*paths, **headers))


def path(tile: Tile, query: str = "", kind: str = "bench-tree") -> str:
    """The address of a tile."""
    return f"/tiles/objects/{kind}/{tile.z}/{tile.x}/{tile.y}.mvt{query}"


def tiles(z: int) -> list[Tile]:
    """All tiles of a zoom that hold the scattered objects."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT objects_pack(spot) >> %s, objects_pack(spot >> 1) >> %s FROM objects_cityobject",
            [24 - z, 24 - z],
        )
        return [Tile(z, x, y) for x, y in cursor.fetchall()]


def features(response: httpx.Response) -> list[dict[str, Any]]:
    """Properties of everything in a tile."""
    assert response.status_code == 200, response.text
    return [feature for layer in decode(response.content).values() for feature in layer]


def decode(tile: bytes) -> dict[str, list[dict[str, Any]]]:
    """GDAL reads what we wrote."""
    if not tile:
        return {}
    with tempfile.NamedTemporaryFile(suffix=".mvt") as file:
        file.write(tile)
        file.flush()
        found = {}
        for name, _geometry in pyogrio.list_layers(file.name):
            meta, _fids, _shapes, columns = pyogrio.raw.read(file.name, layer=name, read_geometry=False)
            rows = zip(*columns, strict=True)
            found[name] = [dict(zip(meta["fields"], row, strict=True)) for row in rows]
        return found


def total(responses: list[httpx.Response]) -> int:
    """How many objects they show."""
    return sum(one.get("n", 1) for response in responses for one in features(response))


FILTERS = (
    ("health='dead'", "data->>'health' = 'dead'"),
    ("health IN ('dead','poor') AND protected IS NULL", "data->>'health' <> 'good'"),
    ("species LIKE 'B%' AND girth_cm IS NULL AND health <> 'good'", "data->>'health' <> 'good'"),
    ("ACCENTI(species) = ACCENTI('BANG')", "true"),
)
BAD = (
    ("filter=health%3D", "cql2"),
    ("filter=secret%3D'x'", "property"),
    ("colour=nothing", "property"),
    ("filter=girth_cm%3D'high'", "type"),
    ("filter=note%3D'" + "x" * 5000 + "'", "length"),
)


def test_what_one_sees_adds_up_to_all(world: SimpleNamespace) -> None:
    for z in (3, 5, 9, 12, 15, 16, 18):
        assert total(ask(world.chief, *(path(tile) for tile in tiles(z)))) == 200, z
    for z in (5, 12, 16):
        for text, condition in FILTERS:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM objects_cityobject WHERE {condition}")
                [wanted] = cursor.fetchone()
            query = str(httpx.QueryParams({"filter": text}))
            shown = total(ask(world.chief, *(path(tile, f"?{query}") for tile in tiles(z))))
            assert shown == wanted, (z, text)


def test_each_sees_their_own(world: SimpleNamespace) -> None:
    mine = CityObject.objects.visible_to(world.owner).count()
    here = CityObject.objects.filter(owner=world.department, unit=world.ward).count()
    assert 0 < here < mine < 200
    assert ask(world.nobody, path(WHERE))[0].status_code == 403
    assert ask(None, path(WHERE))[0].status_code == 401
    world.make.grant(world.nobody, world.everything, world.department, unit=world.ward)
    for z in (5, 11, 16):
        every = [path(tile) for tile in tiles(z)]
        assert total(ask(world.owner, *every)) == mine, z
        assert total(ask(world.nobody, *every)) == here, z


def test_a_bad_question_is_named(world: SimpleNamespace) -> None:
    [answer] = ask(world.chief, path(WHERE, kind="none"))
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    for query, rule in BAD:
        [answer] = ask(world.chief, path(WHERE, f"?{query}"))
        assert answer.status_code in {400, 422}
        assert answer.json()["errors"][0]["rule"] == rule
    [answer] = ask(world.chief, "/tiles/objects/bench-tree/3/9/1.mvt")
    assert answer.json()["errors"][0]["rule"] == "range"


def test_a_kept_tile_is_believed_until_something_in_it_changes(world: SimpleNamespace) -> None:
    tree = CityObject.objects.filter(kind=world.kind).first()
    assert tree is not None
    there = Tile(16, *spot_tile(tree.spot, 16))
    elsewhere = Tile(16, there.x + 40, there.y)

    browser = Browser(world.chief)

    async def work() -> list[Any]:
        first = (await browser.ask(path(there)))[0]
        same = (await browser.ask(path(there), **{"if-none-match": first.headers["etag"]}))[0]
        await browser.ask(path(elsewhere))
        kept = app.resources().keeper.tiles
        before = {key[-1]: made.at for key, made in kept.items()}
        await sync_to_async(change)(tree.pk)
        after = (await browser.ask(path(there)))[0]
        await browser.ask(path(elsewhere))
        return [first, same, after, before, {key[-1]: made.at for key, made in kept.items()}]

    first, same, after, before, now = run(work())
    assert same.status_code == 304
    assert [f["v"] for f in features(after)] != [f["v"] for f in features(first)]
    assert now[elsewhere] == before[elsewhere]
    assert now[there] > before[there]
    Session.objects.all().delete()
    assert run(browser.ask(path(there)))[0].status_code == 401


def change(pk: int) -> None:
    CityObject.objects.filter(pk=pk).update(data={"species": "Bàng", "health": "other"})


def spot_tile(spot: int, z: int) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objects_pack(%s) >> %s, objects_pack(%s) >> %s", [spot, 24 - z, spot >> 1, 24 - z]
        )
        x, y = cursor.fetchone()
    return x, y


def test_too_many_to_draw_are_counted(world: SimpleNamespace) -> None:
    crowd = [Point(105.8 + n / 1e7, 21.5, srid=4326) for n in range(3200)]
    CityObject.objects.bulk_create(
        CityObject(
            kind=world.kind, owner=world.department, code=f"d{n}", shape=place, data={"health": "good"}
        )
        for n, place in enumerate(crowd)
    )
    there = next(t for t in tiles(16) if total(ask(world.chief, path(t))) >= 3200)
    [answer] = ask(world.chief, path(there))
    assert list(decode(answer.content)) == ["cells"]
    assert len(gzip.compress(answer.content)) < 100_000
