"""Cameras whose pictures our own reader reads."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naoso.core.objects.models import CityObject
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.registry.models import Source


class PlateCameraQuerySet(ScopedQuerySet["PlateCamera"]):
    """Cameras in somebody's scope."""

    view_permission: ClassVar[str] = "traffic.setup"
    owner_path: ClassVar[str] = "camera__owner_id"
    unit_path: ClassVar[str] = "camera__unit_id"


class PlateCamera(models.Model):
    """A camera that is read for plates, as a source of ours.

    `lanes` is a list of `{"name": "1", "corners": [[x, y], …]}` in shares of the picture, 0…1; without any,
    the whole picture is read. `read_at` is when a picture of it was last looked at.
    """

    camera = models.OneToOneField(
        CityObject, models.CASCADE, related_name="plate_camera", verbose_name=_("camera")
    )
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    lanes = models.JSONField(_("lanes"), default=list, blank=True)
    a_second = models.FloatField(
        _("pictures a second"), default=3.0, validators=[MinValueValidator(0.5), MaxValueValidator(10)]
    )
    enabled = models.BooleanField(_("in use"), default=True)
    read_at = models.DateTimeField(null=True, editable=False)

    audit_ignored: ClassVar[tuple[str, ...]] = ("read_at",)
    objects: ClassVar[PlateCameraQuerySet] = PlateCameraQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("camera read for plates")
        verbose_name_plural = _("cameras read for plates")
        ordering = ["camera__code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(a_second__gte=0.5, a_second__lte=10), name="platecamera_pace_possible"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """As the registry of objects has it."""
        return str(self.camera.data.get("name") or self.camera.code)

    @property
    def lane_list(self) -> list[dict[str, Any]]:
        """Read only."""
        return list(self.lanes or [])
