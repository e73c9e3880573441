"""The SQL of a check: a batch is judged as it is staged, all rows together at the end."""

from __future__ import annotations

INCOMING = """
CREATE TEMP TABLE IF NOT EXISTS objects_incoming (
    number integer, code text, state text, valid_from date, valid_to date, wkb bytea,
    moved bytea, turned boolean, data jsonb, problems jsonb, warnings jsonb
)
"""
COPY = """
COPY objects_incoming (number, code, state, valid_from, valid_to, wkb, moved, turned, data, problems,
                       warnings) FROM STDIN
"""

# Outlines cut small, with an index: a point asks a few small pieces instead of a province's coast.
PIECES = (
    "DROP TABLE IF EXISTS pg_temp.objects_pieces, pg_temp.objects_centres",
    """
    CREATE TEMP TABLE objects_pieces AS
    SELECT id, outline_approximate AS approximate, ST_Subdivide(outline, 64) AS part FROM places_adminunit
    WHERE outline IS NOT NULL AND kind = ANY(%(local)s::text[]) AND valid_from <= %(day)s
      AND (valid_to IS NULL OR valid_to > %(day)s)
    """,
    """
    CREATE TEMP TABLE objects_centres AS
    SELECT id, centre FROM places_adminunit
    WHERE outline_approximate AND kind = ANY(%(local)s::text[]) AND valid_from <= %(day)s
      AND (valid_to IS NULL OR valid_to > %(day)s)
    """,
    "CREATE INDEX ON pg_temp.objects_pieces USING gist (part)",
    "ANALYZE pg_temp.objects_pieces",
    "ANALYZE pg_temp.objects_centres",
)

# {moved} is the shape in WGS 84, NULL where that cannot be; {turned} says whether it lies in Vietnam with its
# axes turned.
STAGE = """
INSERT INTO objects_staged (run_id, number, code, state, valid_from, valid_to, shape, spot, unit_id, data,
                            problems, warnings)
WITH raw AS MATERIALIZED (
    SELECT i.*, CASE WHEN octet_length(wkb) = 21 THEN ST_GeomFromWKB(wkb) ELSE objects_read(wkb) END AS drawn
    FROM objects_incoming i
), moved AS MATERIALIZED (
    SELECT raw.*, ST_SetSRID({moved}, 4326) AS there FROM raw
), judged AS MATERIALIZED (
    SELECT moved.*, CASE
        WHEN wkb IS NULL THEN NULL
        WHEN drawn IS NULL THEN 'shape'
        WHEN ST_IsEmpty(drawn) OR NOT (GeometryType(drawn) = ANY(%(types)s::text[])) THEN 'type'
        WHEN ST_NPoints(drawn) > %(corners)s THEN 'size'
        WHEN there IS NULL OR NOT (there @ %(vietnam)s::geometry) THEN CASE
            WHEN {turned} THEN 'axes'
            WHEN %(degrees)s AND greatest(abs(ST_XMin(drawn)), abs(ST_XMax(drawn)),
                                          abs(ST_YMin(drawn)), abs(ST_YMax(drawn))) > 360 THEN 'metres'
            WHEN %(degrees)s AND (greatest(abs(ST_XMin(drawn)), abs(ST_XMax(drawn))) > 180
                                  OR greatest(abs(ST_YMin(drawn)), abs(ST_YMax(drawn))) > 90) THEN 'degrees'
            WHEN there IS NULL THEN 'transform'
            ELSE 'range' END
        WHEN NOT ST_IsValid(there) THEN 'valid'
        END AS fault
    FROM moved
), placed AS MATERIALIZED (
    SELECT judged.*, CASE WHEN wkb IS NOT NULL AND fault IS NULL THEN
               CASE WHEN GeometryType(there) = 'POINT' THEN there
                    ELSE ST_PointOnSurface(there) END END AS middle
    FROM judged
), united AS (
    SELECT placed.*, coalesce(
        (SELECT p.id FROM objects_pieces p WHERE ST_Covers(p.part, middle)
         ORDER BY p.approximate, p.id LIMIT 1),
        (SELECT c.id FROM objects_centres c
         WHERE ST_DWithin(c.centre, middle, 0.12) AND ST_DistanceSphere(c.centre, middle) <= 12000
         ORDER BY ST_DistanceSphere(c.centre, middle) LIMIT 1)) AS unit
    FROM placed
), scoped AS (
    SELECT united.*, coalesce(fault, CASE WHEN middle IS NOT NULL AND %(units)s::bigint[] IS NOT NULL
        AND (unit IS NULL OR NOT (unit = ANY(%(units)s::bigint[]))) THEN 'area' END) AS rule
    FROM united
)
SELECT %(run)s, number, code, state, valid_from, valid_to, CASE WHEN rule IS NULL THEN there END,
       CASE WHEN rule IS NULL AND there IS NOT NULL THEN objects_spot(there) END, unit, data,
       CASE WHEN rule IS NULL THEN problems ELSE problems || jsonb_build_object(
           'field', 'shape', 'rule', rule, 'message', '', 'value', CASE rule
               WHEN 'type' THEN GeometryType(drawn) WHEN 'valid' THEN ST_IsValidReason(there)
               WHEN 'size' THEN ST_NPoints(drawn)::text WHEN 'shape' THEN left(encode(wkb, 'hex'), 40)
               ELSE round(ST_XMin(drawn)::numeric, 5) || ', ' || round(ST_YMin(drawn)::numeric, 5) END) END,
       CASE WHEN middle IS NULL OR unit IS NOT NULL OR rule IS NOT NULL OR NOT %(known)s THEN warnings
            ELSE warnings || jsonb_build_object('field', 'unit', 'rule', 'nowhere', 'message', '', 'value',
                round(ST_X(middle)::numeric, 5) || ', ' || round(ST_Y(middle)::numeric, 5)) END
FROM scoped
"""

