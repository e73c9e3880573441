"""Runs of exercises."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0004_reach"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("script", models.SlugField(verbose_name="script")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("speed", models.FloatField(default=1.0, verbose_name="speed")),
                (
                    "unattended",
                    models.BooleanField(default=False, verbose_name="the script plays the people too"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "About to start"),
                            ("running", "Running"),
                            ("done", "Ended"),
                            ("stopped", "Stopped"),
                            ("failed", "Broke off"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="asked for")),
                ("started_at", models.DateTimeField(null=True, verbose_name="started")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="things that happened")),
                ("of", models.PositiveIntegerField(default=0, verbose_name="things to happen")),
                (
                    "said",
                    models.CharField(blank=True, max_length=300, verbose_name="last thing that happened"),
                ),
                ("score", models.PositiveSmallIntegerField(null=True, verbose_name="score")),
                ("results", models.JSONField(default=list, verbose_name="results")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                        verbose_name="owner",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="started by",
                    ),
                ),
            ],
            options={
                "verbose_name": "run of an exercise",
                "verbose_name_plural": "runs of exercises",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.Value(1),
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        name="one_exercise_at_a_time",
                    ),
                    models.CheckConstraint(condition=models.Q(("speed__gt", 0)), name="exercise_moves_on"),
                ],
            },
        ),
    ]
