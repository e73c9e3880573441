"""Listed premises, whom to call there, where water stands, plans and papers."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.people.models import Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit
from naoso.core.registry.models import CODE_RULE
from naoso.domains.fire.workflow import WATCHED, Standing
from naoso.kernel.ids import SubjectRef
from naoso.kernel.text import folded


class Category(models.TextChoices):
    """What sort of premises: the groups of the list under Decree 105/2025/NĐ-CP, in short."""

    MARKET = "market", pgettext_lazy("premises", "Market, shopping centre")
    APARTMENTS = "apartments", pgettext_lazy("premises", "Apartment block")
    HOSPITAL = "hospital", pgettext_lazy("premises", "Hospital, health facility")
    SCHOOL = "school", pgettext_lazy("premises", "School, kindergarten")
    HOTEL = "hotel", pgettext_lazy("premises", "Hotel, lodging")
    LEISURE = "leisure", pgettext_lazy("premises", "Karaoke, dance hall, cinema")
    FACTORY = "factory", pgettext_lazy("premises", "Factory, workshop")
    WAREHOUSE = "warehouse", pgettext_lazy("premises", "Warehouse")
    CHEMICALS = "chemicals", pgettext_lazy("premises", "Chemicals, dangerous goods")
    FUEL = "fuel", pgettext_lazy("premises", "Fuel and gas")
    OFFICE = "office", pgettext_lazy("premises", "Office building")
    HERITAGE = "heritage", pgettext_lazy("premises", "Heritage, place of worship")
    OTHER = "other", pgettext_lazy("premises", "Other")


class PremisesQuerySet(ScopedQuerySet["Premises"]):
    """Premises in somebody's scope."""

    view_permission: ClassVar[str] = "fire.view"

    def watched(self) -> PremisesQuerySet:
        """On the list."""
        return self.filter(standing__in=WATCHED)


class Premises(models.Model):
    """A place on the list; `owner` is the fire police that answer for it."""

    code = models.CharField(_("code"), max_length=63, unique=True, validators=[CODE_RULE])
    national_code = models.CharField(
        _("code in the national fire database"), max_length=64, blank=True,
        help_text=_("Alarms mirrored from there are found by it."),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=200)
    category = models.CharField(pgettext_lazy("fire", "category"), max_length=12, choices=Category)
    standing = models.CharField(_("standing"), max_length=10, choices=Standing, default=Standing.DRAFT)
    owner = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("answers for it")
    )
    unit = models.ForeignKey(AdminUnit, models.PROTECT, null=True, blank=True, related_name="+")
    point = models.PointField(_("place"), srid=4326)
    address = models.CharField(_("address"), max_length=200)
    floors = models.PositiveSmallIntegerField(_("floors"), default=1, validators=[MaxValueValidator(120)])
    basements = models.PositiveSmallIntegerField(
        _("basements"), default=0, validators=[MaxValueValidator(10)]
    )
    area_m2 = models.PositiveIntegerField(_("floor area (m²)"), null=True, blank=True)
    occupants_day = models.PositiveIntegerField(_("people by day"), default=0)
    occupants_night = models.PositiveIntegerField(_("people by night"), default=0)
    chemicals = models.CharField(_("chemicals and dangerous goods"), max_length=300, blank=True)
    gas = models.CharField(_("gas and fuel"), max_length=300, blank=True)
    power = models.CharField(_("power: where it is cut"), max_length=300, blank=True)
    access = models.CharField(_("access for fire engines"), max_length=300, blank=True)
    tactics = models.TextField(_("what the crew should know"), max_length=2000, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    folded_words = models.CharField(max_length=500, editable=False, db_index=True)

    objects: ClassVar[PremisesQuerySet] = PremisesQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("premises")
        verbose_name_plural = _("premises")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="premises_standing_known"),
            models.UniqueConstraint(
                fields=["national_code"], condition=~Q(national_code=""), name="premises_national_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        """Keep the searched words in step."""
        self.folded_words = folded(f"{self.name} {self.code} {self.address}")[:500]
        super().save(**kwargs)  # type: ignore[arg-type]

    @property
    def subject(self) -> SubjectRef:
        """As alerts and incidents name it."""
        return SubjectRef("fire", "premises", str(self.pk))


class Contact(models.Model):
    """Whom an alarm calls, in their order."""

    premises = models.ForeignKey(Premises, models.CASCADE, related_name="contacts")
    order = models.PositiveSmallIntegerField(_("order"), default=1, validators=[MinValueValidator(1)])
    name = models.CharField(_("name or role"), max_length=120)
    phone = models.CharField(_("phone"), max_length=20)
    active = models.BooleanField(_("is called"), default=True)

    class Meta:
        verbose_name = _("contact of premises")
        verbose_name_plural = _("contacts of premises")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["premises", "phone"], name="contact_phone_once_a_premises"),
        ]

    def __str__(self) -> str:
        return self.name


class WaterTank(models.Model):
    """Water of the premises' own: a pond, a tank; public hydrants are city objects."""

    premises = models.ForeignKey(Premises, models.CASCADE, related_name="tanks")
    name = models.CharField(_("what it is"), max_length=120)
    capacity_m3 = models.PositiveIntegerField(_("holds (m³)"), validators=[MinValueValidator(1)])
    note = models.CharField(_("how to draw from it"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("water of premises")
        verbose_name_plural = _("water of premises")
        ordering = ["-capacity_m3", "id"]

    def __str__(self) -> str:
        return self.name


class PremisesFile(models.Model):
    """A floor plan, drawn anew and stripped as every upload, or a paper as PDF."""

    class Kind(models.TextChoices):
        """What it is."""

        PLAN = "plan", _("Floor plan")
        PAPER = "paper", _("Paper")

    premises = models.ForeignKey(Premises, models.CASCADE, related_name="files")
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    key = models.CharField(max_length=40, unique=True, editable=False)
    file = models.CharField(max_length=120, editable=False)
    small = models.CharField(max_length=120, blank=True, editable=False)
    title = models.CharField(_("title"), max_length=160)
    floor = models.SmallIntegerField(_("floor"), default=1)
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)
    bytes = models.PositiveIntegerField(default=0, editable=False)
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("plan or paper")
        verbose_name_plural = _("plans and papers")
        ordering = ["kind", "floor", "id"]

    def __str__(self) -> str:
        return self.title
