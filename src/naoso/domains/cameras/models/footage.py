"""What was recorded, what of it must stay, and what was handed out."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.people.scope import ScopedQuerySet
from naoso.core.response.models import Incident
from naoso.domains.cameras.models.sources import CameraSource


class FootageQuerySet(ScopedQuerySet["Footage"]):
    """Recorded pieces of cameras in somebody's scope."""

    view_permission: ClassVar[str] = "cameras.history"
    owner_path: ClassVar[str] = "source__camera__owner_id"
    unit_path: ClassVar[str] = "source__camera__unit_id"

    def during(self, since: dt.datetime, until: dt.datetime) -> FootageQuerySet:
        """Pieces that overlap a span of time."""
        return self.filter(began_at__lt=until, ended_at__gt=since)


class Footage(models.Model):
    """One piece of a recording: an MP4 file of about a minute. `path` is relative to the recordings' folder.

    `codec` is what browsers call it, such as `avc1.640028`.
    """

    source = models.ForeignKey(CameraSource, models.PROTECT, related_name="footage")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    path = models.CharField(max_length=200, unique=True)
    size = models.BigIntegerField()
    codec = models.CharField(max_length=64, blank=True)

    objects: ClassVar[FootageQuerySet] = FootageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ["began_at"]
        indexes = [
            models.Index(fields=["source", "began_at"], name="footage_by_source"),
            models.Index(fields=["began_at"], name="footage_by_time"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__gt=F("began_at")), name="footage_span_is_forward"),
            models.CheckConstraint(condition=Q(size__gt=0), name="footage_has_size"),
        ]

    def __str__(self) -> str:
        return self.path


class Hold(models.Model):
    """Recordings of a camera in this span stay, whatever retention says, until long after the incident."""

    source = models.ForeignKey(CameraSource, models.PROTECT, related_name="holds")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=300)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("hold on recordings")
        verbose_name_plural = _("holds on recordings")
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["source", "began_at"], name="hold_by_source")]
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__gt=F("began_at")), name="hold_span_is_forward"),
            models.UniqueConstraint(fields=["source", "incident"], name="hold_once_an_incident"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.began_at:%Y-%m-%d %H:%M}"


class PackageState(models.TextChoices):
    """How far an evidence package is."""

    MAKING = "making", _("Is being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class EvidencePackageQuerySet(ScopedQuerySet["EvidencePackage"]):
    """Packages of incidents in somebody's scope."""

    view_permission: ClassVar[str] = "cameras.export"
    owner_path: ClassVar[str] = "incident__owner_id"
    unit_path: ClassVar[str] = "incident__unit_id"


class EvidencePackage(models.Model):
    """Recordings handed out for a case: never removed by retention. `sha256` is of the whole file.

    `pieces`: how many recordings there were when it was asked for.
    """

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="+")
    began_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("to"))
    reason = models.CharField(_("reason"), max_length=300)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    sources = models.ManyToManyField(CameraSource, related_name="packages")
    pieces = models.PositiveIntegerField(default=0, editable=False)
    state = models.CharField(max_length=6, choices=PackageState, default=PackageState.MAKING)
    fault = models.CharField(max_length=300, blank=True)
    path = models.CharField(max_length=200, blank=True)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    objects: ClassVar[EvidencePackageQuerySet] = EvidencePackageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("evidence package")
        verbose_name_plural = _("evidence packages")
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="evidence_has_reason"),
            models.CheckConstraint(condition=Q(ended_at__gt=F("began_at")), name="evidence_span_is_forward"),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(sha256__regex="^[0-9a-f]{64}$"), name="evidence_ready_has_sum"
            ),
        ]

    def __str__(self) -> str:
        return f"evidence {self.pk}"
