"""A case's period and how long it keeps; hits that the review refutes; a reader's owner is its source's."""

from django.db import migrations, models
from django.db.models import F, Q

# what stood until now: thirty days back, and material as long as the case
PERIODS = """
UPDATE traffic_case SET searched_from = opened_at - interval '30 days', keep_until = expires_at
"""
HIT_STATES = [
    ("waiting", "Waits for a person"),
    ("confirmed", "Confirmed"),
    ("not_this", "Not this plate"),
    ("other", "Same plate, other vehicle"),
    ("gone", "No longer looked for"),
]


class Migration(migrations.Migration):
    dependencies = [("traffic", "0003_platecamera")]

    operations = [
        migrations.AddField("case", "searched_from", models.DateTimeField("searched from", null=True)),
        migrations.AddField("case", "keep_until", models.DateTimeField("material kept until", null=True)),
        migrations.RunSQL(PERIODS, migrations.RunSQL.noop),
        migrations.AlterField("case", "searched_from", models.DateTimeField("searched from")),
        migrations.AlterField("case", "keep_until", models.DateTimeField("material kept until")),
        migrations.RemoveField("readerfeed", "owner"),
        migrations.AddField("hit", "refuted", models.BooleanField("refuted in the review", default=False)),
        migrations.AlterField(
            "hit",
            "state",
            models.CharField("state", max_length=10, choices=HIT_STATES, default="waiting"),
        ),
        migrations.AddField("sample", "hits_before", models.JSONField(default=dict)),
        migrations.AddConstraint(
            "case",
            models.CheckConstraint(
                condition=Q(searched_from__lte=F("opened_at")), name="traffic_case_searched_from_past"
            ),
        ),
        migrations.AddConstraint(
            "case",
            models.CheckConstraint(
                condition=Q(keep_until__gte=F("expires_at")), name="traffic_case_kept_while_open"
            ),
        ),
    ]
