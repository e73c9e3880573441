"""What officers send from the street."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account
from naoso.domains.citizen_reports.models.reports import Report


class Deed(models.TextChoices):
    """What an officer does on the spot."""

    TAKE = "take", _("Taken")
    BEFORE = "before", _("Photos before the work")
    NOTE = "note", _("Done, the desk answers")
    ANSWER = "answer", _("Done and answered")


class FieldPost(models.Model):
    """One deed that a phone sent: under its key it happens once, however often it arrives.

    `seen` and `version` are the report's versions before and after, so that an officer's own deeds,
    sent one after the other from one opened screen, are no conflict with each other.
    """

    key = models.UUIDField(unique=True)
    report = models.ForeignKey(Report, models.CASCADE, related_name="field_posts")
    actor = models.ForeignKey(Account, models.PROTECT, related_name="+")
    deed = models.CharField(max_length=8, choices=Deed)
    seen = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.key)
