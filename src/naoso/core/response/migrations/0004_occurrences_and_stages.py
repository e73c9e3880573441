"""One open incident a subject, joining in space and time; procedures with stages and actions."""

import datetime
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_reach"),
        ("places", "0002_district_cities"),
        ("response", "0003_find_and_list_fast"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(
            model_name="task",
            name="from_procedure",
        ),
        migrations.AddField(
            model_name="incident",
            name="subject",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="incidentkind",
            name="join_radius_m",
            field=models.PositiveIntegerField(
                default=0,
                help_text="what is told by itself this near joins an open incident; 0: never",
                verbose_name="joins within (metres)",
            ),
        ),
        migrations.AddField(
            model_name="incidentkind",
            name="join_within",
            field=models.DurationField(
                default=datetime.timedelta(seconds=600), verbose_name="joins within (time)"
            ),
        ),
        migrations.AddField(
            model_name="incidentkind",
            name="worse_within",
            field=models.DurationField(
                default=datetime.timedelta(seconds=60),
                help_text="a second witness this soon makes the incident worse by one step",
                verbose_name="worse when told twice within",
            ),
        ),
        migrations.AddField(
            model_name="procedurestep",
            name="action",
            field=models.SlugField(blank=True, verbose_name="done by the centre"),
        ),
        migrations.AddField(
            model_name="procedurestep",
            name="argument",
            field=models.CharField(blank=True, max_length=300, verbose_name="what the centre needs for it"),
        ),
        migrations.AddField(
            model_name="procedurestep",
            name="condition",
            field=models.CharField(
                choices=[
                    ("always", "always"),
                    ("severity", "from severity"),
                    ("witnesses", "from this many witnesses"),
                    ("off_hours", "outside working hours only"),
                ],
                default="always",
                max_length=10,
                verbose_name="condition",
            ),
        ),
        migrations.AddField(
            model_name="procedurestep",
            name="condition_value",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="number of the condition"),
        ),
        migrations.AddField(
            model_name="procedurestep",
            name="stage",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="stage"),
        ),
        migrations.AddField(
            model_name="task",
            name="opened_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, null=True, verbose_name="its turn since"
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="skipped",
            field=models.BooleanField(default=False, verbose_name="skipped"),
        ),
        migrations.AddField(
            model_name="task",
            name="step",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="response.procedurestep",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("state", "closed"), _negated=True), models.Q(("subject", ""), _negated=True)
                ),
                fields=("subject",),
                name="incident_open_once_a_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("skipped", False),
                    models.Q(("done_at__isnull", False), models.Q(("note", ""), _negated=True)),
                    _connector="OR",
                ),
                name="task_skipped_has_reason",
            ),
        ),
    ]
