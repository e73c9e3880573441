"""The catalogue of species, the programme, inspections and felling permits."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.objects.models import CityObject
from naoso.core.people.models import Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit
from naoso.domains.trees.workflow import PermitState
from naoso.kernel.text import folded


class Species(models.Model):
    """A species as the city plants it. Limits are what a tree of it may reach in a street.

    `density` is basic wood density in g/cm³; `factor` weighs a trunk's value (trunk formula technique).
    """

    name = models.CharField(_("Vietnamese name"), max_length=80, unique=True)
    scientific = models.CharField(_("scientific name"), max_length=120)
    max_height_m = models.DecimalField(_("greatest height (m)"), max_digits=4, decimal_places=1)
    max_girth_cm = models.PositiveIntegerField(_("greatest girth (cm)"))
    density = models.DecimalField(
        _("wood density (g/cm³)"), max_digits=3, decimal_places=2, default=Decimal("0.60"),
        validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(Decimal("1.5"))],
    )  # fmt: skip
    factor = models.DecimalField(
        _("weight of its value"), max_digits=3, decimal_places=2, default=Decimal("0.70"),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
    )  # fmt: skip
    restricted = models.BooleanField(_("no longer planted"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)
    folded_name = models.CharField(max_length=80, editable=False, db_index=True)

    class Meta:
        verbose_name = _("species")
        verbose_name_plural = _("species")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        """Keep the folded name in step."""
        self.folded_name = folded(self.name)
        super().save(**kwargs)  # type: ignore[arg-type]


class Programme(models.Model):
    """One row: what a square centimetre of trunk is worth, and how often a tree of each class is seen."""

    price_vnd_cm2 = models.PositiveIntegerField(_("price of 1 cm² of trunk (đ)"), default=12_000)
    months_ordinary = models.PositiveSmallIntegerField(_("ordinary trees: every … months"), default=24)
    months_conserved = models.PositiveSmallIntegerField(_("conserved trees: every … months"), default=12)
    months_ancient = models.PositiveSmallIntegerField(_("ancient trees: every … months"), default=6)
    months_hazardous = models.PositiveSmallIntegerField(_("hazardous trees: every … months"), default=1)

    class Meta:
        verbose_name = _("programme of care")
        verbose_name_plural = _("programme of care")

    def __str__(self) -> str:
        return str(_("Programme of care"))

    @classmethod
    def now(cls) -> Programme:
        """The programme in force."""
        found, _made = cls.objects.get_or_create(pk=1)
        return found

    def months(self, klass: str) -> int:
        """How many months may pass between two inspections of a tree of this class."""
        return int(getattr(self, f"months_{klass or 'ordinary'}", self.months_ordinary))


class Risk(models.TextChoices):
    """Of a tree: how likely it fails and what it would hit (ISA, Best Management Practices, 2017)."""

    LOW = "low", _("Low")
    MODERATE = "moderate", _("Moderate")
    HIGH = "high", _("High")
    EXTREME = "extreme", pgettext_lazy("risk", "Extreme")


class InspectionQuerySet(ScopedQuerySet["Inspection"]):
    """Inspections of trees in somebody's scope."""

    view_permission: ClassVar[str] = "trees.view"
    owner_path: ClassVar[str] = "tree__owner_id"
    unit_path: ClassVar[str] = "tree__unit_id"


class Inspection(models.Model):
    """What somebody saw at a tree; `key` makes one that is sent twice one."""

    key = models.UUIDField(unique=True, editable=False)
    tree = models.ForeignKey(CityObject, models.CASCADE, related_name="inspections", verbose_name=_("tree"))
    inspector = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("inspector")
    )
    seen_at = models.DateTimeField(_("seen"))
    received_at = models.DateTimeField(_("received"), default=timezone.now, editable=False)
    health = models.CharField(_("health"), max_length=10)
    defects = models.JSONField(_("defects"), default=list)
    target = models.CharField(_("what it could hit"), max_length=12)
    risk = models.CharField(_("risk"), max_length=8, choices=Risk)
    girth_cm = models.FloatField(_("girth at 1.3 m (cm)"), null=True, blank=True)
    height_m = models.FloatField(_("height (m)"), null=True, blank=True)
    crown_m = models.FloatField(_("crown width (m)"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    incident_number = models.CharField(max_length=40, blank=True, editable=False)

    objects: ClassVar[InspectionQuerySet] = InspectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("inspection of a tree")
        verbose_name_plural = _("inspections of trees")
        ordering = ["-seen_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(risk__in=Risk.values), name="inspection_risk_known")
        ]

    def __str__(self) -> str:
        return f"{self.tree.code} {self.seen_at:%d/%m/%Y}"


class PermitQuerySet(ScopedQuerySet["FellingPermit"]):
    """Permits in somebody's scope."""

    view_permission: ClassVar[str] = "trees.view"


class FellingPermit(models.Model):
    """An application to fell a tree and what was decided; whoever applies does not decide."""

    tree = models.ForeignKey(CityObject, models.PROTECT, related_name="permits", verbose_name=_("tree"))
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("owner"))
    unit = models.ForeignKey(AdminUnit, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=PermitState, default=PermitState.APPLIED)
    reason = models.CharField(_("reason"), max_length=500)
    replacement = models.CharField(_("what is planted instead"), max_length=300, blank=True)
    applied_at = models.DateTimeField(_("applied"), default=timezone.now, editable=False)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("applicant")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    answer = models.CharField(_("grounds of the decision"), max_length=500, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    felled_at = models.DateTimeField(_("felled"), null=True, editable=False)

    objects: ClassVar[PermitQuerySet] = PermitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("felling permit")
        verbose_name_plural = _("felling permits")
        ordering = ["-applied_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("applied_by")),
                name="permit_decided_by_another",
            ),
            models.UniqueConstraint(
                fields=["tree"], condition=Q(state__in=("applied", "approved")), name="permit_one_open_a_tree"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tree.code} {self.get_state_display()}"
