"""What officers keep for their own work: filters, letters, imports, trained classifiers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account, Organisation


class SavedFilter(models.Model):
    """A named view of the inbox; a shared one is offered to the whole organisation."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    title = models.CharField(_("name"), max_length=80)
    query = models.CharField(max_length=1000)
    shared_with = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("shared with")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["account", "title"], name="report_filter_once"),
        ]

    def __str__(self) -> str:
        return self.title


class WeeklyLetter(models.Model):
    """Whoever wants the weekly report gets it in their own scope."""

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="+")
    weekday = models.PositiveSmallIntegerField(_("day of the week"), default=0)
    hour = models.PositiveSmallIntegerField(_("hour"), default=7)
    enabled = models.BooleanField(_("enabled"), default=True)
    last_sent_at = models.DateTimeField(_("last sent"), null=True)

    class Meta:
        verbose_name = _("weekly report")
        verbose_name_plural = _("weekly reports")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6, hour__lte=23), name="report_letter_has_a_time"
            )
        ]

    def __str__(self) -> str:
        return str(self.account)


class ImportState(models.TextChoices):
    """Where an import of history stands."""

    UPLOADED = "uploaded", _("Uploaded")
    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class ImportRun(models.Model):
    """`mapping` says which column is which field; `problems` is a list of {row, field, value, rule}."""

    name = models.CharField(_("file"), max_length=200)
    file = models.FileField(upload_to="report-imports/")
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    read = models.PositiveIntegerField(_("read"), default=0)
    good = models.PositiveIntegerField(_("taken"), default=0)
    known = models.PositiveIntegerField(_("known already"), default=0)
    bad = models.PositiveIntegerField(_("refused"), default=0)
    problems = models.JSONField(default=list)
    rejected = models.FileField(upload_to="report-imports/", blank=True)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    created_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("by"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("import of reports")
        verbose_name_plural = _("imports of reports")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name


class ClassifierVersion(models.Model):
    """One trained classifier with what it scored on reports that it had not seen."""

    trained_at = models.DateTimeField(_("trained"), auto_now_add=True)
    trained_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    examples = models.PositiveIntegerField(_("examples"))
    from_reports = models.PositiveIntegerField(_("of these from closed reports"))
    accuracy = models.FloatField(_("right at the first guess"))
    accuracy_of_three = models.FloatField(_("right among three"))
    by_category = models.JSONField(default=dict)
    seconds = models.FloatField()
    weights = models.BinaryField()
    active = models.BooleanField(_("in use"), default=False)

    class Meta:
        verbose_name = _("classifier")
        verbose_name_plural = _("classifiers")
        ordering = ["-trained_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["active"], condition=models.Q(active=True), name="report_classifier_one_active"
            )
        ]

    def __str__(self) -> str:
        return f"v{self.pk}"
