"""Stretches of road between two cameras, and how fast they were driven."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from naoso.core.objects.models import CityObject
from naoso.core.people.models import Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit


class SectionQuerySet(ScopedQuerySet["Section"]):
    """Sections in somebody's scope."""

    view_permission: ClassVar[str] = "traffic.view"


class Section(models.Model):
    """From one gate to another, in that direction."""

    name = models.CharField(_("name"), max_length=160)
    start = models.ForeignKey(CityObject, models.PROTECT, related_name="+", verbose_name=_("first camera"))
    end = models.ForeignKey(CityObject, models.PROTECT, related_name="+", verbose_name=_("second camera"))
    length_m = models.PositiveIntegerField(
        _("length (m)"), validators=[MinValueValidator(100), MaxValueValidator(200_000)]
    )
    limit_kmh = models.PositiveSmallIntegerField(
        _("limit (km/h)"), validators=[MinValueValidator(10), MaxValueValidator(120)]
    )
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("owner"))
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    enabled = models.BooleanField(_("enabled"), default=True)

    objects: ClassVar[SectionQuerySet] = SectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["start", "end"], name="traffic_section_once"),
            models.CheckConstraint(condition=~Q(start=F("end")), name="traffic_section_has_two_ends"),
            models.CheckConstraint(
                condition=Q(length_m__gte=100, limit_kmh__gte=10), name="traffic_section_has_measure"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SectionRun(models.Model):
    """One vehicle through a section. The plate is kept only where it was faster than the limit allows."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="runs")
    passage_id = models.BigIntegerField()
    plate = models.CharField(_("plate"), max_length=12, blank=True)
    entered_at = models.DateTimeField(_("entered"))
    left_at = models.DateTimeField(_("left"))
    speed_kmh = models.FloatField(_("speed (km/h)"))
    over = models.BooleanField(_("over the limit"))

    class Meta:
        verbose_name = _("run through a section")
        verbose_name_plural = _("runs through sections")
        ordering = ["-left_at"]
        constraints = [
            models.UniqueConstraint(fields=["section", "passage_id"], name="traffic_run_once"),
            models.CheckConstraint(condition=Q(left_at__gt=F("entered_at")), name="traffic_run_takes_time"),
            models.CheckConstraint(
                condition=Q(over=True) | Q(plate=""), name="traffic_run_keeps_no_plate_without_need"
            ),
        ]
        indexes = [models.Index(fields=["section", "-left_at"], name="traffic_run_newest")]

    def __str__(self) -> str:
        return f"{self.section_id} {self.speed_kmh:.0f} km/h"
