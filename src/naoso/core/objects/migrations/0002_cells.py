"""Cells, history, the log of changes and the audit of city objects: kept by the database itself.

A cell is a square of the map, 32 × 32 of them a tile, for each zoom from 5 to 15: how many objects of
which group lie in it and where their middle is. A group is an owner, a unit and the values of the kind's
counted fields; a *total* group is a colour alone, for whoever sees everything. Few rows at a time go to
`objects_celldelta`, which nobody waits for, and are merged later; many go to `objects_cell` at once.
"""

from __future__ import annotations

from django.db import migrations

TABLES = """
CREATE SEQUENCE objects_code;

CREATE TABLE objects_group (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind_id bigint NOT NULL,
    total boolean NOT NULL,
    owner_id bigint,
    unit_id bigint,
    vals jsonb NOT NULL,
    CONSTRAINT objects_group_once UNIQUE NULLS NOT DISTINCT (kind_id, total, owner_id, unit_id, vals)
);

CREATE TABLE objects_cell (
    kind_id bigint NOT NULL,
    total boolean NOT NULL,
    z smallint NOT NULL,
    cell bigint NOT NULL,
    grp integer NOT NULL,
    n integer NOT NULL,
    sx bigint NOT NULL,
    sy bigint NOT NULL,
    PRIMARY KEY (kind_id, total, z, cell, grp)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

CREATE TABLE objects_celldelta (
    kind_id bigint NOT NULL,
    total boolean NOT NULL,
    z smallint NOT NULL,
    cell bigint NOT NULL,
    grp integer NOT NULL,
    n integer NOT NULL,
    sx bigint NOT NULL,
    sy bigint NOT NULL
);
CREATE INDEX objects_celldelta_tile ON objects_celldelta (kind_id, total, z, cell);

-- Which part of the map changed, and in which transaction: what a kept tile is checked against.
CREATE TABLE objects_change (
    kind_id bigint NOT NULL,
    xid bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX objects_change_newer ON objects_change (kind_id, xid);
"""

# All spots of a box lie between those of its north-west and of its south-east corner.
CORNER = """
CREATE FUNCTION objects_corner(shape geometry, spot bigint, first boolean) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN GeometryType(shape) = 'POINT' THEN spot
        WHEN first THEN objects_spot(ST_SetSRID(ST_MakePoint(ST_XMin(shape), ST_YMax(shape)), 4326))
        ELSE objects_spot(ST_SetSRID(ST_MakePoint(ST_XMax(shape), ST_YMin(shape)), 4326)) END
$$;
"""

STAMP = """
CREATE FUNCTION objects_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_at := now();
    NEW.changed_by_id := nullif(current_setting('naoso.actor', true), '')::bigint;
    IF TG_OP = 'UPDATE' THEN
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_stamp BEFORE INSERT OR UPDATE ON objects_cityobject
    FOR EACH ROW EXECUTE FUNCTION objects_stamp();
"""

# {rows} is what counts and how: +1 for what is there now, -1 for what was there before.
COUNT = """
CREATE FUNCTION objects_count_{verb}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    many bigint;
BEGIN
    SELECT count(*) INTO many FROM ({rows}) r;
    IF many = 0 THEN RETURN NULL; END IF;

    INSERT INTO objects_change (kind_id, lo, hi)
        SELECT kind_id, min(objects_corner(shape, spot, true)), max(objects_corner(shape, spot, false))
        FROM ({rows}) r GROUP BY kind_id, CASE WHEN many <= 500 THEN spot END;

    IF many > 500 THEN
        {many}
        RETURN NULL;
    END IF;
    INSERT INTO objects_group (kind_id, total, owner_id, unit_id, vals)
        SELECT DISTINCT r.kind_id, false, r.owner_id, r.unit_id, objects_counted(k.counted, r.data)
        FROM ({rows}) r JOIN objects_objectkind k ON k.id = r.kind_id WHERE r.sign > 0
        UNION
        SELECT DISTINCT r.kind_id, true, NULL::bigint, NULL::bigint,
               objects_counted(jsonb_build_array(k.colour), r.data)
        FROM ({rows}) r JOIN objects_objectkind k ON k.id = r.kind_id WHERE r.sign > 0
        ON CONFLICT DO NOTHING;
    INSERT INTO objects_celldelta (kind_id, total, z, cell, grp, n, sx, sy) {cells};
    RETURN NULL;
END $$;
"""