SAID = "jsonb_build_object('field', {field}, 'rule', {rule}, 'message', '', 'value', {value})"

# The first sound row keeps its code, later ones are refused.
DOUBLED = f"""
UPDATE objects_staged s
SET problems = problems || {SAID.format(field="'code'", rule="'unique'", value="s.code")}
FROM (SELECT number, row_number() OVER (PARTITION BY code ORDER BY number) AS place
      FROM objects_staged WHERE run_id = %(run)s AND code <> '' AND problems = '[]') d
WHERE s.run_id = %(run)s AND s.number = d.number AND d.place > 1
"""  # noqa: S608 - made of parts of this file; every value is a parameter

# Somebody else's object cannot be written over, nor one in a unit where one may not import.
FOREIGN = f"""
UPDATE objects_staged s
SET problems = problems || {SAID.format(field="'code'", rule="'foreign'", value="s.code")}
FROM objects_cityobject o
WHERE s.run_id = %(run)s AND s.code <> '' AND o.kind_id = %(kind)s AND o.code = s.code AND problems = '[]'
  AND NOT {{scope}}
"""  # noqa: S608 - made of parts of this file; every value is a parameter

# A field that the file has no column for is only missing where the object is new.
LACKING = f"""
UPDATE objects_staged s
SET problems = problems || {SAID.format(field="%(field)s::text", rule="'required'", value="''")}
WHERE s.run_id = %(run)s AND NOT EXISTS (
    SELECT FROM objects_cityobject o WHERE o.kind_id = %(kind)s AND o.code = s.code AND o.data ? %(field)s)
"""  # noqa: S608 - made of parts of this file; every value is a parameter

# Each point is looked for in its square of the ground and in the eight around it.
NEAR = f"""
WITH points AS MATERIALIZED (
    SELECT number, code, unit_id, middle, floor(ST_X(middle) / %(wide)s)::int AS a,
           floor(ST_Y(middle) / %(high)s)::int AS b
    FROM (
        SELECT number, code, unit_id,
               CASE WHEN GeometryType(shape) = 'POINT' THEN shape ELSE ST_PointOnSurface(shape) END AS middle
        FROM objects_staged WHERE run_id = %(run)s AND problems = '[]'
        UNION ALL
        SELECT NULL, o.code, o.unit_id,
               CASE WHEN GeometryType(o.shape) = 'POINT' THEN o.shape ELSE ST_PointOnSurface(o.shape) END
        FROM objects_cityobject o
        WHERE o.kind_id = %(kind)s AND o.state <> 'removed' AND o.shape && (
            SELECT ST_Expand(ST_SetSRID(ST_Extent(shape), 4326)::geometry, 0.001) FROM objects_staged
            WHERE run_id = %(run)s AND problems = '[]')
    ) every
), near AS (
    SELECT DISTINCT ON (p.number) p.number, coalesce(nullif(q.code, ''), '#' || q.number) AS other
    FROM points p CROSS JOIN generate_series(-1, 1) i CROSS JOIN generate_series(-1, 1) j
    JOIN points q ON q.a = p.a + i AND q.b = p.b + j
    WHERE p.number IS NOT NULL AND ST_DistanceSphere(p.middle, q.middle) < %(near)s
      AND CASE WHEN q.number IS NOT NULL THEN q.number <> p.number
               ELSE p.code <> '' AND q.code <> p.code END
    ORDER BY p.number, q.number NULLS FIRST
)
UPDATE objects_staged s
SET warnings = warnings || {SAID.format(field="'shape'", rule="'near'", value="near.other")}
FROM near WHERE s.run_id = %(run)s AND s.number = near.number
"""  # noqa: S608 - made of parts of this file; every value is a parameter

