"""`/tiles/objects/<kind>/<z>/<x>/<y>.mvt`: a small ASGI application before Django's.

A map asks for hundreds of tiles a second, and the whole chain of a page costs more than a tile. So this
answers them alone: session, scope and rights are checked as everywhere, and believed for five seconds as
the live stream believes them. `filter` is CQL2 text, `colour` a field.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

import msgspec
import psycopg
from asgiref.sync import sync_to_async
from cachetools import TTLCache
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connections
from django.http import HttpRequest
from psycopg_pool import AsyncConnectionPool

from naoso.core.objects.filters import compiled
from naoso.core.objects.models import ObjectKind
from naoso.core.objects.tiles.grid import Tile
from naoso.core.objects.tiles.making import Keeper
from naoso.core.objects.tiles.sql import Layer
from naoso.core.people.models import Account
from naoso.core.people.scope import Scope, User, allowed, scope_of
from naoso.core.people.second_factor import may_pass
from naoso.kernel.errors import BadInput, NaosoError, NotAllowed
from naoso.kernel.kinds import Kind

log = logging.getLogger(__name__)
PATH = re.compile(
    r"^/tiles/objects/(?P<kind>[a-z0-9-]{1,40})/(?P<z>\d{1,2})/(?P<x>\d{1,7})/(?P<y>\d{1,7})\.mvt\Z"
)
PREFIX = "/tiles/"
BELIEVED_S = 5.0
MVT = "application/vnd.mapbox-vector-tile"
OPTIONS = (
    "-c max_parallel_workers_per_gather=0 -c jit=off -c statement_timeout=15s -c application_name=naoso-tiles"
)

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Asgi = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: their scope over objects and the rights that single fields ask for."""

    scope: Scope
    user: User


@dataclass(frozen=True, slots=True)
class Known:
    """A kind as the tiles need it."""

    pk: int
    version: int
    spec: Kind


class Resources:
    """What one event loop holds: connections and kept tiles."""

    def __init__(self) -> None:
        self.pool = AsyncConnectionPool(
            kwargs=parameters(), min_size=1, max_size=6, timeout=10, open=False, name="tiles"
        )
        self.keeper = Keeper()
        self.visitors: TTLCache[str, Visitor | None] = TTLCache(2000, BELIEVED_S)
        self.kinds: TTLCache[str, Known | None] = TTLCache(500, BELIEVED_S)
        self.layers: TTLCache[tuple[object, ...], Layer] = TTLCache(2000, BELIEVED_S)
        self.opened = False
        self.opening = asyncio.Lock()

    async def connection(self) -> AsyncConnectionPool[psycopg.AsyncConnection[Any]]:
        """The pool, opened when the first tile is asked for."""
        if not self.opened:
            async with self.opening:
                await self.pool.open()
                self.opened = True
        return self.pool


_resources: WeakKeyDictionary[asyncio.AbstractEventLoop, Resources] = WeakKeyDictionary()


def parameters() -> dict[str, Any]:
    """Django's own connection, for statements that change nothing."""
    own = connections["default"].get_connection_params()
    kept = {name: own[name] for name in ("dbname", "user", "password", "host", "port") if own.get(name)}
    return kept | {"options": OPTIONS, "autocommit": True}


def resources() -> Resources:
    """Those of the running loop."""
    loop = asyncio.get_running_loop()
    if loop not in _resources:
        _resources[loop] = Resources()
    return _resources[loop]


async def close() -> None:
    """For tests and a clean end."""
    found = _resources.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.pool.close()


def with_tiles(django: Asgi) -> Asgi:
    """Tiles are answered here, everything else by Django."""

    async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await answer(scope, send)
        else:
            await django(scope, receive, send)

    return application