CELLS = """
WITH placed AS MATERIALIZED (
    SELECT r.sign, r.kind_id, r.spot, objects_pack(r.spot) AS x, objects_pack(r.spot >> 1) AS y,
           fine.id AS fine, whole.id AS whole
    FROM ({rows}) r JOIN objects_objectkind k ON k.id = r.kind_id
    JOIN objects_group fine ON fine.kind_id = r.kind_id AND NOT fine.total
        AND fine.owner_id IS NOT DISTINCT FROM r.owner_id AND fine.unit_id IS NOT DISTINCT FROM r.unit_id
        AND fine.vals = objects_counted(k.counted, r.data)
    JOIN objects_group whole ON whole.kind_id = r.kind_id AND whole.total
        AND whole.vals = objects_counted(jsonb_build_array(k.colour), r.data)
)
SELECT kind_id, total, z, spot >> (2 * (19 - z)), grp, sum(sign),
       sum(sign * (x & ((1 << (19 - z)) - 1))), sum(sign * (y & ((1 << (19 - z)) - 1)))
FROM placed CROSS JOIN generate_series(5, 15) z
CROSS JOIN LATERAL (VALUES (false, fine), (true, whole)) g (total, grp)
GROUP BY 1, 2, 3, 4, 5 HAVING sum(sign) <> 0 OR sum(sign * (x & ((1 << (19 - z)) - 1))) <> 0
                            OR sum(sign * (y & ((1 << (19 - z)) - 1))) <> 0
"""

# Many rows: each is read once, and added up in the finest cells; every coarser zoom adds up the one below.
# The lowest four bits of x and y stand in the lowest eight of the spot, one after the other.
MANY = """
CREATE TEMP TABLE objects_counting ON COMMIT DROP AS
    SELECT kind_id, owner_id, unit_id, vals, colour, spot >> 8 AS cell, sum(sign)::int AS n,
           sum(sign * ((spot & 1) | ((spot >> 1) & 2) | ((spot >> 2) & 4) | ((spot >> 3) & 8))::int) AS sx,
           sum(sign * (((spot >> 1) & 1) | ((spot >> 2) & 2) | ((spot >> 3) & 4) | ((spot >> 4) & 8))::int) AS sy
    FROM (
        SELECT r.kind_id, r.owner_id, r.unit_id, r.spot, r.sign, objects_counted(k.counted, r.data) AS vals,
               CASE WHEN r.data ? k.colour THEN jsonb_build_object(k.colour, r.data -> k.colour)
                    ELSE '{{}}' END AS colour
        FROM ({rows}) r JOIN objects_objectkind k ON k.id = r.kind_id
    ) read GROUP BY 1, 2, 3, 4, 5, 6;
INSERT INTO objects_group (kind_id, total, owner_id, unit_id, vals)
    SELECT DISTINCT kind_id, false, owner_id, unit_id, vals FROM objects_counting
    UNION SELECT DISTINCT kind_id, true, NULL::bigint, NULL::bigint, colour FROM objects_counting
    ON CONFLICT DO NOTHING;
INSERT INTO objects_cell AS c (kind_id, total, z, cell, grp, n, sx, sy)
    WITH z15 AS (
        SELECT c.kind_id, g.total, c.cell, g.id AS grp, sum(c.n)::int AS n, sum(c.sx)::bigint AS sx,
               sum(c.sy)::bigint AS sy
        FROM objects_counting c JOIN objects_group g ON g.kind_id = c.kind_id AND NOT g.total
            AND coalesce(g.owner_id, 0) = coalesce(c.owner_id, 0)
            AND coalesce(g.unit_id, 0) = coalesce(c.unit_id, 0) AND g.vals = c.vals
        GROUP BY 1, 2, 3, 4
        UNION ALL
        SELECT c.kind_id, g.total, c.cell, g.id, sum(c.n)::int, sum(c.sx)::bigint, sum(c.sy)::bigint
        FROM objects_counting c JOIN objects_group g ON g.kind_id = c.kind_id AND g.total AND g.vals = c.colour
        GROUP BY 1, 2, 3, 4
    ){coarser}
    SELECT kind_id, total, z, cell, grp, n, sx, sy FROM ({every}) every
    WHERE n <> 0 OR sx <> 0 OR sy <> 0 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (kind_id, total, z, cell, grp)
    DO UPDATE SET n = c.n + excluded.n, sx = c.sx + excluded.sx, sy = c.sy + excluded.sy;
DROP TABLE objects_counting;
"""
COARSER = """, z{up} AS (
        SELECT kind_id, total, cell >> 2 AS cell, grp, sum(n)::int AS n,
               sum(sx + n * {side} * (cell & 1))::bigint AS sx,
               sum(sy + n * {side} * ((cell >> 1) & 1))::bigint AS sy
        FROM z{z} GROUP BY 1, 2, 3, 4
    )"""


