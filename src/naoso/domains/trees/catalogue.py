"""The catalogue of species: found by name, and what is unlikely for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cachetools.func import ttl_cache
from django.utils.translation import gettext as _

from naoso.domains.trees.models import Species
from naoso.kernel.errors import FieldError
from naoso.kernel.text import folded


def of(name: str) -> Species | None:
    """The species of that name, tone marks and case ignored."""
    return listed().get(folded(name))


@ttl_cache(maxsize=1, ttl=2.0)
def listed() -> dict[str, Species]:
    """The whole catalogue by folded name: an import asks for every row. Believed for two seconds."""
    return {species.folded_name: species for species in Species.objects.all()}


def implausible(values: Mapping[str, Any]) -> list[FieldError]:
    """Values that no tree of its species is known to reach, and a species that the catalogue lacks."""
    species = of(str(values.get("species", "")))
    if species is None:
        return [
            FieldError(
                "species",
                values.get("species", ""),
                "catalogue",
                _("The catalogue has no species of this name."),
            )
        ]
    found = []
    for name, limit, unit in (
        ("height_m", float(species.max_height_m), "m"),
        ("girth_cm", species.max_girth_cm, "cm"),
    ):
        value = values.get(name)
        if value is not None and value > limit:
            words = _("Unlikely for %(species)s: at most %(limit)s %(unit)s is known.") % {
                "species": species, "limit": limit, "unit": unit,
            }  # fmt: skip
            found.append(FieldError(name, value, "species", words))
    return found
