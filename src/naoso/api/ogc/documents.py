"""What describes the interface: landing page, conformance, collections, queryables, OpenAPI."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from naoso.api.ogc.parameters import CRS84, SYSTEMS
from naoso.api.ogc.readers import Reader, kinds_of
from naoso.core.objects.models import ObjectKind
from naoso.kernel.kinds import field_schema

JSON, GEOJSON, SCHEMA = "application/json", "application/geo+json", "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
MVT = "application/vnd.mapbox-vector-tile"
FEATURES = "http://www.opengis.net/spec/ogcapi-features-{}/1.0/conf/{}"
CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/{}"
TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{}"
CONFORMS = [
    *(FEATURES.format(1, name) for name in ("core", "oas30", "geojson")),
    FEATURES.format(2, "crs"),
    *(FEATURES.format(3, name) for name in ("queryables", "queryables-query-parameters", "filter",
        "features-filter")),
    *(CQL2.format(name) for name in ("cql2-text", "cql2-json", "basic-cql2", "basic-spatial-functions",
                                     "advanced-comparison-operators", "case-insensitive-comparison",
                                     "accent-insensitive-comparison")),
    *(TILES.format(name) for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt")),
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
]  # fmt: skip
MATRIX_SET = "WebMercatorQuad"
MATRIX_SET_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{MATRIX_SET}"
REL = "http://www.opengis.net/def/rel/ogc/1.0"
GEOMETRY = {"point": "geometry-point", "line": "geometry-multilinestring", "polygon": "geometry-multipolygon"}


def absolute(name: str, *parts: object) -> str:
    """The address of a resource."""
    return settings.SITE_URL.rstrip("/") + reverse(f"ogc:{name}", args=parts)


def link(rel: str, href: str, title: str, media: str = JSON) -> dict[str, str]:
    """A link as in RFC 8288."""
    return {"rel": rel, "href": href, "title": title, "type": media}


def landing() -> dict[str, Any]:
    """Where everything begins."""
    return {
        "title": settings.SITE_TITLE,
        "description": _("The city's objects as open, standard data."),
        "links": [
            link("self", absolute("landing"), _("This document")),
            link("service-desc", absolute("openapi"), _("The description of the interface"), OPENAPI),
            link("service-doc", absolute("openapi"), _("The description of the interface"), OPENAPI),
            link("conformance", absolute("conformance"), _("What it conforms to")),
            link("data", absolute("collections"), _("The collections")),
            link(f"{REL}/tiling-schemes", absolute("matrix_sets"), _("How tiles are cut")),
        ],
    }  # fmt: skip


def collections(reader: Reader) -> dict[str, Any]:
    """All that this reader has."""
    return {
        "links": [link("self", absolute("collections"), _("This document"))],
        "crs": list(SYSTEMS),
        "collections": [collection(kind) for kind in kinds_of(reader)],
    }


def collection(kind: ObjectKind) -> dict[str, Any]:
    """One kind of object."""
    items = absolute("items", kind.slug)
    return {
        "id": kind.slug,
        "title": str(kind),
        "itemType": "feature",
        "crs": list(SYSTEMS),
        "storageCrs": CRS84,
        "extent": {"spatial": {"bbox": [[102.0, 6.0, 118.0, 24.0]], "crs": CRS84},
            "temporal": {"interval": [[None, None]]}},
        "links": [
            link("self", absolute("collection", kind.slug), _("This document")),
            link("items", items, str(kind), GEOJSON),
            link(f"{REL}/queryables", absolute("queryables", kind.slug), _("What can be asked"), SCHEMA),
            link(f"{REL}/tilesets-vector", absolute("tilesets", kind.slug), _("Vector tiles")),
        ],
    }  # fmt: skip


def queryables(kind: ObjectKind, reader: Reader) -> dict[str, Any]:
    """JSON Schema of the properties that a filter may name."""
    fields = {
        field.name: {
            "title": str(field.title),
            **field_schema(field),
            **({"x-ogc-unit": field.unit} if field.unit else {}),
        }
        for field in reader.fields(kind.spec)
    }
    own = {
        "code": {"type": "string"},
        "state": {"type": "string"},
        "geometry": {"format": GEOMETRY[kind.geometry]},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": absolute("queryables", kind.slug),
        "type": "object",
        "title": str(kind),
        "properties": own | fields,
        "additionalProperties": False,
    }


def tilesets(kind: ObjectKind) -> dict[str, Any]:
    """The one way in which tiles of a kind are cut."""
    return {
        "links": [link("self", absolute("tilesets", kind.slug), _("This document"))],
        "tilesets": [tileset(kind)],
    }


def tileset(kind: ObjectKind) -> dict[str, Any]:
    """Tiles of one kind: `cells` that count below the zoom at which `objects` are drawn."""
    template = absolute("tile", kind.slug, 0, 0, 0).removesuffix("0/0/0") + "{tileMatrix}/{tileRow}/{tileCol}"
    return {
        "title": str(kind),
        "dataType": "vector",
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "tileMatrixSetURI": MATRIX_SET_URI,
        "links": [
            link("self", absolute("tileset", kind.slug), _("This document")),
            link("item", template, str(kind), MVT) | {"templated": "true"},
            link(f"{REL}/tiling-scheme", absolute("matrix_set"), MATRIX_SET),
        ],
        "layers": [{"id": "cells", "dataType": "vector"}, {"id": "objects", "dataType": "vector"}],
    }


def matrix_sets() -> dict[str, Any]:
    """There is one."""
    one = {
        "id": MATRIX_SET,
        "title": MATRIX_SET,
        "uri": MATRIX_SET_URI,
        "links": [link("self", absolute("matrix_set"), MATRIX_SET)],
    }
    return {"tileMatrixSets": [one]}


def matrix_set() -> dict[str, Any]:
    """WebMercatorQuad of OGC 17-083r4, annex E."""
    origin, first = 20037508.3427892, 559082264.028717
    return {
        "id": MATRIX_SET,
        "title": MATRIX_SET,
        "uri": MATRIX_SET_URI,
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [
            {
                "id": str(z), "scaleDenominator": first / 2**z, "cellSize": 2 * origin / 256 / 2**z,
                "pointOfOrigin": [-origin, origin], "tileWidth": 256, "tileHeight": 256,
                "matrixWidth": 2**z, "matrixHeight": 2**z,
            }
            for z in range(20)
        ],
    }  # fmt: skip


def openapi(reader: Reader) -> dict[str, Any]:
    """OpenAPI 3.0 of these addresses, with the collections that this reader has."""
    path = {"name": "collectionId", "in": "path", "required": True, "schema": {"type": "string"}}
    feature = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    texts = [
        {
            "name": name,
            "in": "query",
            "required": False,
            "style": "form",
            "explode": False,
            "schema": {"type": "string"},
        }
        for name in ("datetime", "crs", "bbox-crs", "filter", "filter-lang", "filter-crs")
    ]
    limit = {"name": "limit", "in": "query", "required": False, "style": "form", "explode": False,
             "schema": {"type": "integer", "minimum": 1, "maximum": 10000, "default": 10}}  # fmt: skip
    numbers = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    box = {
        "name": "bbox",
        "in": "query",
        "required": False,
        "style": "form",
        "explode": False,
        "schema": numbers,
    }

    def get(summary: str, media: str, *parameters: dict[str, Any]) -> dict[str, Any]:
        answer = {"description": summary, "content": {media: {"schema": {"type": "object"}}}}
        problem = {"application/problem+json": {"schema": {"type": "object"}}}
        wrong = {"description": "a problem", "content": problem}
        operation = {
            "summary": summary,
            "operationId": summary.replace(" ", "_"),
            "parameters": list(parameters),
        }
        return {"get": operation | {"responses": {"200": answer, "400": wrong, "404": wrong}}}

    paths = {
        "/": get("landing page", JSON),
        "/conformance": get("conformance", JSON),
        "/collections": get("collections", JSON),
        "/collections/{collectionId}/items/{featureId}": get("item", GEOJSON, path, feature, texts[1]),
    }
    for kind in kinds_of(reader):
        one = f"/collections/{kind.slug}"
        paths[one] = get(f"collection {kind.slug}", JSON)
        paths[f"{one}/queryables"] = get(f"queryables {kind.slug}", SCHEMA)
        paths[f"{one}/items"] = get(f"items {kind.slug}", GEOJSON, limit, box, *texts)
        paths[f"{one}/tiles"] = get(f"tilesets {kind.slug}", JSON)
        paths[f"{one}/tiles/{MATRIX_SET}"] = get(f"tileset {kind.slug}", JSON)
    return {
        "openapi": "3.0.3",
        "info": {"title": settings.SITE_TITLE, "version": "1.0"},
        "servers": [{"url": absolute("landing").rstrip("/")}],
        "paths": paths,
    }