def many_sql(rows: str) -> str:
    """What many rows add to the cells of every zoom; a cell of zoom z is `2 ** (19 - z)` spots wide."""
    coarser = "".join(COARSER.format(up=z - 1, z=z, side=1 << (19 - z)) for z in range(15, 5, -1))
    every = " UNION ALL ".join(f"SELECT {z} AS z, * FROM z{z}" for z in range(5, 16))  # noqa: S608 - numbers
    return MANY.format(rows=rows, coarser=coarser, every=every)


OLD = (
    "SELECT -1 AS sign, kind_id, owner_id, unit_id, spot, data, shape FROM old_rows WHERE state <> 'removed'"
)
NEW = "SELECT 1 AS sign, kind_id, owner_id, unit_id, spot, data, shape FROM new_rows WHERE state <> 'removed'"
ROWS = {"insert": NEW, "update": f"{OLD} UNION ALL {NEW}", "delete": OLD}
TRANSITIONS = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}

HISTORY = """
CREATE FUNCTION objects_remember() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO objects_pastobject (object_id, kind_id, version, since, until, changed_by_id, ended_by_id, reason,
        deleted, code, owner_id, unit_id, state, shape, data, valid_from, valid_to)
    SELECT id, kind_id, version, changed_at, now(), changed_by_id,
           nullif(current_setting('naoso.actor', true), '')::bigint,
           coalesce(current_setting('naoso.reason', true), ''), TG_OP = 'DELETE',
           code, owner_id, unit_id, state, shape, data, valid_from, valid_to FROM old_rows;
    RETURN NULL;
END $$;
CREATE TRIGGER b_remember_update AFTER UPDATE ON objects_cityobject REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION objects_remember();
CREATE TRIGGER b_remember_delete AFTER DELETE ON objects_cityobject REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION objects_remember();
"""

# Few rows leave an entry each, as everywhere; of many one entry says how many and what their digest is.
AUDIT = """
CREATE FUNCTION objects_audit_{verb}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    actor bigint := nullif(current_setting('naoso.actor', true), '')::bigint;
    whence inet := nullif(current_setting('naoso.address', true), '')::inet;
    why text := coalesce(current_setting('naoso.reason', true), '');
    many bigint;
BEGIN
    SELECT count(*) INTO many FROM {counted};
    IF many = 0 THEN RETURN NULL; END IF;
    IF many > 500 THEN
        INSERT INTO people_auditentry (actor_id, address, reason, table_name, "row", action, after)
        SELECT actor, whence, why, 'objects_cityobject', '*', '{verb}', jsonb_build_object('rows', many, 'sha256',
            encode(sha256(convert_to(string_agg(id || ':' || md5(data::text || shape::text), ',' ORDER BY id),
                   'UTF8')), 'hex')) FROM {counted};
    ELSE
        INSERT INTO people_auditentry (actor_id, address, reason, table_name, "row", action, before, after) {each};
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER c_audit_{verb} AFTER {verb} ON objects_cityobject REFERENCING {transitions}
    FOR EACH STATEMENT EXECUTE FUNCTION objects_audit_{verb}();
"""
HEAD = "SELECT actor, whence, why, 'objects_cityobject', "
EACH = {
    "insert": HEAD + "n.id::text, 'insert', NULL::jsonb, to_jsonb(n) FROM new_rows n",
    "delete": HEAD + "o.id::text, 'delete', to_jsonb(o), NULL::jsonb FROM old_rows o",
    "update": HEAD
    + """n.id::text, 'update', people_audit_changed(to_jsonb(o), to_jsonb(n)),
        people_audit_changed(to_jsonb(n), to_jsonb(o)) FROM old_rows o JOIN new_rows n ON n.id = o.id""",
}

