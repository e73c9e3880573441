"""Systems that speak Open311 with us: their keys, and what they sent."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.domains.citizen_reports.models.outside import OutsideBody
from naoso.domains.citizen_reports.models.reports import Entry, Report


class ApiKeyQuerySet(ScopedQuerySet["ApiKey"]):
    """Keys in somebody's scope; a key has no unit, so a grant narrowed to one does not reach it."""

    view_permission: ClassVar[str] = "citizen_reports.edit_settings"
    unit_path: ClassVar[str] = ""


class ApiKey(models.Model):
    """Another system's right to send reports. Only the digest is kept; `hint` is how it begins.

    With `body` it may also say what that outside body did with what was passed on to it.
    """

    audit_ignored: ClassVar[tuple[str, ...]] = ("last_used_at",)

    name = models.CharField(_("system"), max_length=120)
    owner = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation that answers for it")
    )
    contact = models.EmailField(_("who looks after that system"), blank=True)
    body = models.ForeignKey(
        OutsideBody, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("tells what this outside body did"),
        help_text=_("It may report progress on what was passed on to this body, and on nothing else."),
    )  # fmt: skip
    per_hour = models.PositiveIntegerField(_("most reports in an hour"), default=600)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(_("begins with"), max_length=12, editable=False)
    enabled = models.BooleanField(_("enabled"), default=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(Account, models.PROTECT, related_name="+", editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Submission(models.Model):
    """A report that came from another system."""

    report = models.OneToOneField(Report, models.CASCADE, primary_key=True, related_name="submission")
    key = models.ForeignKey(ApiKey, models.PROTECT, related_name="submissions")
    account_id = models.CharField(max_length=120, blank=True)
    media_url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("report of another system")
        verbose_name_plural = _("reports of other systems")
        indexes = [models.Index(fields=["key", "created_at"], name="report_submission_of_key")]

    def __str__(self) -> str:
        return f"{self.key_id}: {self.report_id}"


class Progress(models.Model):
    """A word of an outside body on a report; its own `update_id` makes a second sending harmless."""

    key = models.ForeignKey(ApiKey, models.PROTECT, related_name="+")
    update_id = models.CharField(max_length=120)
    entry = models.OneToOneField(Entry, models.CASCADE, related_name="progress")

    class Meta:
        verbose_name = _("progress told by an outside body")
        verbose_name_plural = _("progress told by outside bodies")
        constraints = [
            models.UniqueConstraint(fields=["key", "update_id"], name="report_progress_once"),
        ]

    def __str__(self) -> str:
        return self.update_id
