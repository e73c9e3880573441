"""One export of very many objects: what was asked, how far it is, where the file lies."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ExportState(models.TextChoices):
    """Where an export stands."""

    WRITING = "writing", _("The file is being written")
    DONE = "done", _("The file is ready")
    FAILED = "failed", _("The file could not be written")


class ExportRun(models.Model):
    """Asked by one account and read by it alone, within the scope that it has when the job runs."""

    key = models.CharField(max_length=32, unique=True, editable=False)
    kind = models.ForeignKey("objects.ObjectKind", models.CASCADE, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    format = models.CharField(max_length=12)
    language = models.CharField(max_length=8)
    filter = models.TextField(blank=True)
    within = models.TextField(blank=True)
    total = models.PositiveIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=ExportState, default=ExportState.WRITING)
    file = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=100)
    problem = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: models.Manager[Any]

    class Meta:
        verbose_name = _("export of objects")
        verbose_name_plural = _("exports of objects")

    def __str__(self) -> str:
        return self.name

    @property
    def share(self) -> int:
        """How much is written, in hundredths."""
        return min(100, 100 * self.read // self.total) if self.total else 0
