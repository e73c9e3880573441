"""Readers of other makers, and the one row of settings."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naoso.connectors.platereader import Mapping
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.registry.models import Source

POINTERS = (
    "rows_at", "plate_at", "time_at", "camera_at", "id_at", "confidence_at", "colour_at", "vehicle_at",
    "direction_at", "lane_at", "speed_at", "occupancy_at", "crop_at", "scene_at",
)  # fmt: skip


class ReaderFeedQuerySet(ScopedQuerySet["ReaderFeed"]):
    """Feeds in somebody's scope."""

    view_permission: ClassVar[str] = "traffic.setup"
    owner_path: ClassVar[str] = "source__owner_id"
    unit_path: ClassVar[str] = ""


def pointer(label: Any, *, blank: bool = True) -> Any:
    """A JSON pointer (RFC 6901) into one passage of the reader's message."""
    return models.CharField(label, max_length=120, blank=blank)


class ReaderFeed(models.Model):
    """A reader of another maker: which member of its JSON holds what; a source without one speaks our form.

    Its passages, and so the row itself, are those of the source's owner.
    `cameras`, `colours`, `directions` and `vehicles` translate the reader's words into ours.
    """

    name = models.CharField(_("name"), max_length=120)
    source = models.OneToOneField(Source, models.PROTECT, related_name="plate_feed", verbose_name=_("source"))
    enabled = models.BooleanField(_("enabled"), default=True)
    rows_at = pointer(_("list of passages"))
    plate_at = pointer(_("plate"), blank=False)
    time_at = pointer(_("time"), blank=False)
    camera_at = pointer(_("code of the camera"), blank=False)
    id_at = pointer(_("number of the passage"))
    confidence_at = pointer(_("confidence"))
    colour_at = pointer(_("background colour"))
    vehicle_at = pointer(_("kind of vehicle"))
    direction_at = pointer(_("direction"))
    lane_at = pointer(_("lane"))
    speed_at = pointer(_("speed (km/h)"))
    occupancy_at = pointer(_("occupancy of the lane"))
    crop_at = pointer(_("picture of the plate (base64 or a name below passages/)"))
    scene_at = pointer(_("picture of the scene (base64 or a name below passages/)"))
    cameras = models.JSONField(_("camera codes"), default=dict, blank=True)
    colours = models.JSONField(_("words for colours"), default=dict, blank=True)
    directions = models.JSONField(_("words for directions"), default=dict, blank=True)
    vehicles = models.JSONField(_("words for vehicles"), default=dict, blank=True)

    objects: ClassVar[ReaderFeedQuerySet] = ReaderFeedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("plate reader")
        verbose_name_plural = _("plate readers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def mapping(self) -> Mapping:
        """As the connector takes it."""
        places = {name.removesuffix("_at"): getattr(self, name) for name in POINTERS}
        return Mapping(
            **places, cameras=self.cameras, colours=self.colours, directions=self.directions,
            vehicles=self.vehicles,
        )  # fmt: skip


class Desk(models.Model):
    """One row: how long passages are kept, and how sure a reader must be."""

    keep_days = models.PositiveSmallIntegerField(
        _("days that passages stay"), default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Then passages and their pictures go; hits and what belongs to a case stay."),
    )  # fmt: skip
    sure_from = models.FloatField(
        _("a reading counts as sure from"), default=0.9,
        validators=[MinValueValidator(0.0), MaxValueValidator(1.0)],
        help_text=_("Below it, plates of a list that differ in one letter are told as well."),
    )  # fmt: skip
    usual_kmh = models.PositiveSmallIntegerField(
        _("usual speed between junctions (km/h)"), default=40,
        validators=[MinValueValidator(5), MaxValueValidator(120)],
        help_text=_("Where no section has been measured."),
    )  # fmt: skip
    open_counts = models.BooleanField(
        _("publish counts per junction and hour"), default=True,
        help_text=_("Without plates; counts below 5 are withheld."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("settings of traffic")
        verbose_name_plural = _("settings of traffic")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="traffic_desk_is_one"),
            models.CheckConstraint(condition=Q(keep_days__gte=1), name="traffic_desk_keeps_a_day"),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """There is one."""
        self.pk = 1
        super().save(*args, **kwargs)
