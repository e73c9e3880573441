"""What lists found on the road, and what people checked by hand."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.objects.models import CityObject
from naoso.core.people.models import Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit
from naoso.domains.traffic.models.lists import Likeness, ListEntry
from naoso.domains.traffic.models.words import Colour, Direction, Vehicle
from naoso.domains.traffic.plates import as_written, shown
from naoso.domains.traffic.workflow import HIT_MOVES, CheckReason, HitState, Verdict


class HitQuerySet(ScopedQuerySet["Hit"]):
    """Hits in somebody's scope: that of the list's owner."""

    view_permission: ClassVar[str] = "traffic.hits"

    def waiting(self) -> HitQuerySet:
        """Nobody has said yet what it is, and nobody read another plate in its picture."""
        return self.filter(state=HitState.WAITING, refuted=False)


class Hit(models.Model):
    """A passage that is like a wanted plate, copied whole: it outlives the passage and its pictures.

    `refuted`: what a person read in its picture since (the review) is not like the entry.
    """

    entry = models.ForeignKey(ListEntry, models.PROTECT, related_name="hits", verbose_name=_("entry"))
    likeness = models.CharField(_("match"), max_length=6, choices=Likeness)
    passage_id = models.BigIntegerField()
    at = models.DateTimeField(_("time"))
    camera = models.ForeignKey(CityObject, models.PROTECT, related_name="+", verbose_name=_("camera"))
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("owner"))
    unit = models.ForeignKey(AdminUnit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit"))
    plate = models.CharField(_("plate"), max_length=12)
    raw = models.CharField(_("as read"), max_length=40)
    confidence = models.FloatField(_("confidence"), null=True)
    colour = models.CharField(_("background"), max_length=8, choices=Colour, blank=True)
    vehicle = models.CharField(_("vehicle"), max_length=12, choices=Vehicle, blank=True)
    direction = models.CharField(_("direction"), max_length=8, choices=Direction, blank=True)
    speed_kmh = models.FloatField(_("speed (km/h)"), null=True)
    crop = models.CharField(max_length=160, blank=True)
    scene = models.CharField(max_length=160, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=HitState, default=HitState.WAITING)
    refuted = models.BooleanField(_("refuted in the review"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    incident_id = models.BigIntegerField(null=True)
    incident_number = models.CharField(_("incident"), max_length=20, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[HitQuerySet] = HitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("plate hit")
        verbose_name_plural = _("plate hits")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["passage_id", "entry"], name="traffic_hit_once"),
            models.CheckConstraint(
                condition=Q(state=HitState.WAITING, decided_at__isnull=True)
                | (~Q(state=HitState.WAITING) & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="traffic_hit_decided_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["-at"], name="traffic_hit_newest"),
            models.Index(fields=["incident_id"], name="traffic_hit_of_incident"),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """As people write it."""
        return shown(self.plate, self.vehicle)

    @property
    def place(self) -> str:
        """The camera's name."""
        return str(self.camera.data.get("name") or self.camera.code)

    @property
    def moves(self) -> frozenset[HitState]:
        """What may be said of it now."""
        return frozenset() if self.refuted else HIT_MOVES[HitState(self.state)]

    @property
    def subject(self) -> str:
        """As alerts and incidents name it: one for each vehicle that is looked for."""
        return f"traffic:entry:{self.entry_id}"


class CheckQuerySet(ScopedQuerySet["Check"]):
    """Checks in somebody's scope."""

    view_permission: ClassVar[str] = "traffic.check"


class Check(models.Model):
    """Somebody asked for a plate by hand: who, why, where, and what was answered."""

    class How(models.TextChoices):
        """How the plate came in."""

        TYPED = "typed", pgettext_lazy("plate check", "typed")
        SAID = "said", pgettext_lazy("plate check", "said")
        PHOTO = "photo", pgettext_lazy("plate check", "photographed")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    text = models.CharField(_("as written"), max_length=40)
    plate = models.CharField(_("plate"), max_length=12)
    how = models.CharField(max_length=5, choices=How, default=How.TYPED)
    reason = models.CharField(_("reason"), max_length=12, choices=CheckReason)
    words = models.CharField(_("reason in words"), max_length=300)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict)
    local = models.BooleanField(_("of this province"), null=True)
    entry = models.ForeignKey(ListEntry, models.PROTECT, null=True, related_name="+")
    point = models.PointField(_("place"), srid=4326, null=True)
    check_point = models.ForeignKey(
        "traffic.CheckPoint", models.PROTECT, null=True, related_name="checks", verbose_name=_("check-point")
    )
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("owner"))
    unit = models.ForeignKey(AdminUnit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"), default=timezone.now)

    objects: ClassVar[CheckQuerySet] = CheckQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("plate check")
        verbose_name_plural = _("plate checks")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="traffic_check_says_why"),
            models.CheckConstraint(
                condition=Q(reason__in=CheckReason.values), name="traffic_check_reason_known"
            ),
        ]
        indexes = [
            models.Index(fields=["-at"], name="traffic_check_newest"),
            models.Index(fields=["by", "-at"], name="traffic_check_of_person"),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """As people write it."""
        return as_written(self.text, self.plate)
