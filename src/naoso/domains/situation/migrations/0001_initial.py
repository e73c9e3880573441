"""Duties to report, and the reports."""

import datetime
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0004_reach"),
        ("response", "0005_review"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Duty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                ("figures", models.JSONField(default=list, verbose_name="figures")),
                (
                    "starts_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="first due"),
                ),
                (
                    "every",
                    models.DurationField(default=datetime.timedelta(seconds=21600), verbose_name="every"),
                ),
                (
                    "grace",
                    models.DurationField(
                        default=datetime.timedelta(seconds=1800), verbose_name="missing after"
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "bodies",
                    models.ManyToManyField(
                        related_name="+", to="people.organisation", verbose_name="who reports"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="response.incident",
                        verbose_name="incident",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                        verbose_name="asked by",
                    ),
                ),
            ],
            options={
                "verbose_name": "duty to report",
                "verbose_name_plural": "duties to report",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="SituationReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slot", models.DateTimeField(verbose_name="due")),
                ("values", models.JSONField(default=dict, verbose_name="figures")),
                ("text", models.TextField(blank=True, verbose_name="in words")),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="sent")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                        verbose_name="body",
                    ),
                ),
                (
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="situation.duty",
                        verbose_name="duty",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent by",
                    ),
                ),
            ],
            options={
                "verbose_name": "situation report",
                "verbose_name_plural": "situation reports",
                "ordering": ["-slot"],
            },
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(("every__gt", datetime.timedelta(0))), name="duty_comes_again"
            ),
        ),
        migrations.AddConstraint(
            model_name="situationreport",
            constraint=models.UniqueConstraint(fields=("duty", "body", "slot"), name="situation_report_once"),
        ),
    ]
