"""Passages, their counts, and what people read in doubtful pictures."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.objects.models import CityObject
from naoso.core.people.models import Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit
from naoso.domains.traffic.models.words import Colour, Direction, Review, Vehicle
from naoso.domains.traffic.plates import shown


class PassageQuerySet(ScopedQuerySet["Passage"]):
    """Passages in somebody's scope."""

    view_permission: ClassVar[str] = "traffic.passages"


class Passage(models.Model):
    """A plate that a camera saw: as judged (`plate`), as read (`raw`) and what else it may be (`candidates`).

    The table is partitioned by day (migration 0002, `partitions.py`): Django reads it and never makes it.
    Its key is (id, at); `id` alone is unique too, being an identity column.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("time"))
    received_at = models.DateTimeField(_("received"))
    source_id = models.IntegerField()
    message_id = models.CharField(max_length=80)
    camera = models.ForeignKey(CityObject, models.PROTECT, related_name="+", verbose_name=_("camera"))
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("owner"))
    unit = models.ForeignKey(AdminUnit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit"))
    plate = models.CharField(_("plate"), max_length=12)
    raw = models.CharField(_("as read"), max_length=40)
    candidates = models.JSONField(_("other readings"), default=list)
    confidence = models.FloatField(_("confidence"), null=True)
    province = models.SmallIntegerField(_("province code"), null=True)
    local = models.BooleanField(_("of this province"), null=True)
    colour = models.CharField(_("background"), max_length=8, choices=Colour, blank=True)
    vehicle = models.CharField(_("vehicle"), max_length=12, choices=Vehicle, blank=True)
    direction = models.CharField(_("direction"), max_length=8, choices=Direction, blank=True)
    lane = models.SmallIntegerField(_("lane"), null=True)
    speed_kmh = models.FloatField(_("speed (km/h)"), null=True)
    occupancy = models.FloatField(_("occupancy of the lane"), null=True)
    crop = models.CharField(max_length=160, blank=True)
    scene = models.CharField(max_length=160, blank=True)
    review = models.SmallIntegerField(_("review"), choices=Review, default=Review.NONE)

    objects: ClassVar[PassageQuerySet] = PassageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        managed = False
        db_table = "traffic_passage"
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """As people write it."""
        return shown(self.plate, self.vehicle)

    @property
    def others(self) -> list[str]:
        """What else it may be, as people write it."""
        return [shown(str(one[0]), self.vehicle) for one in self.candidates]

    @property
    def choices(self) -> list[dict[str, str]]:
        """All that it may be, each with the key that says so; none comes first, for none is known."""
        texts = list(dict.fromkeys([self.shown, *self.others]))
        return [{"key": key, "text": text} for key, text in zip("asdf", texts, strict=False)]

    @property
    def place(self) -> str:
        """The camera's name."""
        return str(self.camera.data.get("name") or self.camera.code)


class QuarterQuerySet(ScopedQuerySet["Quarter"]):
    """Counts in somebody's scope."""

    view_permission: ClassVar[str] = "traffic.view"


class Quarter(models.Model):
    """How many passed a camera in a quarter of an hour, by lane and direction: no plate, so it may stay."""

    start = models.DateTimeField(_("begins"))
    camera = models.ForeignKey(CityObject, models.CASCADE, related_name="+", verbose_name=_("camera"))
    lane = models.SmallIntegerField(_("lane"), default=0)
    direction = models.CharField(_("direction"), max_length=8, choices=Direction, blank=True)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    unit = models.ForeignKey(AdminUnit, models.PROTECT, null=True, related_name="+")
    n = models.PositiveIntegerField(_("passages"))
    outside = models.PositiveIntegerField(_("out of province"), default=0)
    two_wheeled = models.PositiveIntegerField(_("motorbikes"), default=0)
    speed_sum = models.FloatField(default=0)
    speed_n = models.PositiveIntegerField(default=0)
    occupancy_sum = models.FloatField(default=0)
    occupancy_n = models.PositiveIntegerField(default=0)

    objects: ClassVar[QuarterQuerySet] = QuarterQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("count of a quarter of an hour")
        verbose_name_plural = _("counts of quarters of an hour")
        constraints = [
            models.UniqueConstraint(
                fields=["camera", "start", "lane", "direction", "owner"], name="traffic_quarter_once"
            )
        ]
        indexes = [models.Index(fields=["start"], name="traffic_quarter_start")]

    def __str__(self) -> str:
        return f"{self.camera_id} {self.start:%d/%m %H:%M}: {self.n}"


class SampleQuerySet(ScopedQuerySet["Sample"]):
    """Samples in somebody's scope."""

    view_permission: ClassVar[str] = "traffic.review"


class Sample(models.Model):
    """A picture with the text that a person saw in it: to measure readers by; nothing learns by itself.

    `hits_before` is what stood of the passage's hits before the answer, by their number: an answer that is
    taken back puts it back.
    """

    passage_id = models.BigIntegerField(unique=True)
    at = models.DateTimeField(_("time of the passage"))
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    unit = models.ForeignKey(AdminUnit, models.PROTECT, null=True, related_name="+")
    picture = models.CharField(max_length=160, blank=True)
    was = models.CharField(_("was read as"), max_length=12)
    text = models.CharField(_("a person read"), max_length=12, blank=True)
    said = models.SmallIntegerField(_("answer"), choices=Review)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)
    hits_before = models.JSONField(default=dict)

    objects: ClassVar[SampleQuerySet] = SampleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("labelled sample")
        verbose_name_plural = _("labelled samples")
        ordering = ["-said_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(said=Review.NO_PLATE, text="") | (Q(said__in=(2, 3)) & ~Q(text="")),
                name="traffic_sample_says_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.was} → {self.text or '–'}"
