"""Controllers of cabinets, their schedules, the commands that were given."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.objects.models import CityObject
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.registry.models import Thing
from naoso.domains.lighting.workflow import CommandState

LEVEL = (MinValueValidator(0), MaxValueValidator(100))


class ControllerQuerySet(ScopedQuerySet["Controller"]):
    """Controllers of cabinets in somebody's scope."""

    view_permission: ClassVar[str] = "lighting.view"
    owner_path: ClassVar[str] = "cabinet__owner_id"
    unit_path: ClassVar[str] = "cabinet__unit_id"


class Controller(models.Model):
    """What switches a cabinet: commands go to `url`, readings come from `thing` (power in W, level in %).

    `level` is what the centre wants now; `rated_watts` is what its lamps take together at 100 %.
    """

    cabinet = models.OneToOneField(
        CityObject, models.CASCADE, related_name="lighting", verbose_name=_("cabinet")
    )
    thing = models.OneToOneField(
        Thing, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("telemetry of")
    )
    url = models.URLField(_("address of its controller"), max_length=300, blank=True)
    level = models.PositiveSmallIntegerField(_("wanted level (%)"), default=0, validators=LEVEL)
    level_since = models.DateTimeField(default=timezone.now, editable=False)
    rated_watts = models.FloatField(_("power of its lamps (W)"), default=0)
    key_version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[ControllerQuerySet] = ControllerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("lighting controller")
        verbose_name_plural = _("lighting controllers")
        ordering = ["cabinet__code"]

    def __str__(self) -> str:
        return str(self.cabinet.data.get("name") or self.cabinet.code)


class Step(models.Model):
    """At this time on these days the light goes to this level; `days` holds 0 (Monday) to 6."""

    controller = models.ForeignKey(Controller, models.CASCADE, related_name="steps")
    at = models.TimeField(_("at"))
    level = models.PositiveSmallIntegerField(_("level (%)"), validators=LEVEL)
    days = models.JSONField(_("days"), default=list)
    done_on = models.DateField(null=True, editable=False)
    audit_ignored: ClassVar[tuple[str, ...]] = ("done_on",)

    class Meta:
        verbose_name = _("step of a lighting schedule")
        verbose_name_plural = _("steps of a lighting schedule")
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["controller", "at"], name="lighting_step_once_a_time")]

    def __str__(self) -> str:
        return f"{self.at:%H:%M} {self.level} %"


class Command(models.Model):
    """A level that somebody, or the schedule, asked for; `key` lets the cabinet know a repeat."""

    key = models.UUIDField(unique=True, editable=False)
    controller = models.ForeignKey(Controller, models.CASCADE, related_name="commands")
    level = models.PositiveSmallIntegerField(_("level (%)"), validators=LEVEL)
    state = models.CharField(_("state"), max_length=8, choices=CommandState, default=CommandState.WAITING)
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("given by")
    )
    tries = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(_("answered"), null=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("lighting command")
        verbose_name_plural = _("lighting commands")
        ordering = ["-given_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CommandState.values), name="lighting_command_state_known"
            )
        ]
        indexes = [models.Index(fields=["state", "given_at"], name="lighting_commands_open")]

    def __str__(self) -> str:
        return f"{self.controller} {self.level} %"