MERGE = """
CREATE FUNCTION objects_merge_cells() RETURNS bigint LANGUAGE sql AS $$
    WITH taken AS (DELETE FROM objects_celldelta RETURNING *), merged AS (
        INSERT INTO objects_cell AS c (kind_id, total, z, cell, grp, n, sx, sy)
        SELECT kind_id, total, z, cell, grp, sum(n), sum(sx), sum(sy) FROM taken
        GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
        ON CONFLICT (kind_id, total, z, cell, grp)
        DO UPDATE SET n = c.n + excluded.n, sx = c.sx + excluded.sx, sy = c.sy + excluded.sy
        RETURNING 1
    ) SELECT count(*) FROM merged
$$;
"""

# When a kind counts other fields, or is coloured by another, its groups and cells are made anew.
RECOUNT = """
CREATE FUNCTION objects_recount(kind bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE objects_cityobject IN SHARE MODE;
    DELETE FROM objects_celldelta WHERE kind_id = kind;
    DELETE FROM objects_cell WHERE kind_id = kind;
    DELETE FROM objects_group WHERE kind_id = kind;
    {many}
    INSERT INTO objects_change (kind_id, lo, hi) VALUES (kind, 0, 281474976710655);
END $$;
"""
OF_KIND = """SELECT 1 AS sign, kind_id, owner_id, unit_id, spot, data FROM objects_cityobject o
             WHERE o.kind_id = kind AND state <> 'removed'"""


def count_sql() -> str:
    """The three triggers that keep the cells."""
    made = []
    for verb, rows in ROWS.items():
        made.append(COUNT.format(verb=verb, rows=rows, many=many_sql(rows), cells=CELLS.format(rows=rows)))
        made.append(
            f"CREATE TRIGGER d_count_{verb} AFTER {verb} ON objects_cityobject REFERENCING {TRANSITIONS[verb]} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION objects_count_{verb}();"
        )
    return "\n".join(made)


def audit_sql() -> str:
    """The three triggers that write the trail."""
    return "\n".join(
        AUDIT.format(
            verb=verb,
            counted="old_rows" if verb == "delete" else "new_rows",
            each=each,
            transitions=TRANSITIONS[verb],
        )
        for verb, each in EACH.items()
    )


UNDO = """
DROP SEQUENCE objects_code;
DROP TABLE objects_celldelta, objects_cell, objects_group, objects_change CASCADE;
DROP FUNCTION objects_stamp() CASCADE; DROP FUNCTION objects_remember() CASCADE;
DROP FUNCTION objects_count_insert() CASCADE; DROP FUNCTION objects_count_update() CASCADE;
DROP FUNCTION objects_count_delete() CASCADE; DROP FUNCTION objects_audit_insert() CASCADE;
DROP FUNCTION objects_audit_update() CASCADE; DROP FUNCTION objects_audit_delete() CASCADE;
DROP FUNCTION objects_corner(geometry, bigint, boolean); DROP FUNCTION objects_merge_cells(); DROP FUNCTION objects_recount(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("objects", "0001_initial"), ("people", "0002_audit_trail")]

    operations = [
        migrations.RunSQL(
            TABLES
            + CORNER
            + STAMP
            + HISTORY
            + count_sql()
            + audit_sql()
            + MERGE
            + RECOUNT.format(many=many_sql(OF_KIND)),
            UNDO,
        )
    ]
