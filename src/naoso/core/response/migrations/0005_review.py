"""What people write after an incident."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("response", "0004_occurrences_and_stages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("went_well", models.TextField(blank=True, verbose_name="what went well")),
                ("went_badly", models.TextField(blank=True, verbose_name="what did not")),
                (
                    "to_change",
                    models.TextField(blank=True, verbose_name="what is to change, by whom, by when"),
                ),
                ("written_at", models.DateTimeField(auto_now=True, verbose_name="written")),
                (
                    "incident",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="review",
                        to="response.incident",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
            ],
            options={
                "verbose_name": "after-action review",
                "verbose_name_plural": "after-action reviews",
            },
        ),
    ]
