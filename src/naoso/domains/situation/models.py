"""Who must report what and when, and what they reported."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.response.models import Incident
from naoso.domains.situation.rules import Rhythm


class DutyQuerySet(ScopedQuerySet["Duty"]):
    """Duties that a body in somebody's scope asks for."""

    view_permission: ClassVar[str] = "situation.view"
    unit_path: ClassVar[str] = ""

    def running(self) -> DutyQuerySet:
        """Not ended."""
        return self.filter(ended_at__isnull=True)


class Duty(models.Model):
    """Bodies report a few figures and words, every so often, until it is ended.

    `figures` is a list of {"name", "title", "unit"}; their sums over all bodies are the situation.
    """

    title = models.CharField(_("title"), max_length=160)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("incident")
    )
    bodies = models.ManyToManyField(Organisation, related_name="+", verbose_name=_("who reports"))
    figures = models.JSONField(_("figures"), default=list)
    starts_at = models.DateTimeField(_("first due"), default=timezone.now)
    every = models.DurationField(_("every"), default=timedelta(hours=6))
    grace = models.DurationField(_("missing after"), default=timedelta(minutes=30))
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty to report")
        verbose_name_plural = _("duties to report")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(every__gt=timedelta(0)), name="duty_comes_again"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def rhythm(self) -> Rhythm:
        """The pure part."""
        return Rhythm(self.starts_at, self.every, self.grace, self.ended_at)


class SituationReport(models.Model):
    """One body's answer for one due time; sent again it replaces what it said, and the trail keeps both."""

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="reports", verbose_name=_("duty"))
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("body"))
    slot = models.DateTimeField(_("due"))
    values = models.JSONField(_("figures"), default=dict)
    text = models.TextField(_("in words"), blank=True)
    sent_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("sent by"))
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)

    class Meta:
        verbose_name = _("situation report")
        verbose_name_plural = _("situation reports")
        ordering = ["-slot"]
        constraints = [
            models.UniqueConstraint(fields=["duty", "body", "slot"], name="situation_report_once"),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.slot:%H:%M %d/%m}"

    @property
    def was_late(self) -> bool:
        """After the grace."""
        return bool(self.sent_at > self.slot + self.duty.grace)

    def value(self, figure: dict[str, Any]) -> float | None:
        """One figure."""
        told: float | None = self.values.get(figure["name"])
        return told
