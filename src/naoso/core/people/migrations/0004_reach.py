"""How far a grant reaches, as a function: PostgreSQL keeps its plan, which cost more than its answer."""

from __future__ import annotations

from django.db import migrations

REACH = """
CREATE FUNCTION people_reach(organisation bigint, unit bigint, OUT owners bigint[], OUT units bigint[])
LANGUAGE plpgsql STABLE AS $$
DECLARE
    area bigint[];
BEGIN
    owners := ARRAY(
        WITH RECURSIVE bodies (id) AS (
            SELECT organisation
            UNION
            SELECT o.id FROM bodies b JOIN people_organisation o ON o.parent_id = b.id
        )
        SELECT id FROM bodies
    );
    units := ARRAY[]::bigint[];
    IF unit IS NULL THEN
        RETURN;
    END IF;
    area := ARRAY(
        WITH RECURSIVE below (id) AS (
            SELECT unit
            UNION
            SELECT u.id FROM below b JOIN places_adminunit u ON u.parent_id = b.id
        )
        SELECT id FROM below
    );
    units := ARRAY(
        WITH RECURSIVE past (id) AS (
            SELECT unnest(area)
            UNION
            SELECT step.earlier
            FROM past p JOIN (
                SELECT new_id AS later, old_id AS earlier FROM places_unitchange
                UNION ALL
                SELECT parent_id, id FROM places_adminunit WHERE parent_id IS NOT NULL
            ) step ON step.later = p.id
        ), future (id) AS (
            SELECT unnest(area)
            UNION
            SELECT c.new_id FROM future f JOIN places_unitchange c ON c.old_id = f.id AND c.whole
        )
        SELECT id FROM past UNION SELECT id FROM future
    );
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0003_rows_read_once")]

    operations = [migrations.RunSQL(REACH, "DROP FUNCTION people_reach(bigint, bigint)")]
