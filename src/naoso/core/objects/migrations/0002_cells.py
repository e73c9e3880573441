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

    INSERT INTO objects_group (kind_id, total, owner_id, unit_id, vals)
        SELECT DISTINCT r.kind_id, false, r.owner_id, r.unit_id, objects_counted(k.counted, r.data)
        FROM ({rows}) r JOIN objects_objectkind k ON k.id = r.kind_id WHERE r.sign > 0
        UNION
        SELECT DISTINCT r.kind_id, true, NULL::bigint, NULL::bigint,
               objects_counted(jsonb_build_array(k.colour), r.data)
        FROM ({rows}) r JOIN objects_objectkind k ON k.id = r.kind_id WHERE r.sign > 0
        ON CONFLICT DO NOTHING;

    IF many <= 500 THEN
        INSERT INTO objects_celldelta (kind_id, total, z, cell, grp, n, sx, sy) {cells};
    ELSE
        INSERT INTO objects_cell AS c (kind_id, total, z, cell, grp, n, sx, sy) {cells}
            ORDER BY 1, 2, 3, 4, 5
            ON CONFLICT (kind_id, total, z, cell, grp)
            DO UPDATE SET n = c.n + excluded.n, sx = c.sx + excluded.sx, sy = c.sy + excluded.sy;
    END IF;
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

OLD = "SELECT -1 AS sign, kind_id, owner_id, unit_id, spot, data, shape FROM old_rows WHERE state <> 'removed'"
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
    INSERT INTO objects_group (kind_id, total, owner_id, unit_id, vals)
        SELECT DISTINCT r.kind_id, false, r.owner_id, r.unit_id, objects_counted(k.counted, r.data)
        FROM ({rows}) r JOIN objects_objectkind k ON k.id = r.kind_id
        UNION
        SELECT DISTINCT r.kind_id, true, NULL::bigint, NULL::bigint,
               objects_counted(jsonb_build_array(k.colour), r.data)
        FROM ({rows}) r JOIN objects_objectkind k ON k.id = r.kind_id;
    INSERT INTO objects_cell (kind_id, total, z, cell, grp, n, sx, sy) {cells} ORDER BY 1, 2, 3, 4, 5;
    INSERT INTO objects_change (kind_id, lo, hi) VALUES (kind, 0, 281474976710655);
END $$;
"""
OF_KIND = """SELECT 1 AS sign, kind_id, owner_id, unit_id, spot, data FROM objects_cityobject o
             WHERE o.kind_id = kind AND state <> 'removed'"""


def count_sql() -> str:
    """The three triggers that keep the cells."""
    made = []
    for verb, rows in ROWS.items():
        made.append(COUNT.format(verb=verb, rows=rows, cells=CELLS.format(rows=rows)))
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
            + RECOUNT.format(rows=OF_KIND, cells=CELLS.format(rows=OF_KIND)),
            UNDO,
        )
    ]