# Rows that may be written, beside the object that they are about. A row without a code is about the object
# that came from the same row of the same file, or that stands in the same place with the same values.
PAIRED = """
paired AS MATERIALIZED (
    SELECT s.number, s.code AS own_code, s.given, s.state, s.valid_from, s.valid_to, s.shape, s.spot,
           s.unit_id, s.data, s.warnings <> '[]' AS warned, o.owner_id AS its_owner, o.state AS its_state,
           coalesce(o.data, '{{}}') - %(mapped)s::text[] || s.data AS merged,
           CASE WHEN o.id IS NULL THEN CASE WHEN s.code = '' AND (
                    EXISTS (SELECT FROM objects_imported i JOIN objects_cityobject e ON e.id = i.object_id
                            WHERE i.kind_id = %(kind)s AND i.sha256 = decode(%(sha)s, 'hex')
                              AND i.number = s.number)
                    OR EXISTS (SELECT FROM objects_cityobject e WHERE e.kind_id = %(kind)s AND e.spot = s.spot
                               AND e.shape = s.shape AND e.data @> s.data AND e.state <> 'removed'))
                THEN 'unchanged' ELSE 'new' END
                WHEN o.shape = s.shape AND o.data = coalesce(o.data, '{{}}') - %(mapped)s::text[] || s.data
                     AND (s.state IS NULL OR s.state = o.state)
                     AND (NOT %(since)s OR s.valid_from IS NOT DISTINCT FROM o.valid_from)
                     AND (NOT %(until)s OR s.valid_to IS NOT DISTINCT FROM o.valid_to) THEN 'unchanged'
                ELSE 'changed' END AS verdict
    FROM objects_staged s
    LEFT JOIN objects_cityobject o ON o.kind_id = %(kind)s AND o.code = s.code AND s.code <> ''
    WHERE s.run_id = %(run)s AND s.problems = '[]'
)
"""
COUNTS = f"""
WITH {PAIRED}
SELECT verdict, count(*), count(*) FILTER (WHERE warned) FROM paired GROUP BY 1
UNION ALL SELECT 'refused', count(*), 0 FROM objects_staged WHERE run_id = %(run)s AND problems <> '[]'
"""  # noqa: S608 - made of parts of this file; every value is a parameter

# Codes for new rows without one; those that somebody took already are passed over.
CODES = f"""
WITH {PAIRED}
UPDATE objects_staged s SET given = %(prefix)s || lpad(nextval('objects_code')::text, 6, '0')
FROM paired p WHERE p.verdict = 'new' AND p.own_code = '' AND p.given IS NULL
  AND s.run_id = %(run)s AND s.number = p.number
"""  # noqa: S608 - made of parts of this file; every value is a parameter
TAKEN = """
UPDATE objects_staged s SET given = %(prefix)s || lpad(nextval('objects_code')::text, 6, '0')
WHERE s.run_id = %(run)s AND s.given IS NOT NULL AND (
    EXISTS (SELECT FROM objects_cityobject o WHERE o.kind_id = %(kind)s AND o.code = s.given)
    OR EXISTS (SELECT FROM objects_staged t WHERE t.run_id = %(run)s AND t.code = s.given))
"""
APPLY = f"""
WITH {PAIRED}, written AS (
    INSERT INTO objects_cityobject AS o (kind_id, code, owner_id, unit_id, state, shape, data, valid_from,
                                         valid_to, version, changed_at)
    SELECT %(kind)s, coalesce(nullif(p.own_code, ''), p.given), coalesce(p.its_owner, %(owner)s), p.unit_id,
           coalesce(p.state, p.its_state, 'active'), p.shape, p.merged, p.valid_from, p.valid_to, 1, now()
    FROM paired p WHERE p.verdict <> 'unchanged' ORDER BY p.spot
    ON CONFLICT (kind_id, code) DO UPDATE SET
        unit_id = coalesce(excluded.unit_id, o.unit_id), shape = excluded.shape,
        data = o.data - %(mapped)s::text[] || excluded.data,
        state = CASE WHEN %(state)s THEN excluded.state ELSE o.state END,
        valid_from = CASE WHEN %(since)s THEN excluded.valid_from ELSE o.valid_from END,
        valid_to = CASE WHEN %(until)s THEN excluded.valid_to ELSE o.valid_to END
    WHERE {{scope}} AND (o.shape, o.data, o.state, o.valid_from, o.valid_to) IS DISTINCT FROM (
        excluded.shape, o.data - %(mapped)s::text[] || excluded.data,
        CASE WHEN %(state)s THEN excluded.state ELSE o.state END,
        CASE WHEN %(since)s THEN excluded.valid_from ELSE o.valid_from END,
        CASE WHEN %(until)s THEN excluded.valid_to ELSE o.valid_to END)
    RETURNING o.owner_id, o.unit_id, o.version
)
SELECT owner_id, unit_id, count(*) FILTER (WHERE version = 1), count(*) FILTER (WHERE version > 1)
FROM written GROUP BY 1, 2
"""  # noqa: S608 - made of parts of this file; every value is a parameter
REMEMBER = """
INSERT INTO objects_imported (kind_id, sha256, number, object_id)
SELECT %(kind)s, decode(%(sha)s, 'hex'), s.number, o.id
FROM objects_staged s JOIN objects_cityobject o ON o.kind_id = %(kind)s AND o.code = s.given
WHERE s.run_id = %(run)s AND s.code = '' AND s.problems = '[]'
ON CONFLICT (kind_id, sha256, number) DO UPDATE SET object_id = excluded.object_id
"""
