"""Steps that end by what happens elsewhere."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("response", "0005_review"),
    ]

    operations = [
        migrations.AddField(
            model_name="procedurestep",
            name="done_when",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "when somebody says so"),
                    ("crew_sent", "when a force is sent"),
                    ("crew_there", "when a force has arrived"),
                    ("warning_out", "when a public warning is out"),
                ],
                max_length=12,
                verbose_name="done when",
            ),
        ),
    ]
