"""Who looked at what and why, who turns a camera now, and the walls that people saved."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.objects.models import CityObject
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.response.models import Incident
from naoso.domains.cameras.models.sources import CameraSource


class LookKind(models.TextChoices):
    """What was looked at."""

    LIVE = "live", _("Live picture")
    WALL = "wall", _("Wall")
    HISTORY = "history", _("Recording")
    EXPORT = "export", _("Export")
    CONTROL = "control", _("Turned")


class LookQuerySet(ScopedQuerySet["Look"]):
    """Looks at cameras in somebody's scope."""

    view_permission: ClassVar[str] = "cameras.looks"
    owner_path: ClassVar[str] = "camera__owner_id"
    unit_path: ClassVar[str] = "camera__unit_id"


class Look(models.Model):
    """Appended, never edited: one person saw pictures of one camera, for a reason, of this span of time.

    The trail of audit has the same as a read; this table can be asked who saw a camera.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    camera = models.ForeignKey(CityObject, models.PROTECT, related_name="+")
    kind = models.CharField(_("what"), max_length=7, choices=LookKind)
    reason = models.CharField(_("reason"), max_length=300)
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    of_from = models.DateTimeField(null=True)
    of_to = models.DateTimeField(null=True)

    objects: ClassVar[LookQuerySet] = LookQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("look at a camera")
        verbose_name_plural = _("looks at cameras")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["camera", "-at"], name="look_by_camera")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["history", "export"]) | Q(incident__isnull=False),
                name="look_into_history_needs_a_case",
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.kind} {self.camera_id}"


class Control(models.Model):
    """Who turns a camera now; it falls free by itself."""

    source = models.OneToOneField(CameraSource, models.CASCADE, related_name="control")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("control of a camera")
        verbose_name_plural = _("controls of cameras")

    def __str__(self) -> str:
        return f"{self.source_id}: {self.holder_id}"


SIZES = ((1, "1"), (4, "4"), (9, "9"), (16, "16"))


class WallLayout(models.Model):
    """Cameras in the places of a wall. `cells` holds numbers of city objects, null for an empty place."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="camera_walls")
    name = models.CharField(_("name"), max_length=80)
    size = models.PositiveSmallIntegerField(_("pictures"), choices=SIZES, default=4)
    cells = models.JSONField(default=list, blank=True)
    turn_s = models.PositiveSmallIntegerField(
        _("next page after (seconds)"), default=0, help_text=_("0: the wall stands still")
    )
    shared = models.BooleanField(_("colleagues of my body see it"), default=False)

    class Meta:
        verbose_name = _("wall")
        verbose_name_plural = _("walls")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="wall_name_once_a_person"),
            models.CheckConstraint(condition=Q(size__in=[1, 4, 9, 16]), name="wall_size_known"),
        ]

    def __str__(self) -> str:
        return self.name
