"""Who was sent where, and what the crew told of it."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.people.scope import ScopedQuerySet
from naoso.core.response.models import Incident
from naoso.domains.dispatch.models.resources import Resource
from naoso.domains.dispatch.workflow import ENDED, AssignmentState


class AssignmentQuerySet(ScopedQuerySet["Assignment"]):
    """Assignments of resources in somebody's scope."""

    view_permission: ClassVar[str] = "dispatch.view"
    owner_path: ClassVar[str] = "resource__owner_id"
    unit_path: ClassVar[str] = "resource__unit_id"

    def active(self) -> AssignmentQuerySet:
        """Neither done nor stood down."""
        return self.exclude(state__in=ENDED)


class Assignment(models.Model):
    """One resource, one incident, from proposal to end; a resource has one active at most."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="assignments")
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=AssignmentState)
    made_at = models.DateTimeField(_("proposed"), default=timezone.now, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    assigned_at = models.DateTimeField(pgettext_lazy("resource", "assigned"), null=True)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(pgettext_lazy("crew", "acknowledged"), null=True)
    en_route_at = models.DateTimeField(_("left"), null=True)
    on_scene_at = models.DateTimeField(_("arrived"), null=True)
    ended_at = models.DateTimeField(pgettext_lazy("crew", "ended"), null=True)
    end_reason = models.CharField(_("reason"), max_length=300, blank=True)
    distance_m = models.FloatField(_("distance (m)"), null=True)
    eta_s = models.FloatField(_("expected travel time (s)"), null=True)
    eta_by = models.CharField(max_length=4, blank=True)

    objects: ClassVar[AssignmentQuerySet] = AssignmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource"], condition=~Q(state__in=ENDED), name="assignment_one_active_a_resource"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False)
                | ~Q(state__in=ENDED) & Q(ended_at__isnull=True),
                name="assignment_ended_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=AssignmentState.STOOD_DOWN) | ~Q(end_reason=""),
                name="assignment_stood_down_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} → {self.incident.number}"

    @property
    def expected_at(self) -> dt.datetime | None:
        """When it should be there, as reckoned when it was sent."""
        if self.assigned_at is None or self.eta_s is None:
            return None
        return self.assigned_at + dt.timedelta(seconds=self.eta_s)

    @property
    def is_active(self) -> bool:
        """Neither done nor stood down."""
        return self.state not in ENDED


class Deed(models.TextChoices):
    """What a phone sends."""

    ACKNOWLEDGE = "acknowledge", pgettext_lazy("deed", "Acknowledge")
    EN_ROUTE = "en_route", pgettext_lazy("deed", "We leave")
    ON_SCENE = "on_scene", pgettext_lazy("deed", "We are there")
    DONE = "done", pgettext_lazy("crew", "Done")
    NOTE = "note", _("Note")
    PHOTO = "before", _("Photo")
    TASK = "task", _("Task")


class CrewPost(models.Model):
    """One deed of a crew under the phone's own key, so that it happens once."""

    key = models.UUIDField(primary_key=True)
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="posts")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    deed = models.CharField(max_length=12, choices=Deed)
    at = models.DateTimeField(_("at"))
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    text = models.CharField(max_length=2000, blank=True)

    class Meta:
        verbose_name = _("message of a crew")
        verbose_name_plural = _("messages of crews")
        ordering = ["received_at"]

    def __str__(self) -> str:
        return f"{self.deed} {self.at}"


class CrewPhoto(models.Model):
    """A picture from the place; pixels only, whatever was sent."""

    key = models.CharField(max_length=32, unique=True, editable=False)
    post = models.ForeignKey(CrewPost, models.CASCADE, related_name="photos")
    file = models.CharField(max_length=200)
    small = models.CharField(max_length=200)
    taken_at = models.DateTimeField(null=True)
    point = models.PointField(srid=4326, null=True, spatial_index=False)

    class Meta:
        verbose_name = _("photo of a crew")
        verbose_name_plural = _("photos of crews")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.key
