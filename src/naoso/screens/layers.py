"""Layers that the modules declare, as the map wants them."""

from __future__ import annotations

from typing import Any

import msgspec
from django.conf import settings
from django.http import Http404
from django.urls import reverse

from naoso.core.people.scope import User, allowed, require, scope_of
from naoso.kernel.errors import BadInput
from naoso.kernel.modules import LayerSpec, Module, resolve
from naoso.screens.kept import Kept
from naoso.ui import icons

Box = tuple[float, float, float, float]
KEPT_S = 0.8  # the map waits a second after an event
BRISK_S = 20  # layers that are asked so often show an event in half a second; the map waits 0.4 s


def declared() -> list[tuple[Module, LayerSpec]]:
    """Every layer with the module that it comes from."""
    return [(module, layer) for module in settings.MODULES for layer in module.layers]


def layers_for(user: User) -> list[dict[str, Any]]:
    """The config of each layer that this person may open."""
    return [
        {
            "slug": layer.slug,
            "domain": module.slug,
            "title": str(layer.title),
            "group": "",
            "icon": layer.icon,
            "glyph": icons.paths(layer.icon),
            "url": reverse("map_layer", args=[layer.slug]),
            "kind": "point",
            "sectors": layer.sectors,
            "visible": layer.visible,
            "refresh_s": layer.refresh_s,
            "refresh_on": f"{module.slug}.*",
            "legend": [{"state": item.state, "label": str(item.label)} for item in layer.legend],
        }
        for module, layer in declared()
        if allowed(user, layer.permission)
    ]


kept = Kept(KEPT_S)
kept_briefly = Kept(KEPT_S / 4)


def features(user: User, slug: str, box: Box | None) -> bytes:
    """GeoJSON of one layer; 404 for an unknown layer, NotAllowed without its permission."""
    layer = next((layer for _module, layer in declared() if layer.slug == slug), None)
    if layer is None:
        raise Http404(f"no layer {slug!r}")
    require(user, layer.permission)
    key = (slug, scope_of(user, layer.permission), box)
    store = kept_briefly if layer.refresh_s <= BRISK_S else kept
    return store.get(key, lambda: msgspec.json.encode(resolve(layer.features)(user, box)))


def box_of(text: str | None) -> Box | None:
    """`west,south,east,north` in degrees; raises BadInput for anything else."""
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise BadInput.of("bbox", text, "format", "must be west,south,east,north in degrees") from error
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise BadInput.of("bbox", text, "range", "must be a box inside the world, west before east")
    return (west, south, east, north)
