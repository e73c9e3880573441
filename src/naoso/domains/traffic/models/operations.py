"""Operations: isolation and check-point duty, epidemic or disaster, for a time and at some places."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.objects.models import CityObject
from naoso.core.people.models import Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit
from naoso.domains.traffic.models.lists import WatchList


class Purpose(models.TextChoices):
    """What it is for."""

    ISOLATION = "isolation", pgettext_lazy("operation", "Isolation")
    CHECK = "check", pgettext_lazy("operation", "Traffic control")
    EPIDEMIC = "epidemic", pgettext_lazy("operation", "Epidemic")
    DISASTER = "disaster", pgettext_lazy("operation", "Natural disaster")
    EVENT = "event", pgettext_lazy("operation", "Public event")


class OperationQuerySet(ScopedQuerySet["Operation"]):
    """Operations in somebody's scope."""

    view_permission: ClassVar[str] = "traffic.operate"


class Operation(models.Model):
    """Cameras, check-points and lists under one order, from a beginning to an end."""

    name = models.CharField(_("name"), max_length=160)
    purpose = models.CharField(
        pgettext_lazy("operation", "purpose"), max_length=10, choices=Purpose, default=Purpose.CHECK
    )
    order = models.CharField(_("ordered by"), max_length=200)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("owner"))
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    cameras = models.ManyToManyField(CityObject, related_name="+", blank=True, verbose_name=_("cameras"))
    lists = models.ManyToManyField(WatchList, related_name="+", blank=True, verbose_name=_("lists of plates"))

    objects: ClassVar[OperationQuerySet] = OperationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="traffic_operation_ends_later",
                violation_error_message=_("The end must lie after the beginning."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """planned, running or over."""
        now = timezone.now()
        if self.ended_at or self.ends_at <= now:
            return "over"
        return "running" if self.starts_at <= now else "planned"


class CheckPoint(models.Model):
    """A place where people of an operation stand; with the camera beside it, where there is one."""

    operation = models.ForeignKey(Operation, models.CASCADE, related_name="points")
    name = models.CharField(_("name"), max_length=120)
    place = models.CharField(_("place"), max_length=200)
    camera = models.ForeignKey(
        CityObject, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("camera")
    )

    class Meta:
        verbose_name = _("check-point")
        verbose_name_plural = _("check-points")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["operation", "name"], name="traffic_point_once")]

    def __str__(self) -> str:
        return self.name


class Duty(models.Model):
    """Who stands at a check-point."""

    point = models.ForeignKey(CheckPoint, models.CASCADE, related_name="duties")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("duty at a check-point")
        verbose_name_plural = _("duties at check-points")
        ordering = ["added_at"]
        constraints = [models.UniqueConstraint(fields=["point", "person"], name="traffic_duty_once")]

    def __str__(self) -> str:
        return str(self.person)
