"""The map of one kind: the page around the island, and what the island asks for."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from naoso.core.objects.forms import ViewForm
from naoso.core.objects.models import CityObject, ObjectKind, ObjectPhoto, State
from naoso.core.objects.pages.showing import label_of, palette_of, shown_values
from naoso.core.objects.selectors import (
    VIEW,
    kind_for,
    kinds_in_use,
    object_for,
    seen_fields,
    views_for,
)
from naoso.core.objects.services.editing import EDIT
from naoso.core.objects.services.suggesting import SUGGEST
from naoso.core.people.access import account_of, permission_required
from naoso.core.people.models import Account
from naoso.core.people.scope import allowed
from naoso.core.places.models import LOCAL, AdminUnit
from naoso.kernel.kinds import Field
from naoso.kernel.modules import ObjectLink
from naoso.ui import icons

TILES = "/tiles/objects/{slug}/{{z}}/{{x}}/{{y}}.mvt"
FEW_PHOTOS = 4
NEAR = 18
UNDO_FOR = dt.timedelta(minutes=10)


@permission_required(VIEW)
def map_page(request: HttpRequest, slug: str) -> HttpResponse:
    """All objects of the kind on a map that shows what changes as it changes."""
    kind, user = kind_for(slug), account_of(request)
    words = {
        "title": str(kind),
        "kind": kind,
        "kinds": kinds_in_use(user),
        "config": config_of(kind, user),
        "views": views_for(kind, user),
        "view_form": ViewForm(),
        "may_edit": allowed(user, EDIT),
        "may_import": allowed(user, "objects.import"),
    }
    return render(request, "objects/map.html", words)


def config_of(kind: ObjectKind, user: Account) -> dict[str, Any]:
    """What the island needs to know of the kind."""
    spec = kind.spec
    seen = seen_fields(kind, user)
    names = {field.name for field in seen}
    root = reverse("objects:map", args=[kind.slug])
    return {
        "slug": kind.slug,
        "title": str(kind),
        "geometry": spec.geometry,
        "tint": spec.tint,
        "glyph": icons.paths(spec.icon),
        "colour": spec.colour if spec.colour in names else "",
        "label": spec.label if spec.label in names else "",
        "fields": [field_config(field) for field in seen],
        "states": [{"value": s.value, "title": str(s.label)} for s in State if s != State.REMOVED],
        "units": units(),
        "tiles": TILES.format(slug=kind.slug),
        "root": root,
        "may_edit": allowed(user, EDIT),
    }


def field_config(field: Field) -> dict[str, Any]:
    """A field for the filter and the legend."""
    palette = palette_of(field)
    return {
        "name": field.name,
        "title": str(field.title),
        "type": field.type,
        "unit": field.unit,
        "counted": field.counted,
        "choices": [
            {"value": c.value, "title": str(c.title), "colour": palette[c.value]} for c in field.choices
        ],
    }


def units() -> list[dict[str, Any]]:
    """Communes and wards of today, to filter by."""
    rows = AdminUnit.objects.on(timezone.localdate()).filter(kind__in=LOCAL).order_by("name")
    return [{"value": pk, "title": name} for pk, name in rows.values_list("pk", "name")]


@permission_required(VIEW)
def card(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One object beside the map."""
    row = object_for(account_of(request), slug, pk)
    return render(request, "objects/parts/card.html", card_words(row, account_of(request)))


def card_words(row: CityObject, user: Account) -> dict[str, Any]:
    """What a card says of an object."""
    return {
        "row": row,
        "kind": row.kind,
        "label": label_of(row.kind, user, row.data),
        "values": shown_values(row.kind, user, row.data),
        "photos": ObjectPhoto.objects.filter(object=row)[:FEW_PHOTOS],
        "may_edit": allowed(user, EDIT, row),
        "may_suggest": allowed(user, SUGGEST, row),
        "undo_to": row.version - 1 if lately(row, user) else 0,
        "links": links_of(row, user),
    }


def links_of(row: CityObject, user: Account) -> list[tuple[ObjectLink, str]]:
    """What the domains offer for an object that stands there."""
    if row.state == State.REMOVED:
        return []
    offered = [link for module in settings.MODULES for link in module.object_links]
    mine = [link for link in offered if link.kind == row.kind.slug and allowed(user, link.permission, row)]
    return [(link, reverse(link.url, args=[row.pk])) for link in mine]


def place_of(row: CityObject) -> str:
    """Where the map opens to show it: zoom, latitude, longitude."""
    middle = row.shape.centroid
    return f"{NEAR}/{middle.y:.6f}/{middle.x:.6f}"


def lately(row: CityObject, user: Account) -> bool:
    """Whether the last change is the person's own, and fresh enough to be taken back by a button."""
    own = row.version > 1 and row.changed_by_id == user.pk
    return own and timezone.now() - row.changed_at < UNDO_FOR


@permission_required(VIEW)
def shape(request: HttpRequest, slug: str, pk: int) -> JsonResponse:
    """One object as GeoJSON, with the version that was read."""
    row = object_for(account_of(request), slug, pk)
    feature = {
        "type": "Feature",
        "id": row.pk,
        "geometry": msgspec.json.decode(row.shape.geojson),
        "properties": {
            "code": row.code,
            "state": row.state,
            "version": row.version,
            "label": label_of(row.kind, account_of(request), row.data),
        },
    }
    return JsonResponse(feature, content_type="application/geo+json", headers={"Cache-Control": "no-store"})


urlpatterns = [
    path("<slug:slug>/", map_page, name="map"),
    path("<slug:slug>/<int:pk>/card/", card, name="card"),
    path("<slug:slug>/<int:pk>/shape.json", shape, name="shape"),
]
