"""Whether a camera's pictures come, and since when they do not."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.people.models import Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.domains.cameras.models.sources import CameraSource
from naoso.domains.cameras.words import problem_words

THUMBNAILS = "cameras/thumbnails"


class HealthState(models.TextChoices):
    """How the last rounds of checks judge a camera; three in a row change it."""

    NEW = "new", _("Not checked yet")
    OK = "ok", pgettext_lazy("camera", "Works")
    UNREACHABLE = "unreachable", _("Cannot be reached")
    REFUSED = "refused", _("Refuses name or password")
    SILENT = "silent", _("Connected, but no picture")
    UNSUPPORTED = "unsupported", _("Picture cannot be read")
    PICTURE = "picture", _("Picture is wrong")


class CameraHealth(models.Model):
    """The state of one source. `problems` are codes of `rules.PROBLEMS`: black, frozen, blurred …

    `baseline` is what the camera's pictures usually are, learned (see `rules`); `streak` counts rounds in
    a row that contradict the state.
    """

    source = models.OneToOneField(CameraSource, models.CASCADE, primary_key=True, related_name="health")
    state = models.CharField(_("state"), max_length=11, choices=HealthState, default=HealthState.NEW)
    problems = ArrayField(models.CharField(max_length=12), default=list)
    since = models.DateTimeField(_("since"), null=True)
    checked_at = models.DateTimeField(_("checked"), null=True)
    answered_at = models.DateTimeField(_("last picture"), null=True)
    latency_ms = models.PositiveIntegerField(null=True)
    clock_offset = models.DurationField(_("clock off by"), null=True)
    codec = models.CharField(_("codec"), max_length=8, blank=True)
    width = models.PositiveSmallIntegerField(null=True)
    height = models.PositiveSmallIntegerField(null=True)
    thumbnail_at = models.DateTimeField(null=True)
    baseline = models.JSONField(default=dict)
    suspected = models.CharField(max_length=40, blank=True)
    streak = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("health of a camera")
        verbose_name_plural = _("health of cameras")
        indexes = [models.Index(fields=["state"], name="camerahealth_by_state")]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.state}"

    @property
    def thumbnail(self) -> str:
        """Where its last picture lies, below the store of files."""
        return f"{THUMBNAILS}/{self.source_id}.jpg"


class MassOutage(models.Model):
    """Many cameras lost at once for one cause: one alert, one incident. `most`: how many were out at most."""

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=6)
    value = models.CharField(max_length=120, blank=True)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    most = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("outage of many cameras")
        verbose_name_plural = _("outages of many cameras")
        ordering = ["-began_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="massoutage_span_is_forward"
            ),
            models.UniqueConstraint(
                fields=["cause", "value"], condition=Q(ended_at=None), name="massoutage_one_open_a_cause"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.value} {self.began_at:%Y-%m-%d %H:%M}"


class OutageQuerySet(ScopedQuerySet["Outage"]):
    """Outages of cameras in somebody's scope."""

    view_permission: ClassVar[str] = "cameras.view"
    owner_path: ClassVar[str] = "source__camera__owner_id"
    unit_path: ClassVar[str] = "source__camera__unit_id"

    def during(self, since: dt.datetime, until: dt.datetime) -> OutageQuerySet:
        """Those that overlap a span of time."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=since), began_at__lt=until)


class Outage(models.Model):
    """A span in which a camera did not give what it should: what up-time is reckoned from.

    `told_at`: when people were told of it, alone or as a part of `mass`; `responded_at`: when an incident
    was opened because it stayed out.
    """

    source = models.ForeignKey(CameraSource, models.CASCADE, related_name="outages")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=11, choices=HealthState)
    problems = ArrayField(models.CharField(max_length=12), default=list)
    mass = models.ForeignKey(MassOutage, models.SET_NULL, null=True, related_name="outages")
    told_at = models.DateTimeField(null=True)
    responded_at = models.DateTimeField(null=True)

    objects: ClassVar[OutageQuerySet] = OutageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("camera outage")
        verbose_name_plural = _("camera outages")
        ordering = ["-began_at"]
        indexes = [models.Index(fields=["source", "-began_at"], name="outage_by_source")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="outage_span_is_forward"
            ),
            models.UniqueConstraint(
                fields=["source"], condition=Q(ended_at=None), name="outage_one_open_a_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.began_at:%Y-%m-%d %H:%M}"

    @property
    def words(self) -> str:
        """What was wrong with the picture."""
        return problem_words(self.problems)
