"""Cases: the only door to where one plate has been."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.objects.models import CityObject
from naoso.core.people.models import Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit
from naoso.domains.traffic.models.words import Direction, Vehicle
from naoso.domains.traffic.plates import as_written
from naoso.kernel.ids import readable_code


class CaseQuerySet(ScopedQuerySet["Case"]):
    """Cases in somebody's scope."""

    view_permission: ClassVar[str] = "traffic.case"

    def open(self, now: dt.datetime | None = None) -> CaseQuerySet:
        """Neither ended nor expired."""
        return self.filter(ended_at=None, expires_at__gt=now or timezone.now())

    def keeping(self, now: dt.datetime | None = None) -> CaseQuerySet:
        """Those whose material is still there, ended or not."""
        return self.filter(keep_until__gt=now or timezone.now())


class Case(models.Model):
    """Why somebody may follow a plate, by which law, who answers.

    Passages are searched from `searched_from` on, until the case ends or `expires_at`. What was kept of them
    by then stays, and may be looked at, until `keep_until`: staying longer opens no further search.
    """

    code = models.CharField(_("code"), max_length=12, unique=True, default=readable_code)
    title = models.CharField(_("title"), max_length=160)
    purpose = models.CharField(_("purpose"), max_length=500)
    legal_basis = models.CharField(_("legal basis"), max_length=300)
    document = models.CharField(_("decision or request no."), max_length=120)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("owner"))
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    searched_from = models.DateTimeField(_("searched from"))
    expires_at = models.DateTimeField(_("expires"))
    keep_until = models.DateTimeField(_("material kept until"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[CaseQuerySet] = CaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(purpose="") & ~Q(legal_basis="") & ~Q(document=""), name="traffic_case_says_why"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("opened_at")), name="traffic_case_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(searched_from__lte=F("opened_at")), name="traffic_case_searched_from_past"
            ),
            models.CheckConstraint(
                condition=Q(keep_until__gte=F("expires_at")), name="traffic_case_kept_while_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def is_open(self) -> bool:
        """Neither ended nor expired."""
        return self.ended_at is None and self.expires_at > timezone.now()

    @property
    def keeps(self) -> bool:
        """What it kept is still there."""
        return self.keep_until > timezone.now()

    @property
    def subject(self) -> str:
        """As the trail names it."""
        return f"traffic:case:{self.pk}"


class CasePlate(models.Model):
    """A plate that a case is about."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="plates")
    plate = models.CharField(_("plate"), max_length=12)
    text = models.CharField(_("as written"), max_length=40)
    note = models.CharField(_("note"), max_length=200, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("plate of a case")
        verbose_name_plural = _("plates of a case")
        ordering = ["plate"]
        constraints = [models.UniqueConstraint(fields=["case", "plate"], name="traffic_case_plate_once")]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """As people write it."""
        return as_written(self.text, self.plate)


class CasePassage(models.Model):
    """A passage kept as material of a case, beyond the days that passages stay."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="passages")
    passage_id = models.BigIntegerField()
    plate = models.CharField(max_length=12)
    at = models.DateTimeField()
    camera = models.ForeignKey(CityObject, models.PROTECT, related_name="+")
    direction = models.CharField(max_length=8, choices=Direction, blank=True)
    vehicle = models.CharField(max_length=12, choices=Vehicle, blank=True)
    crop = models.CharField(max_length=160, blank=True)
    scene = models.CharField(max_length=160, blank=True)

    class Meta:
        verbose_name = _("passage of a case")
        verbose_name_plural = _("passages of a case")
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["case", "passage_id"], name="traffic_case_passage_once")
        ]

    def __str__(self) -> str:
        return f"{self.plate} {self.at:%d/%m %H:%M}"


class CaseLook(models.Model):
    """Somebody looked: what at, and why. Never edited, never deleted."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="looks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(_("looked at"), max_length=120)
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("look into a case")
        verbose_name_plural = _("looks into cases")
        ordering = ["-at"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="traffic_look_says_why")]

    def __str__(self) -> str:
        return self.what
