"""The file's place on earth, and where the person may import, as the statements want them told."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.gdal import GDALException, SpatialReference
from django.contrib.gis.geos import Polygon
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.objects.importing_models import ImportRun
from naoso.core.objects.services.editing import EAST, GEOMETRIES, MOST_VERTICES, NORTH, SOUTH, WEST
from naoso.core.objects.tiles.sql import Statement, scoped
from naoso.core.people.scope import EVERYTHING, Scope, scope_of
from naoso.core.places.models import LOCAL
from naoso.kernel.errors import BadInput

IMPORT = "objects.import"
WGS84 = "EPSG:4326"
OFFERED = (
    (WGS84, "WGS 84 (GPS, EPSG:4326)"),
    ("EPSG:9213", "VN-2000, 106°30′, 3° (EPSG:9213)"),
    ("EPSG:32648", "WGS 84 / UTM 48N (EPSG:32648)"),
    ("EPSG:3857", "Web Mercator (EPSG:3857)"),
)


def system(crs: str) -> SpatialReference:
    """The coordinate system; raises BadInput where none is told, or none is known by that name."""
    if not crs.strip():
        words = _("The file names no coordinate system: choose the one that its coordinates are in.")
        raise BadInput.of("crs", "", "required", words)
    try:
        return SpatialReference(crs.strip())
    except (GDALException, ValueError) as error:
        raise BadInput.of("crs", crs, "known", _("No such coordinate system is known.")) from error


def scope_for(run: ImportRun) -> Scope:
    """Where its person may import; the house itself may everywhere."""
    return scope_of(run.created_by, IMPORT) if run.created_by else EVERYTHING


def allowed_units(run: ImportRun) -> list[int] | None:
    """Units in which the rows may lie; None: all."""
    scope = scope_for(run)
    admitting = [units for owners, units in scope.bindings if run.owner_id in owners]
    if scope.everything or None in admitting:
        return None
    return sorted({unit for units in admitting for unit in units or ()})


def scope_sql(run: ImportRun) -> Statement:
    """The scope as a condition on an object `o`, parameters by name."""
    sql, given = scoped(scope_for(run), "o")
    for place in range(len(given)):
        sql = sql.replace("%s", f"%(scope{place})s", 1)
    return sql, given


def given(run: ImportRun) -> dict[str, Any]:
    """Every parameter of the statements that stage and judge."""
    spec = run.kind.spec
    mapped = [field.name for field in spec.fields if field.name in run.mapping]
    return {
        "run": run.pk, "kind": run.kind_id, "owner": run.owner_id, "crs": run.crs, "sha": run.sha256,
        "types": [name.upper() for name in sorted(GEOMETRIES[spec.geometry])],
        "corners": MOST_VERTICES, "vietnam": f"SRID=4326;{Polygon.from_bbox((WEST, SOUTH, EAST, NORTH)).wkt}",
        "degrees": bool(system(run.crs).geographic), "units": allowed_units(run), "mapped": mapped,
        "state": "state" in run.mapping, "since": "valid_from" in run.mapping,
        "until": "valid_to" in run.mapping, "prefix": f"{spec.slug.upper()}-", "near": spec.near_m,
        "wide": max(spec.near_m, 0.01) / 100_000, "high": max(spec.near_m, 0.01) / 110_000,
        "local": [str(kind) for kind in LOCAL], "day": timezone.localdate(),
        **{f"scope{place}": value for place, value in enumerate(scope_sql(run)[1])},
    }  # fmt: skip
