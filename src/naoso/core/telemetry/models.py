"""Series, their latest values and their hourly and daily means.

The readings themselves stand in the partitioned table `telemetry_observation`, which SQL alone reads and
writes (`store.py`, `partitions.py`, `selectors.py`).
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from naoso.core.people.scope import ScopedQuerySet
from naoso.core.registry.models import Source, Thing

KEY_RULE = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9_./:-]{0,119}\Z", _("Use letters, digits and _ . / : - ; at most 120.")
)


class SeriesQuerySet(ScopedQuerySet["Series"]):
    """Series in somebody's scope: that of the thing they tell of."""

    view_permission: ClassVar[str] = "telemetry.view"
    owner_path: ClassVar[str] = "thing__owner_id"
    unit_path: ClassVar[str] = "thing__unit_id"


class Series(models.Model):
    """One property of one thing as one source tells it.

    `low` and `high` bound what the instrument can truthfully say; a value beyond them is a fault of the
    device, not a reading.
    """

    id = models.AutoField(primary_key=True)
    key = models.CharField(_("key"), max_length=120, unique=True, validators=[KEY_RULE])
    source = models.ForeignKey(Source, models.PROTECT, related_name="series", verbose_name=_("source"))
    thing = models.ForeignKey(Thing, models.PROTECT, related_name="series", verbose_name=_("thing"))
    property = models.SlugField(_("property"))
    unit = models.CharField(_("unit (UCUM)"), max_length=20)
    low = models.FloatField(_("lowest plausible"))
    high = models.FloatField(_("highest plausible"))
    enabled = models.BooleanField(_("enabled"), default=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["thing", "property", "source"], name="series_once_a_thing"),
            models.CheckConstraint(condition=Q(high__gt=F("low")), name="series_range_is_forward"),
        ]

    def __str__(self) -> str:
        return self.key


class LatestValue(models.Model):
    """The newest reading of a series; a late one never replaces it."""

    series = models.OneToOneField(Series, models.CASCADE, primary_key=True, related_name="latest")
    time = models.DateTimeField(_("time"))
    value = models.FloatField(_("value"))
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("latest value")
        verbose_name_plural = _("latest values")

    def __str__(self) -> str:
        return f"{self.series_id}: {self.value}"


class Mean(models.Model):
    """What a span of time comes to for one series."""

    pk = models.CompositePrimaryKey("series_id", "start")
    series = models.ForeignKey(Series, models.CASCADE, related_name="+", db_index=False)
    n = models.PositiveIntegerField(_("readings"))
    mean = models.FloatField(_("mean"))
    min = models.FloatField(_("lowest"))
    max = models.FloatField(_("highest"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.series_id}: {self.mean:g} ({self.n})"


class HourlyMean(Mean):
    """The hour that begins at `start`."""

    start = models.DateTimeField(_("begins"))

    class Meta:
        verbose_name = _("hourly mean")
        verbose_name_plural = _("hourly means")


class DailyMean(Mean):
    """The day `start` of the centre's time zone."""

    start = models.DateField(_("day"))

    class Meta:
        verbose_name = _("daily mean")
        verbose_name_plural = _("daily means")


class RollupDue(models.Model):
    """Hours whose means must be made anew: one row a stored batch, the pairs as two equal arrays."""

    series_ids = ArrayField(models.IntegerField())
    hours = ArrayField(models.IntegerField())  # hours since 1970-01-01 UTC

    class Meta:
        verbose_name = _("means to make")
        verbose_name_plural = _("means to make")

    def __str__(self) -> str:
        return f"{len(self.series_ids)} hours"
