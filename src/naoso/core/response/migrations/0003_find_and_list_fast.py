"""Words of an incident by trigrams; what was closed lately; what a shift hands over."""

import django.contrib.postgres.indexes
import naoso.core.response.words
from django.conf import settings
from django.db import migrations, models


# unaccent() is only STABLE, as its dictionary could be changed; ours is named and stays.
WORDS = """
CREATE FUNCTION response_words(number text, title text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, number || ' ' || title)) $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_audit_trail"),
        ("places", "0002_district_cities"),
        ("response", "0002_numbers_and_timeline"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(WORDS, "DROP FUNCTION response_words(text, text)"),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["closed_at"],
                name="incident_closed_at",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    naoso.core.response.words.Words("number", "title"), name="gin_trgm_ops"
                ),
                name="incident_words",
            ),
        ),
        migrations.AddIndex(
            model_name="timelineentry",
            index=models.Index(
                condition=models.Q(("kind", "handover")), fields=["-at"], name="timeline_handover"
            ),
        ),
    ]
