"""Where a resource is: one row that is overwritten, and a thinned track that is kept some weeks."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import BrinIndex
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.people.scope import ScopedQuerySet
from naoso.domains.dispatch.models.resources import Resource


class PositionSource(models.TextChoices):
    """Who told it."""

    HOME = "home", _("Home place")
    PHONE = "phone", _("Crew's phone")
    TRACKER = "tracker", _("Tracker")


class PositionQuerySet(ScopedQuerySet["ResourcePosition"]):
    """Positions of resources in somebody's scope."""

    view_permission: ClassVar[str] = "dispatch.view"
    owner_path: ClassVar[str] = "resource__owner_id"
    unit_path: ClassVar[str] = "resource__unit_id"


class ResourcePosition(models.Model):
    """The last place known of each resource; `at` is empty while that is its home.

    A geography, so that the index orders by true metres.
    """

    resource = models.OneToOneField(Resource, models.CASCADE, primary_key=True, related_name="position")
    point = models.PointField(geography=True, srid=4326)
    at = models.DateTimeField(_("position of"), null=True)
    received_at = models.DateTimeField(default=timezone.now)
    speed_kmh = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    source = models.CharField(
        pgettext_lazy("position", "told by"),
        max_length=8,
        choices=PositionSource,
        default=PositionSource.HOME,
    )

    objects: ClassVar[PositionQuerySet] = PositionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("position of a resource")
        verbose_name_plural = _("positions of resources")
        constraints = [
            models.CheckConstraint(
                condition=Q(source=PositionSource.HOME, at__isnull=True)
                | ~Q(source=PositionSource.HOME) & Q(at__isnull=False),
                name="position_told_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.at}"


class TrackPoint(models.Model):
    """A row each half minute or fifty metres; written by machines, kept thirty days."""

    id = models.BigAutoField(primary_key=True)
    resource = models.ForeignKey(Resource, models.CASCADE, related_name="track", db_index=False)
    at = models.DateTimeField()
    point = models.PointField(srid=4326, spatial_index=False)
    speed_kmh = models.FloatField(null=True)

    class Meta:
        verbose_name = _("point of a track")
        verbose_name_plural = _("points of tracks")
        constraints = [models.UniqueConstraint(fields=["resource", "at"], name="track_point_once")]
        indexes = [BrinIndex(fields=["at"], name="track_by_time")]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.at}"
