"""What hangs in premises: transmitters, zones, detectors, and what is in test or isolated."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.people.scope import ScopedQuerySet
from naoso.core.registry.models import Source
from naoso.domains.fire import rules
from naoso.domains.fire.models.premises import Premises, PremisesFile
from naoso.domains.fire.workflow import DetectorState, LinkState


class DetectorKind(models.TextChoices):
    """What it notices."""

    SMOKE = "smoke", pgettext_lazy("detector", "Smoke")
    HEAT = "heat", pgettext_lazy("detector", "Heat")
    FLAME = "flame", pgettext_lazy("detector", "Flame")
    GAS = "gas", pgettext_lazy("detector", "Gas")
    MANUAL = rules.MANUAL, pgettext_lazy("detector", "Manual call point")
    FLOW = "flow", pgettext_lazy("detector", "Sprinkler flow")


class Transmitter(models.Model):
    """The box that speaks for a panel; its credential is a source of the registry."""

    premises = models.ForeignKey(Premises, models.CASCADE, related_name="transmitters")
    source = models.OneToOneField(
        Source, models.PROTECT, related_name="fire_transmitter", verbose_name=_("source")
    )
    name = models.CharField(_("name"), max_length=120)
    heartbeat = models.DurationField(_("speaks every"), default=dt.timedelta(seconds=60))
    state = models.CharField(_("state"), max_length=6, choices=LinkState, default=LinkState.NEW)
    heard_at = models.DateTimeField(_("last word"), null=True, editable=False)
    clock_offset = models.DurationField(_("clock off by"), null=True, editable=False)
    flapping_until = models.DateTimeField(null=True, editable=False)
    connected_at = models.DateTimeField(default=timezone.now, editable=False)

    audit_ignored: ClassVar[tuple[str, ...]] = ("state", "heard_at", "clock_offset", "flapping_until")

    class Meta:
        verbose_name = _("fire transmitter")
        verbose_name_plural = _("fire transmitters")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["state", "heard_at"], name="transmitter_heard")]

    def __str__(self) -> str:
        return self.name

    @property
    def clock_is_off(self) -> bool:
        """By more than the house tolerates."""
        return self.clock_offset is not None and rules.clock_is_off(self.clock_offset)

    @property
    def clock_words(self) -> str:
        """By how many minutes, with its sign."""
        minutes = round((self.clock_offset or dt.timedelta(0)).total_seconds() / 60)
        return _("off by %(minutes)+d minutes") % {"minutes": minutes}


class Zone(models.Model):
    """A part of the building as the panel counts it; its place on a plan in percent of the picture."""

    premises = models.ForeignKey(Premises, models.CASCADE, related_name="zones")
    number = models.CharField(_("number"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    floor = models.SmallIntegerField(_("floor"), default=1)
    plan = models.ForeignKey(
        PremisesFile, models.SET_NULL, null=True, blank=True, related_name="zones", verbose_name=_("plan")
    )
    x = models.FloatField(
        _("from the left (%)"), null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip
    y = models.FloatField(
        _("from the top (%)"), null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        ordering = ["floor", "number"]
        constraints = [models.UniqueConstraint(fields=["premises", "number"], name="zone_number_once")]

    def __str__(self) -> str:
        return f"{self.number} – {self.name}"


class Detector(models.Model):
    """One address of a zone. Its state is what it last told, so its changes leave no trail of their own."""

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="detectors", verbose_name=_("zone"))
    address = models.CharField(_("address"), max_length=40)
    kind = models.CharField(_("kind"), max_length=8, choices=DetectorKind, default=DetectorKind.SMOKE)
    place = models.CharField(_("where it hangs"), max_length=120, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=DetectorState, default=DetectorState.NORMAL, editable=False
    )
    state_at = models.DateTimeField(null=True, editable=False)

    audit_ignored: ClassVar[tuple[str, ...]] = ("state", "state_at")

    class Meta:
        verbose_name = _("detector")
        verbose_name_plural = _("detectors")
        ordering = ["zone", "address"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "address"], name="detector_address_once_a_zone"),
            models.CheckConstraint(condition=Q(state__in=DetectorState.values), name="detector_state_known"),
        ]
        indexes = [
            models.Index(fields=["zone"], name="detector_not_normal", condition=~Q(state="normal")),
        ]

    def __str__(self) -> str:
        return f"{self.zone.number}/{self.address}"


class SuspensionQuerySet(ScopedQuerySet["Suspension"]):
    """Tests and isolations of premises in somebody's scope."""

    view_permission: ClassVar[str] = "fire.view"
    owner_path: ClassVar[str] = "premises__owner_id"
    unit_path: ClassVar[str] = "premises__unit_id"

    def running(self, now: dt.datetime) -> SuspensionQuerySet:
        """In force at that time, whether or not the clock's task has ended them."""
        return self.filter(ended_at__isnull=True, until__gt=now)

    def shown(self) -> SuspensionQuerySet:
        """With what a line shows of each."""
        return self.select_related("zone", "detector__zone", "set_by")


class Suspension(models.Model):
    """A test or an isolation: what it covers, why, until when. Without a zone it covers the premises."""

    class Kind(models.TextChoices):
        """Why alarms call nobody."""

        TEST = "test", pgettext_lazy("suspension", "Test")
        ISOLATION = "isolation", pgettext_lazy("suspension", "Isolation")

    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    premises = models.ForeignKey(Premises, models.CASCADE, related_name="suspensions")
    zone = models.ForeignKey(
        Zone, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )
    detector = models.ForeignKey(
        Detector, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("detector")
    )
    reason = models.CharField(_("reason"), max_length=300)
    set_at = models.DateTimeField(_("from"), default=timezone.now)
    until = models.DateTimeField(_("until"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects: ClassVar[SuspensionQuerySet] = SuspensionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("test or isolation")
        verbose_name_plural = _("tests and isolations")
        ordering = ["-set_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("set_at"))
                & (~Q(kind="test") | Q(until__lte=F("set_at") + rules.LONGEST_TEST)),
                name="suspension_ends_in_time",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="suspension_says_why"),
            models.UniqueConstraint(
                fields=["kind", "premises", "zone", "detector"], condition=Q(ended_at__isnull=True),
                nulls_distinct=False, name="suspension_once_at_a_time",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["until"], name="suspension_to_end", condition=Q(ended_at__isnull=True)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.premises}"

    @property
    def owner_id(self) -> int:
        """Of the premises: who may end it."""
        return self.premises.owner_id

    @property
    def unit_id(self) -> int | None:
        """Of the premises."""
        return self.premises.unit_id
