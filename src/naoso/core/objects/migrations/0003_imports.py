"""Imports of city objects: the runs, and the rows that wait between their check and their writing.

The tables of rows are not logged: they are made again from the file. After a crash of the database they
are empty, and a check begins anew.
"""

from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TABLES = """
CREATE UNLOGGED TABLE objects_staged (
    run_id bigint NOT NULL,
    number integer NOT NULL,
    code text NOT NULL,
    given text,
    state text,
    valid_from date,
    valid_to date,
    shape geometry,
    spot bigint,
    unit_id bigint,
    data jsonb NOT NULL,
    problems jsonb NOT NULL,
    warnings jsonb NOT NULL,
    PRIMARY KEY (run_id, number)
);

-- Which row of which file an object without a code of its own came from.
CREATE TABLE objects_imported (
    kind_id bigint NOT NULL,
    sha256 bytea NOT NULL,
    number integer NOT NULL,
    object_id bigint NOT NULL,
    PRIMARY KEY (kind_id, sha256, number)
);

-- Bytes that make no geometry are NULL instead of an error; a collection of one point is a point.
CREATE FUNCTION objects_read(wkb bytea) RETURNS geometry LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    shape geometry;
BEGIN
    shape := ST_Force2D(ST_GeomFromWKB(wkb));
    IF GeometryType(shape) = 'MULTIPOINT' AND ST_NumGeometries(shape) = 1 THEN
        RETURN ST_GeometryN(shape, 1);
    END IF;
    RETURN shape;
EXCEPTION WHEN OTHERS THEN
    RETURN NULL;
END $$;
"""
UNDO = """
DROP TABLE objects_staged, objects_imported;
DROP FUNCTION objects_read(bytea);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("objects", "0002_cells"),
        ("people", "0004_reach"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="file")),
                ("address", models.CharField(blank=True, max_length=2000, verbose_name="address")),
                ("file", models.CharField(blank=True, editable=False, max_length=400)),
                ("sha256", models.CharField(blank=True, editable=False, max_length=64)),
                ("size", models.BigIntegerField(default=0, editable=False)),
                ("format", models.CharField(blank=True, max_length=16)),
                ("layer", models.CharField(blank=True, max_length=200, verbose_name="layer")),
                ("layers", models.JSONField(default=list)),
                ("encoding", models.CharField(blank=True, max_length=16, verbose_name="encoding")),
                ("encoding_found", models.CharField(blank=True, max_length=16)),
                ("crs", models.CharField(blank=True, max_length=4000, verbose_name="coordinate system")),
                ("crs_found", models.CharField(blank=True, max_length=4000)),
                ("geometry", models.CharField(blank=True, max_length=8)),
                ("columns", models.JSONField(default=list)),
                ("notes", models.JSONField(default=list)),
                ("mapping", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Columns to be chosen"),
                            ("checking", "Being checked"),
                            ("checked", "Checked, nothing written"),
                            ("applying", "Being written"),
                            ("done", "Written"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="uploaded",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("read", models.PositiveIntegerField(default=0, editable=False)),
                ("total", models.PositiveIntegerField(editable=False, null=True)),
                ("counts", models.JSONField(default=dict, editable=False)),
                ("refused_file", models.CharField(blank=True, editable=False, max_length=400)),
                ("error", models.TextField(blank=True, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="begun"
                    ),
                ),
                ("touched_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("finished_at", models.DateTimeField(editable=False, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="objects.objectkind",
                        verbose_name="kind of object",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "import of objects",
                "verbose_name_plural": "imports of objects",
                "ordering": ["-created_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "uploaded",
                                    "checking",
                                    "checked",
                                    "applying",
                                    "done",
                                    "failed",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="objectimport_state_known",
                    )
                ],
            },
        ),
        migrations.RunSQL(TABLES, UNDO),
    ]
