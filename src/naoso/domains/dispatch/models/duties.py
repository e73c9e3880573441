"""Who is on duty with which resource."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.people.scope import ScopedQuerySet
from naoso.domains.dispatch.models.resources import Resource


class DutyQuerySet(ScopedQuerySet["Duty"]):
    """Duties on resources in somebody's scope."""

    view_permission: ClassVar[str] = "dispatch.view"
    owner_path: ClassVar[str] = "resource__owner_id"
    unit_path: ClassVar[str] = "resource__unit_id"

    def now(self) -> DutyQuerySet:
        """Taken, and not ended."""
        return self.filter(taken_at__isnull=False, ended_at__isnull=True)

    def offered(self) -> DutyQuerySet:
        """Handed over, and neither taken nor withdrawn."""
        return self.filter(taken_at__isnull=True, ended_at__isnull=True)


class Duty(models.Model):
    """An account on duty with a resource. One that is handed over begins when its taker says so."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="duties")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(_("offered"), default=timezone.now, editable=False)
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("handed over by"),
    )
    taken_at = models.DateTimeField(_("on duty since"), null=True)
    ended_at = models.DateTimeField(_("on duty until"), null=True)
    note = models.CharField(_("note"), max_length=1000, blank=True)

    objects: ClassVar[DutyQuerySet] = DutyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["-offered_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "account"], condition=Q(ended_at__isnull=True), name="duty_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True)
                | Q(taken_at__isnull=True)
                | Q(ended_at__gte=F("taken_at")),
                name="duty_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} – {self.resource}"
