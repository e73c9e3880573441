"""The index of each station and hour; stations themselves are things of the registry."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from naoso.core.people.scope import ScopedQuerySet
from naoso.core.registry.models import Thing

KIND = "air-station"


class AirHourQuerySet(ScopedQuerySet["AirHour"]):
    """Hours of the stations in somebody's scope."""

    view_permission: ClassVar[str] = "environment.view"
    owner_path: ClassVar[str] = "station__owner_id"
    unit_path: ClassVar[str] = "station__unit_id"


class AirHour(models.Model):
    """VN_AQI of the hour that begins at `start`; `parts` holds the index of each pollutant."""

    station = models.ForeignKey(Thing, models.CASCADE, related_name="+", verbose_name=_("station"))
    start = models.DateTimeField(_("hour"))
    value = models.PositiveSmallIntegerField("VN_AQI")
    main = models.CharField(_("main pollutant"), max_length=10)
    parts = models.JSONField(_("parts"))

    objects = AirHourQuerySet.as_manager()

    class Meta:
        verbose_name = _("air-quality hour")
        verbose_name_plural = _("air-quality hours")
        ordering = ["-start"]
        constraints = [
            models.UniqueConstraint(fields=["station", "start"], name="air_hour_once"),
            models.CheckConstraint(condition=models.Q(value__lte=500), name="air_hour_in_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.station}: {self.value}"
