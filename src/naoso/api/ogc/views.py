"""The addresses: parse, ask, answer; every mistake is a problem document with status 400 or 404."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from naoso.api.ogc import documents, items
from naoso.api.ogc.parameters import CRS84, asked, system_of
from naoso.api.ogc.readers import Reader, kind_of, reader_of
from naoso.api.problems import problem
from naoso.core.objects.filters import compiled
from naoso.core.objects.tiles import sql
from naoso.core.objects.tiles.grid import Tile
from naoso.core.objects.tiles.sql import Layer
from naoso.kernel.errors import BadInput
from naoso.kernel.kinds import Kind

Answer = Callable[..., HttpResponse]


def resource(*parameters: str) -> Callable[[Answer], Answer]:
    """An address that everybody may read; `parameters` are the query parameters that it knows beside `f`."""

    def decorate(view: Answer) -> Answer:
        @login_not_required
        @require_safe
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                if parameters != ("*",):
                    check(request, parameters)
                if request.GET.get("f", "json") not in {"json", "geojson", "mvt"}:
                    raise BadInput.of("f", request.GET["f"], "known", "json is the only form")
                response = view(request, *args, **kwargs)
            except BadInput as error:
                response = problem(
                    400, "bad-input", str(error), errors=[one.as_dict() for one in error.errors]
                )
            except Http404 as error:
                response = problem(404, "not-found", str(error) or "nothing is there")
            response["Vary"] = "Cookie"
            if not request.user.is_authenticated:  # open data; what a session sees, no other site may read
                response["Access-Control-Allow-Origin"] = "*"
            return response

        return answer

    return decorate


def check(request: HttpRequest, parameters: tuple[str, ...]) -> None:
    """An unknown parameter is a mistake."""
    for name in request.GET:
        if name != "f" and name not in parameters:
            raise BadInput.of(name, request.GET[name], "known", "this parameter is not known here")


def told(body: Any, media: str = documents.JSON) -> HttpResponse:
    """JSON with its media type."""
    return JsonResponse(body, content_type=media, json_dumps_params={"ensure_ascii": False})


@resource()
def landing(_request: HttpRequest) -> HttpResponse:
    """Where everything begins."""
    return told(documents.landing())


@resource()
def conformance(_request: HttpRequest) -> HttpResponse:
    """What this conforms to."""
    return told({"conformsTo": documents.CONFORMS})


@resource()
def openapi(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.0."""
    return told(documents.openapi(reader_of(request)), documents.OPENAPI)


@resource()
def collections(request: HttpRequest) -> HttpResponse:
    """What this reader has."""
    return told(documents.collections(reader_of(request)))


@resource()
def collection(request: HttpRequest, slug: str) -> HttpResponse:
    """One kind."""
    return told(documents.collection(kind_of(reader_of(request), slug)))


@resource()
def queryables(request: HttpRequest, slug: str) -> HttpResponse:
    """What a filter may name."""
    reader = reader_of(request)
    return told(documents.queryables(kind_of(reader, slug), reader), documents.SCHEMA)


@resource("*")
def item_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Features, page by page."""
    reader = reader_of(request)
    kind = kind_of(reader, slug)
    question = asked(request.GET, kind, reader)
    return of_features(items.page(kind, reader, question), question.crs)


@resource("crs")
def item(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """One feature."""
    reader = reader_of(request)
    crs = system_of(request.GET.get("crs", CRS84), "crs")
    return of_features(items.one(kind_of(reader, slug), reader, number, crs), crs)


def of_features(body: bytes, crs: str) -> HttpResponse:
    """GeoJSON that says its system (Part 2, 6.2.2)."""
    response = HttpResponse(body, content_type=documents.GEOJSON)
    response["Content-Crs"] = f"<{crs}>"
    return response


@resource()
def tilesets(request: HttpRequest, slug: str) -> HttpResponse:
    """How tiles of a kind are cut."""
    return told(documents.tilesets(kind_of(reader_of(request), slug)))


@resource()
def tileset(request: HttpRequest, slug: str) -> HttpResponse:
    """The one way."""
    return told(documents.tileset(kind_of(reader_of(request), slug)))


@resource()
def matrix_sets(_request: HttpRequest) -> HttpResponse:
    """There is one."""
    return told(documents.matrix_sets())


@resource()
def matrix_set(_request: HttpRequest) -> HttpResponse:
    """WebMercatorQuad."""
    return told(documents.matrix_set())


@resource("filter", "filter-lang")
def tile(request: HttpRequest, slug: str, z: int, row: int, column: int) -> HttpResponse:
    """A vector tile; maps of this house ask a faster address."""
    reader, where = reader_of(request), Tile(z, column, row)
    kind = kind_of(reader, slug)
    if not where.exists:
        raise Http404(f"no tile {z}/{row}/{column}")
    layer = layer_of(request, kind.pk, kind.spec, reader)
    response = HttpResponse(gzip.compress(drawn(layer, where), 1, mtime=0), content_type=documents.MVT)
    response["Content-Encoding"] = "gzip"
    return response


def layer_of(request: HttpRequest, pk: int, spec: Kind, reader: Reader) -> Layer:
    """What of the kind is shown to this reader."""
    shown = {field.name for field in reader.fields(spec)}
    readable = Kind(spec.slug, spec.title, spec.icon, tuple(reader.fields(spec)), spec.geometry)
    lang = request.GET.get("filter-lang", "cql2-text")
    return Layer(
        kind_id=pk, geometry=spec.geometry, colour=spec.colour if spec.colour in shown else "",
        own_colour=spec.colour, label=spec.label if spec.label in shown else "",
        counted=frozenset(field.name for field in spec.fields if field.counted), scope=reader.scope(),
        filter=compiled(request.GET.get("filter", ""), readable, lang=lang, rights=reader.holds),
    )  # fmt: skip


def drawn(layer: Layer, where: Tile) -> bytes:
    """The tile; where there is too much to draw, cells."""
    with connection.cursor() as cursor:
        statement, values = sql.statement(layer, where)
        cursor.execute(statement, values)
        row = cursor.fetchone()
        if len(row) == 3 and row[2]:
            statement, values = sql.cells(where, *sql.counting(layer, where))
            cursor.execute(statement, values)
            row = cursor.fetchone()
    return bytes(row[0])