async def answer(scope: dict[str, Any], send: Send) -> None:
    """A tile, or a problem document that says why not."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    try:
        body = await tile_of(scope, headers)
    except NaosoError as error:
        await reply(
            send,
            error.status,
            msgspec.json.encode(error.problem()),
            {"content-type": "application/problem+json"},
        )
        return
    except psycopg.errors.QueryCanceled:
        problem = BadInput.of(
            "filter", "", "cost", "this filter takes too long for a tile; narrow it"
        ).problem()
        await reply(send, 503, msgspec.json.encode(problem), {"content-type": "application/problem+json"})
        return
    etag = '"' + hashlib.blake2b(body, digest_size=12).hexdigest() + '"'
    said = {
        "etag": etag,
        "cache-control": "private, no-cache",
        "vary": "Cookie",
        "x-content-type-options": "nosniff",
    }
    if headers.get("if-none-match") == etag:
        await reply(send, 304, b"", said)
    else:
        await reply(send, 200, body, said | {"content-type": MVT, "content-encoding": "gzip"})


async def reply(send: Send, status: int, body: bytes, headers: dict[str, str]) -> None:
    """One ASGI response."""
    listed = [(name.encode(), value.encode()) for name, value in headers.items()]
    if status != 304:
        listed.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": listed})
    await send({"type": "http.response.body", "body": body})


async def tile_of(scope: dict[str, Any], headers: dict[str, str]) -> bytes:
    """The gzipped tile that was asked for; raises what the house raises."""
    if scope["method"] not in {"GET", "HEAD"}:
        raise BadInput.of("method", scope["method"], "method", "tiles are read with GET")
    found = PATH.match(scope["path"])
    if found is None:
        raise NotThere("there is no such tile")
    tile = Tile(int(found["z"]), int(found["x"]), int(found["y"]))
    held = resources()
    visitor = await visitor_of(held, headers.get("cookie", ""))
    if not visitor.scope:
        raise NotAllowed("objects.view is not held")
    layer, key = await layer_of(held, found["kind"], visitor, scope["query_string"])
    if not tile.exists:
        raise BadInput.of(
            "tile", f"{tile.z}/{tile.x}/{tile.y}", "range", "no such tile in WebMercatorQuad, zoom 0–19"
        )
    pool = await held.connection()
    async with pool.connection() as connection:
        return await held.keeper.get(connection, layer, tile, key)


class NotThere(NaosoError):
    """No such tile."""

    code = "not-found"
    status = 404


async def visitor_of(held: Resources, cookies: str) -> Visitor:
    """Whoever the session cookie names; raises NotAllowed for anybody else."""
    try:
        morsel = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        morsel = None
    key = morsel.value if morsel else ""
    if key and key not in held.visitors:
        held.visitors[key] = await sync_to_async(read_visitor)(key)
    visitor = held.visitors.get(key)
    if visitor is None:
        raise NotSignedIn("sign in first")
    return visitor


class NotSignedIn(NaosoError):
    """No session stands behind the request."""

    code = "not-signed-in"
    status = 401


def read_visitor(key: str) -> Visitor | None:
    """The account of a session, checked as a page would check it."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = get_user(request)
    if not isinstance(user, Account) or not user.is_active or not may_pass(user, request.session):
        return None
    return Visitor(scope_of(user, "objects.view"), user)


async def layer_of(
    held: Resources, slug: str, visitor: Visitor, query: bytes
) -> tuple[Layer, tuple[object, ...]]:
    """What is asked for, checked; equal questions in equal scopes share their tiles."""
    if slug not in held.kinds:
        held.kinds[slug] = await sync_to_async(read_kind)(slug)
    known = held.kinds[slug]
    if known is None:
        raise NotThere(f"no kind of object is called {slug}")
    asked = (known.pk, known.version, visitor.scope, query, visitor.user.pk if guarded(known.spec) else 0)
    if asked not in held.layers:
        held.layers[asked] = await sync_to_async(read_layer)(known, visitor, query)
    return held.layers[asked], asked


def guarded(kind: Kind) -> bool:
    """Whether single fields ask for a right of their own."""
    return any(field.view_right for field in kind.fields)


def read_kind(slug: str) -> Known | None:
    """A kind in use."""
    row = ObjectKind.objects.filter(slug=slug, retired=False).first()
    return Known(row.pk, row.version, row.spec) if row else None


def read_layer(known: Known, visitor: Visitor, query: bytes) -> Layer:
    """The question of an address; raises BadInput with what is wrong in it."""
    said = parse_qs(query.decode("utf-8", "replace"), max_num_fields=10)
    spec = known.spec

    def held(right: str) -> bool:
        return allowed(visitor.user, right)

    seen = {field.name for field in spec.fields if not field.view_right or held(field.view_right)}
    colour = said.get("colour", [spec.colour])[0]
    if colour and colour not in {field.name for field in spec.fields if field.name in seen}:
        raise BadInput.of("colour", colour, "property", "the kind has no such field")
    return Layer(
        kind_id=known.pk,
        geometry=spec.geometry,
        colour=colour if colour in seen else "",
        own_colour=spec.colour,
        label=spec.label if spec.label in seen else "",
        counted=frozenset(field.name for field in spec.fields if field.counted),
        filter=compiled(said.get("filter", [""])[0], spec, rights=held),
        scope=visitor.scope,
    )
