"""Trees by the hundred thousand, written by one statement as an import writes them.

Four in five stand in rows along streets around the centres of communes and wards, more of them in wards;
the others are scattered over the province.
"""

from __future__ import annotations

import time

import psycopg

TREES = """
WITH places AS (
    SELECT array_agg(id ORDER BY code) AS ids, array_agg(ST_X(centre) ORDER BY code) AS xs,
           array_agg(ST_Y(centre) ORDER BY code) AS ys
    FROM places_adminunit u WHERE valid_to IS NULL AND kind IN ('commune', 'ward')
), owners AS (
    SELECT array_agg(id ORDER BY id) AS ids FROM people_organisation
    WHERE code IN ('cty-mtdt', 'so-xd', 'so-nnmt')
), kinds AS (SELECT array_agg(name ORDER BY id) AS names FROM trees_species),
drawn AS (
    SELECT n, (n / 40) AS street, n %% 40 AS step, random() AS a, random() AS b, random() AS c, random() AS d,
           CASE WHEN n %% 5 = 0 THEN 0.12 ELSE 0.035 END AS wide
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
), dice AS (
    SELECT drawn.*, ('x' || substr(md5(street::text), 1, 8))::bit(32)::bigint AS p,
           (('x' || substr(md5('x' || street), 1, 8))::bit(32)::bigint %% 10000) / 10000.0 AS e,
           (('x' || substr(md5('y' || street), 1, 8))::bit(32)::bigint %% 10000) / 10000.0 AS f
    FROM drawn
), placed AS (
    SELECT dice.*, u, ids[u] AS unit,
           xs[u] + (e - 0.5) * wide + step * 0.00008 * cos(f * 6.283) AS x,
           ys[u] + (f - 0.5) * wide + step * 0.00008 * sin(f * 6.283) AS y
    FROM dice, places, LATERAL (SELECT 1 + (p %% cardinality(ids))::int AS u) chosen
)
INSERT INTO objects_cityobject (kind_id, code, owner_id, unit_id, state, shape, data, version, changed_at)
SELECT k.id, 'B' || lpad(n::text, 9, '0'), owners.ids[1 + (u %% cardinality(owners.ids))], unit, 'active',
       ST_SetSRID(ST_MakePoint(x, y), 4326),
       jsonb_build_object(
           'species', kinds.names[1 + ((u + floor(a * 4)::int) %% cardinality(kinds.names))],
           'health', (ARRAY['good', 'good', 'good', 'fair', 'fair', 'poor', 'dying'])[1 + floor(b * 7)::int],
           'class', CASE WHEN c > 0.995 THEN 'hazardous' WHEN c > 0.99 THEN 'ancient'
                         WHEN c > 0.97 THEN 'conserved' ELSE 'ordinary' END,
           'girth_cm', 10 + floor(a * a * 250), 'height_m', round((2 + d * 18)::numeric, 1),
           'crown_m', round((1 + d * 8)::numeric, 1)),
       1, now()
FROM placed, owners, kinds, (SELECT id FROM objects_objectkind WHERE slug = 'tree') k
ORDER BY objects_spot(ST_SetSRID(ST_MakePoint(x, y), 4326))
"""
BATCH = 2_000_000


def fill(url: str, rows: int) -> float:
    """Writes the trees and analyses the tables; seconds of the writing alone."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET work_mem = '256MB'")
        began = time.monotonic()
        for first in range(0, rows, BATCH):
            last = min(first + BATCH, rows) - 1
            connection.execute(TREES, {"first": first, "last": last})
        took = time.monotonic() - began
        for table in ("objects_cityobject", "objects_cell", "objects_group"):
            connection.execute(f"VACUUM (ANALYZE) {table}")
        return took
