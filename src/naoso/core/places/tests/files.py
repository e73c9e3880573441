"""Writes small files of outlines as survey offices send them, sound and broken."""

from __future__ import annotations

import json
import sqlite3
import struct
from pathlib import Path
from typing import Any

from django.contrib.gis.gdal import OGRGeometry, SpatialReference

Ring = list[tuple[float, float]]

VN2000_PRJ = (
    'PROJCS["VN_2000_TM3_106_30",GEOGCS["GCS_VN_2000",DATUM["D_Vietnam_2000",'
    'SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",106.5],PARAMETER["Scale_Factor",0.9999],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


def square(lon: float = 105.85, lat: float = 21.47, half: float = 0.02) -> Ring:
    """A closed ring around a point, clockwise as shapefiles want it."""
    return [
        (lon - half, lat - half), (lon - half, lat + half), (lon + half, lat + half),
        (lon + half, lat - half), (lon - half, lat - half),
    ]  # fmt: skip


def bow_tie() -> Ring:
    """An outline that crosses itself."""
    return [(105.8, 21.4), (105.9, 21.5), (105.9, 21.4), (105.8, 21.5), (105.8, 21.4)]


def swapped(ring: Ring) -> Ring:
    """Latitude first."""
    return [(y, x) for x, y in ring]


def in_vn2000(ring: Ring) -> Ring:
    """The same ring in VN-2000, central meridian 106°30'."""
    points = []
    for x, y in ring:
        point = OGRGeometry(f"POINT({x} {y})", SpatialReference(4326))
        point.transform(SpatialReference(9213))
        points.append((point.x, point.y))
    return points


def geojson(path: Path, *features: tuple[dict[str, Any], Ring]) -> Path:
    """RFC 7946: always WGS 84."""
    path.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "properties": columns,
                        "geometry": {"type": "Polygon", "coordinates": [ring]},
                    }
                    for columns, ring in features
                ],
            }
        ),
        encoding="utf-8",
    )
    return path


def shapefile(path: Path, *features: tuple[dict[str, str], Ring], prj: str = "") -> Path:
    """The three or four files of a shapefile (ESRI white paper, July 1998); text columns, UTF-8."""
    records = [_shp_record(ring) for _, ring in features]
    xs = [x for _, ring in features for x, _ in ring]
    ys = [y for _, ring in features for _, y in ring]
    box = struct.pack("<8d", min(xs), min(ys), max(xs), max(ys), 0, 0, 0, 0)
    shp, shx, offset = b"", b"", 50
    for number, record in enumerate(records, 1):
        words = len(record) // 2
        shp += struct.pack(">2i", number, words) + record
        shx += struct.pack(">2i", offset, words)
        offset += words + 4
    for suffix, body in ((".shp", shp), (".shx", shx)):
        head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 50 + len(body) // 2) + struct.pack("<2i", 1000, 5)
        path.with_suffix(suffix).write_bytes(head + box + body)
    path.with_suffix(".dbf").write_bytes(_dbf([columns for columns, _ in features]))
    path.with_suffix(".cpg").write_text("UTF-8")
    if prj:
        path.with_suffix(".prj").write_text(prj)
    return path


def _shp_record(ring: Ring) -> bytes:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    head = struct.pack("<i4d3i", 5, min(xs), min(ys), max(xs), max(ys), 1, len(ring), 0)
    return head + b"".join(struct.pack("<2d", x, y) for x, y in ring)


def _dbf(rows: list[dict[str, str]]) -> bytes:
    names = list(rows[0])
    head = struct.pack("<4BIHH20x", 3, 126, 1, 1, len(rows), 33 + 32 * len(names), 1 + 60 * len(names))
    fields = b"".join(struct.pack("<11sc4xBB14x", n.encode(), b"C", 60, 0) for n in names)
    body = b"".join(b" " + b"".join(row[n].encode()[:60].ljust(60) for n in names) for row in rows)
    return head + fields + b"\r" + body + b"\x1a"


def geopackage(path: Path, *features: tuple[dict[str, str], Ring], srid: int = 9213) -> Path:
    """A GeoPackage of one layer (OGC 12-128r15) in a projected system."""
    database = sqlite3.connect(path)
    database.executescript(
        f"""
        PRAGMA application_id = 1196444487; PRAGMA user_version = 10200;
        CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
            organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,
            definition TEXT NOT NULL, description TEXT);
        CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL,
            identifier TEXT, description TEXT, last_change DATETIME NOT NULL DEFAULT '2025-07-01T00:00:00Z',
            min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
        CREATE TABLE gpkg_geometry_columns (table_name TEXT PRIMARY KEY, column_name TEXT NOT NULL,
            geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
            z TINYINT NOT NULL, m TINYINT NOT NULL);
        CREATE TABLE xa (fid INTEGER PRIMARY KEY, geom BLOB, ma_xa TEXT, ten_xa TEXT);
        INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)
            VALUES ('xa', 'features', 'xa', {srid});
        INSERT INTO gpkg_geometry_columns VALUES ('xa', 'geom', 'POLYGON', {srid}, 0, 0);
        """
    )
    database.execute(
        "INSERT INTO gpkg_spatial_ref_sys VALUES ('s', ?, 'EPSG', ?, ?, '')",
        [srid, srid, SpatialReference(srid).wkt],
    )
    for columns, ring in features:
        text = "POLYGON((" + ",".join(f"{x} {y}" for x, y in ring) + "))"
        blob = b"GP\x00\x01" + struct.pack("<i", srid) + bytes(OGRGeometry(text).wkb)
        database.execute(
            "INSERT INTO xa (geom, ma_xa, ten_xa) VALUES (?, ?, ?)",
            [blob, columns["ma_xa"], columns["ten_xa"]],
        )
    database.commit()
    database.close()
    return path
