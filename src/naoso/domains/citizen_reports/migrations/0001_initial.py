"""Reports, their categories and rules, who reports, who answers."""

import datetime
import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
import naoso.domains.citizen_reports.models.categories
import naoso.domains.citizen_reports.words
import uuid
from django.conf import settings
from django.db import migrations, models


# unaccent() is only STABLE, as its dictionary could be changed; ours is named and stays.
WORDS = """
CREATE FUNCTION citizen_reports_words(code text, words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, code || ' ' || words)) $$;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0002_audit_trail"),
        ("places", "0002_district_cities"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(WORDS, "DROP FUNCTION citizen_reports_words(text, text)"),
        migrations.CreateModel(
            name="Citizen",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                ("email", models.EmailField(max_length=254, null=True, unique=True, verbose_name="e-mail")),
                ("phone", models.CharField(max_length=20, null=True, unique=True, verbose_name="phone")),
                ("language", models.CharField(default="vi", max_length=2)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_seen_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "citizen",
                "verbose_name_plural": "citizens",
            },
        ),
        migrations.CreateModel(
            name="OutsideBody",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, unique=True, verbose_name="name")),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "E-mail"), ("open311", "Open311")],
                        default="email",
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                ("address", models.CharField(max_length=300, verbose_name="address")),
                (
                    "jurisdiction",
                    models.CharField(blank=True, max_length=80, verbose_name="Open311 jurisdiction"),
                ),
                (
                    "service_code",
                    models.CharField(blank=True, max_length=80, verbose_name="Open311 service code"),
                ),
                ("secret", models.TextField(blank=True, help_text="Kept encrypted.", verbose_name="API key")),
                ("enabled", models.BooleanField(default=True, verbose_name="enabled")),
            ],
            options={
                "verbose_name": "outside body",
                "verbose_name_plural": "outside bodies",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="BlockedWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.CharField(max_length=80, unique=True, verbose_name="words")),
                ("enabled", models.BooleanField(default=True, verbose_name="enabled")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "blocked words",
                "verbose_name_plural": "blocked words",
                "ordering": ["words"],
            },
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(unique=True, verbose_name="code")),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("title_en", models.CharField(blank=True, max_length=120, verbose_name="English title")),
                ("icon", models.CharField(default="message-report", max_length=40, verbose_name="icon")),
                (
                    "answer_deadline",
                    models.DurationField(
                        default=datetime.timedelta(seconds=14400), verbose_name="first answer within"
                    ),
                ),
                (
                    "deadline",
                    models.DurationField(
                        default=datetime.timedelta(seconds=57600), verbose_name="solved within"
                    ),
                ),
                (
                    "warn_before",
                    models.DurationField(
                        default=datetime.timedelta(seconds=7200), verbose_name="warning before the deadline"
                    ),
                ),
                (
                    "escalate_after",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DurationField(),
                        default=naoso.domains.citizen_reports.models.categories.escalation_steps,
                        size=3,
                        verbose_name="escalation after the deadline",
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("public", "On the public map once an officer has taken it up"),
                            ("private", "The citizen who sent it and the officers"),
                            ("internal", "Officers only; citizens cannot choose it"),
                        ],
                        default="public",
                        max_length=10,
                        verbose_name="visibility",
                    ),
                ),
                (
                    "opens_incident",
                    models.BooleanField(
                        default=True,
                        help_text="For what cannot wait for an officer's decision.",
                        verbose_name="opens an incident",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="order")),
                ("enabled", models.BooleanField(default=True, verbose_name="enabled")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the fallback queue of the centre.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                        verbose_name="answers where no rule fits",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="citizen_reports.category",
                        verbose_name="part of",
                    ),
                ),
            ],
            options={
                "verbose_name": "category of reports",
                "verbose_name_plural": "categories of reports",
                "ordering": ["order", "title"],
            },
        ),
        migrations.CreateModel(
            name="AnswerTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("answer", "Answer"),
                            ("reject", "Why nothing will be done"),
                            ("question", "Question to the citizen"),
                        ],
                        default="answer",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("text", models.TextField(max_length=4000, verbose_name="text")),
                ("text_en", models.TextField(blank=True, max_length=4000, verbose_name="English text")),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="order")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="templates",
                        to="citizen_reports.category",
                        verbose_name="category",
                    ),
                ),
            ],
            options={
                "verbose_name": "template of answers",
                "verbose_name_plural": "templates of answers",
                "ordering": ["order", "title"],
            },
        ),
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
                ("file", models.FileField(upload_to="report-imports/")),
                ("columns", models.JSONField(default=list)),
                ("mapping", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Uploaded"),
                            ("checked", "Checked"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="uploaded",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                ("read", models.PositiveIntegerField(default=0, verbose_name="read")),
                ("good", models.PositiveIntegerField(default=0, verbose_name="taken")),
                ("known", models.PositiveIntegerField(default=0, verbose_name="known already")),
                ("bad", models.PositiveIntegerField(default=0, verbose_name="refused")),
                ("problems", models.JSONField(default=list)),
                ("rejected", models.FileField(blank=True, upload_to="report-imports/")),
                ("error", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="begun")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "import of reports",
                "verbose_name_plural": "imports of reports",
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=16, unique=True, verbose_name="code")),
                ("draft", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "Citizens' page"),
                            ("desk", "Telephone or counter"),
                            ("field", "Field officer"),
                            ("open311", "Open311"),
                            ("import", "Import of history"),
                        ],
                        default="web",
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                ("language", models.CharField(default="vi", max_length=2)),
                ("text", models.TextField(blank=True, verbose_name="text")),
                ("answers", models.JSONField(blank=True, default=dict, verbose_name="answers to questions")),
                ("point", django.contrib.gis.db.models.fields.PointField(srid=4326, verbose_name="place")),
                ("place_text", models.CharField(blank=True, max_length=200, verbose_name="place in words")),
                ("routed_by", models.CharField(blank=True, max_length=200, verbose_name="routed by")),
                ("in_fallback", models.BooleanField(default=False, verbose_name="in the fallback queue")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Received"),
                            ("accepted", "Being handled"),
                            ("waiting", "Waiting for the citizen"),
                            ("outside", "With an outside body"),
                            ("answered", "Answered"),
                            ("rejected", "Not taken up"),
                            ("merged", "Joined to another report"),
                        ],
                        default="new",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("held", models.BooleanField(default=False, verbose_name="held back for a look")),
                ("held_reason", models.CharField(blank=True, max_length=200)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="received"),
                ),
                (
                    "changed_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="last change"),
                ),
                ("answer_due_at", models.DateTimeField(verbose_name="first answer due")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("first_answer_at", models.DateTimeField(null=True, verbose_name="first answer")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="answered")),
                ("paused_at", models.DateTimeField(null=True)),
                ("pause_reason", models.CharField(blank=True, max_length=300)),
                ("wake_at", models.DateTimeField(null=True)),
                ("warned", models.BooleanField(default=False)),
                ("chased", models.BooleanField(default=False)),
                (
                    "escalation",
                    models.PositiveSmallIntegerField(default=0, verbose_name="escalated to level"),
                ),
                ("answer", models.TextField(blank=True, verbose_name="answer")),
                ("solved", models.BooleanField(null=True, verbose_name="solved, says the citizen")),
                ("rating", models.PositiveSmallIntegerField(null=True, verbose_name="rating")),
                (
                    "rating_text",
                    models.CharField(blank=True, max_length=1000, verbose_name="words to the rating"),
                ),
                ("reopened", models.PositiveSmallIntegerField(default=0, verbose_name="opened again")),
                ("public_since", models.DateTimeField(null=True, verbose_name="public since")),
                ("public_text", models.TextField(blank=True, verbose_name="public text")),
                ("hidden", models.BooleanField(default=False, verbose_name="withdrawn from the public")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="citizen_reports.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handled by",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="citizen_reports.report",
                        verbose_name="joined to",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="people.organisation",
                        verbose_name="owner",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="citizen_reports.report",
                        verbose_name="part of",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="places.adminunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "report",
                "verbose_name_plural": "reports",
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Photo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "shows",
                    models.CharField(
                        choices=[
                            ("problem", "Photo of the problem"),
                            ("before", "Photo before the work"),
                            ("after", "Photo of what was done"),
                        ],
                        default="problem",
                        max_length=8,
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("file", models.FileField(upload_to="reports/")),
                ("thumbnail", models.FileField(upload_to="reports/")),
                ("video", models.FileField(blank=True, upload_to="reports/")),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("fingerprint", models.BigIntegerField(null=True)),
                ("blurred_at", models.DateTimeField(null=True)),
                ("public_file", models.FileField(blank=True, upload_to="reports/public/")),
                ("public_thumbnail", models.FileField(blank=True, upload_to="reports/public/")),
                ("boxes", models.JSONField(blank=True, default=list)),
                ("hidden", models.BooleanField(default=False, verbose_name="withdrawn from the public")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
                        to="citizen_reports.report",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Forwarding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("note", models.CharField(blank=True, max_length=1000, verbose_name="note")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("sent", "Sent"),
                            ("received", "Received there"),
                            ("answered", "Answered"),
                            ("failed", "Failed"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="delivery",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("next_try_at", models.DateTimeField(null=True)),
                ("remote_id", models.CharField(blank=True, max_length=120, verbose_name="number there")),
                ("error", models.CharField(blank=True, max_length=500, verbose_name="error")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="citizen_reports.outsidebody",
                        verbose_name="outside body",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forwardings",
                        to="citizen_reports.report",
                    ),
                ),
            ],
            options={
                "verbose_name": "forwarding",
                "verbose_name_plural": "forwardings",
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Follower",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("device", models.CharField(blank=True, max_length=64)),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("push", models.TextField(blank=True)),
                ("language", models.CharField(default="vi", max_length=2)),
                ("me_too", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "citizen",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="citizen_reports.citizen",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="followers",
                        to="citizen_reports.report",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sent", "Sent"),
                            ("moved", "Moved"),
                            ("question", "Question"),
                            ("reply", "Reply of the citizen"),
                            ("answer", "Answer"),
                            ("note", "Internal note"),
                            ("rated", "Rating"),
                            ("clock", "Clock"),
                            ("linked", "Link"),
                            ("moderated", "Publication"),
                        ],
                        default="moved",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("public", models.BooleanField(default=True)),
                ("text", models.TextField()),
                (
                    "actor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="citizen_reports.report",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="RoutingRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveIntegerField(default=100, verbose_name="order")),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=list,
                        help_text="0 is Monday; none means every day.",
                        size=None,
                        verbose_name="days of the week",
                    ),
                ),
                ("time_from", models.TimeField(blank=True, null=True, verbose_name="from (time of day)")),
                ("time_to", models.TimeField(blank=True, null=True, verbose_name="to (time of day)")),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        help_text="Tone marks do not matter.",
                        size=None,
                        verbose_name="key words, any of them",
                    ),
                ),
                ("enabled", models.BooleanField(default=True, verbose_name="enabled")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="citizen_reports.category",
                        verbose_name="category and below",
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="and to this person",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                        verbose_name="goes to",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.adminunit",
                        verbose_name="unit and below",
                    ),
                ),
            ],
            options={
                "verbose_name": "routing rule",
                "verbose_name_plural": "routing rules",
                "ordering": ["order", "id"],
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="name")),
                ("query", models.CharField(max_length=1000)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shared_with",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.organisation",
                        verbose_name="shared with",
                    ),
                ),
            ],
            options={
                "verbose_name": "saved filter",
                "verbose_name_plural": "saved filters",
                "ordering": ["title"],
            },
        ),
        migrations.CreateModel(
            name="SignInCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=254)),
                ("digest", models.CharField(max_length=128)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["address", "-created_at"], name="report_sign_in_code")],
            },
        ),
        migrations.CreateModel(
            name="WeeklyLetter",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("weekday", models.PositiveSmallIntegerField(default=0, verbose_name="day of the week")),
                ("hour", models.PositiveSmallIntegerField(default=7, verbose_name="hour")),
                ("enabled", models.BooleanField(default=True, verbose_name="enabled")),
                ("last_sent_at", models.DateTimeField(null=True, verbose_name="last sent")),
            ],
            options={
                "verbose_name": "weekly report",
                "verbose_name_plural": "weekly reports",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("hour__lte", 23), ("weekday__lte", 6)),
                        name="report_letter_has_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("device", "Device"),
                            ("email", "E-mail"),
                            ("phone", "Phone"),
                            ("photo", "Photo"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("value", models.CharField(max_length=64)),
                ("hint", models.CharField(max_length=80, verbose_name="what")),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="since")),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                ("lifted_at", models.DateTimeField(null=True, verbose_name="lifted")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "block",
                "verbose_name_plural": "blocks",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=["kind", "value"],
                        name="report_block",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ClassifierVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("trained_at", models.DateTimeField(auto_now_add=True, verbose_name="trained")),
                ("examples", models.PositiveIntegerField(verbose_name="examples")),
                ("from_reports", models.PositiveIntegerField(verbose_name="of these from closed reports")),
                ("accuracy", models.FloatField(verbose_name="right at the first guess")),
                ("accuracy_of_three", models.FloatField(verbose_name="right among three")),
                ("by_category", models.JSONField(default=dict)),
                ("seconds", models.FloatField()),
                ("weights", models.BinaryField()),
                ("active", models.BooleanField(default=False, verbose_name="in use")),
                (
                    "trained_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "classifier",
                "verbose_name_plural": "classifiers",
                "ordering": ["-trained_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("active", True)),
                        fields=("active",),
                        name="report_classifier_one_active",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Desk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "take_within",
                    models.DurationField(
                        default=datetime.timedelta(seconds=3600),
                        help_text="Working time; afterwards a report that nobody took goes up by itself.",
                        verbose_name="somebody takes it within",
                    ),
                ),
                (
                    "keep_identity",
                    models.DurationField(
                        default=datetime.timedelta(days=365),
                        verbose_name="identity of reporters is kept after the end",
                    ),
                ),
                (
                    "jurisdiction",
                    models.CharField(
                        blank=True,
                        default="thainguyen.gov.vn",
                        max_length=80,
                        verbose_name="Open311 jurisdiction",
                    ),
                ),
                (
                    "sure_from",
                    models.FloatField(
                        default=0.7, verbose_name="a category is suggested alone from this confidence"
                    ),
                ),
                (
                    "fallback",
                    models.ForeignKey(
                        blank=True,
                        help_text="Takes what no rule and no category gives to anybody.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                        verbose_name="fallback queue",
                    ),
                ),
            ],
            options={
                "verbose_name": "report desk",
                "verbose_name_plural": "report desk",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="report_desk_is_one"),
                    models.CheckConstraint(
                        condition=models.Q(("sure_from__gte", 0), ("sure_from__lte", 1)),
                        name="report_desk_sure_is_a_share",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("export", "A copy of my data"), ("erase", "Erase my data")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="received")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("done_at", models.DateTimeField(null=True, verbose_name="done")),
                ("refused", models.CharField(blank=True, max_length=500, verbose_name="refused because")),
                (
                    "citizen",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="citizen_reports.citizen",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "request about personal data",
                "verbose_name_plural": "requests about personal data",
                "ordering": ["due_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("citizen__isnull", False), ("done_at__isnull", True)),
                        fields=("citizen", "kind"),
                        name="report_person_asks_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("label", models.CharField(max_length=200, verbose_name="question")),
                ("label_en", models.CharField(blank=True, max_length=200, verbose_name="English question")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Words"),
                            ("number", "A number"),
                            ("date", "A date"),
                            ("yes_no", "Yes or no"),
                            ("choice", "One of several"),
                            ("multi", "Any of several"),
                        ],
                        default="text",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("choices", models.JSONField(blank=True, default=list, verbose_name="choices")),
                ("required", models.BooleanField(default=False, verbose_name="required")),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="order")),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="citizen_reports.category",
                        verbose_name="category",
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ["order", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("category", "code"), name="report_question_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Reporter",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="reporter",
                        serialize=False,
                        to="citizen_reports.report",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="your name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                ("device", models.CharField(blank=True, max_length=64)),
                ("network", models.CharField(blank=True, max_length=64)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "citizen",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="citizen_reports.citizen",
                    ),
                ),
            ],
            options={
                "verbose_name": "reporter",
                "verbose_name_plural": "reporters",
            },
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["-created_at", "-id"], name="report_newest"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["owner", "-created_at", "-id"], name="report_newest_of_owner"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["category", "-created_at", "-id"], name="report_newest_of_category"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["unit", "-created_at", "-id"], name="report_newest_of_unit"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["state", "-created_at", "-id"], name="report_newest_of_state"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("state__in", ["accepted", "new", "outside", "waiting"])),
                fields=["-created_at", "-id"],
                name="report_open_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("state__in", ["accepted", "new", "outside", "waiting"])),
                fields=["due_at", "id"],
                name="report_open_due",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("state__in", ["accepted", "new", "outside", "waiting"])),
                fields=["owner", "due_at", "id"],
                name="report_open_due_of_owner",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("handler__isnull", False)),
                fields=["handler", "due_at"],
                name="report_of_handler",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("wake_at__isnull", False)), fields=["wake_at"], name="report_to_wake"
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("hidden", False), ("public_since__isnull", False)),
                fields=["-public_since", "-id"],
                name="report_public",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("state__in", ["answered", "merged", "rejected"])),
                fields=["ended_at", "owner"],
                name="report_ended",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["changed_at", "id"], name="report_changed"),
        ),
        migrations.AddIndex(
            model_name="report",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    naoso.domains.citizen_reports.words.Words("code", "text"), name="gin_trgm_ops"
                ),
                name="report_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", False),
                        ("state__in", ["answered", "rejected"]),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    models.Q(
                        ("ended_at__isnull", False), ("merged_into__isnull", False), ("state", "merged")
                    ),
                    models.Q(
                        ("state__in", ["accepted", "new", "outside", "waiting"]), ("ended_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="report_ended_has_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rating__isnull", True),
                    models.Q(("rating__gte", 1), ("rating__lte", 5)),
                    _connector="OR",
                ),
                name="report_rating_is_1_to_5",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("parent__isnull", True),
                    models.Q(("parent", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="report_is_not_its_own_part",
            ),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                condition=models.Q(("fingerprint__isnull", False)),
                fields=["fingerprint"],
                name="report_photo_print",
            ),
        ),
        migrations.AddIndex(
            model_name="photo",
            index=models.Index(
                condition=models.Q(("blurred_at__isnull", True)), fields=["id"], name="report_photo_to_blur"
            ),
        ),
        migrations.AddIndex(
            model_name="forwarding",
            index=models.Index(
                condition=models.Q(("next_try_at__isnull", False)),
                fields=["next_try_at"],
                name="report_forwarding_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="routingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("time_from__isnull", True), ("time_to__isnull", True)),
                    models.Q(("time_from__isnull", False), ("time_to__isnull", False)),
                    _connector="OR",
                ),
                name="report_rule_has_both_times",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.UniqueConstraint(fields=("account", "title"), name="report_filter_once"),
        ),
        migrations.AddIndex(
            model_name="reporter",
            index=models.Index(
                condition=models.Q(("device", ""), _negated=True), fields=["device"], name="reporter_device"
            ),
        ),
        migrations.AddIndex(
            model_name="reporter",
            index=models.Index(
                condition=models.Q(("email", ""), _negated=True), fields=["email"], name="reporter_email"
            ),
        ),
        migrations.AddIndex(
            model_name="reporter",
            index=models.Index(
                condition=models.Q(("phone", ""), _negated=True), fields=["phone"], name="reporter_phone"
            ),
        ),
    ]
