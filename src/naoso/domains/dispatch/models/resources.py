"""What can be sent: crews, vehicles, volunteers; where people and things go: shelters, stocks."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.people.models import Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit
from naoso.domains.dispatch.workflow import ResourceState
from naoso.kernel.text import folded

CODE = RegexValidator(
    r"^[a-z0-9][a-z0-9-]{0,38}\Z", _("Use small letters, digits and hyphens; begin with a letter or a digit.")
)


class ResourceKind(models.TextChoices):
    """What sort of resource it is."""

    CREW = "crew", pgettext_lazy("resource", "Crew on foot")
    VEHICLE = "vehicle", pgettext_lazy("resource", "Vehicle with crew")
    VOLUNTEERS = "volunteers", _("Volunteers")
    SHELTER = "shelter", _("Shelter")
    STOCK = "stock", _("Stock of supplies")


MOVING = (ResourceKind.CREW, ResourceKind.VEHICLE, ResourceKind.VOLUNTEERS)
SKILL_WORDS = (
    ("fire", _("Fire fighting")),
    ("ladder", _("Aerial ladder")),
    ("medical", _("Emergency medicine")),
    ("rescue", _("Search and rescue")),
    ("boat", _("Boat")),
    ("chemical", _("Hazardous materials")),
    ("police", _("Police")),
    ("power", _("Electricity network")),
    ("engineering", _("Engineering machines")),
    ("shelter", _("Sheltering people")),
    ("supplies", _("Supplies")),
)


class ResourceQuerySet(ScopedQuerySet["Resource"]):
    """Resources in somebody's scope."""

    view_permission: ClassVar[str] = "dispatch.view"

    def moving(self) -> ResourceQuerySet:
        """Those that can be sent."""
        return self.filter(kind__in=MOVING, enabled=True)


class Resource(models.Model):
    """One unit that answers a call, shelters people or holds supplies."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = models.CharField(_("call sign or name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=ResourceKind)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("owner"))
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ward or commune")
    )
    home = models.PointField(_("home place"), srid=4326)
    skills = ArrayField(models.CharField(max_length=20), verbose_name=_("skills"), default=list, blank=True)
    strength = models.PositiveSmallIntegerField(pgettext_lazy("resource", "people"), default=0)
    capacity = models.PositiveIntegerField(_("places (shelter)"), default=0)
    occupied = models.PositiveIntegerField(_("places taken"), default=0)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    enabled = models.BooleanField(_("enabled"), default=True)
    state = models.CharField(
        _("state"), max_length=14, choices=ResourceState, default=ResourceState.AVAILABLE
    )
    state_reason = models.CharField(_("reason"), max_length=300, blank=True)
    state_since = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    folded_name = models.CharField(max_length=170, editable=False)

    objects: ClassVar[ResourceQuerySet] = ResourceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ResourceState.OUT_OF_SERVICE) | ~Q(state_reason=""),
                name="resource_out_of_service_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(occupied__lte=F("capacity")), name="resource_not_more_than_its_places"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "kind"], name="resource_state"),
            GinIndex(fields=["skills"], name="resource_skills"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        """Keep the folded name in step."""
        self.folded_name = folded(f"{self.code} {self.name}")[:170]
        super().save(**kwargs)  # type: ignore[arg-type]

    @property
    def skill_words(self) -> list[object]:
        """Its skills in words."""
        return [words for code, words in SKILL_WORDS if code in self.skills]

    @property
    def free(self) -> int:
        """Places of a shelter that are left."""
        return self.capacity - self.occupied

    @property
    def moves(self) -> bool:
        """Whether it can be sent."""
        return self.kind in MOVING


class StockItemQuerySet(ScopedQuerySet["StockItem"]):
    """Lines of stocks in somebody's scope."""

    view_permission: ClassVar[str] = "dispatch.view"
    owner_path: ClassVar[str] = "resource__owner_id"
    unit_path: ClassVar[str] = "resource__unit_id"


class StockItem(models.Model):
    """One thing that a stock holds; the quantity is the sum of its movements."""

    resource = models.ForeignKey(
        Resource, models.PROTECT, related_name="items", verbose_name=_("Stock of supplies")
    )
    name = models.CharField(_("item"), max_length=120)
    measure = models.CharField(_("measured in"), max_length=20)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=2, default=0, editable=False)
    counted_at = models.DateTimeField(_("last movement"), null=True, editable=False)

    objects: ClassVar[StockItemQuerySet] = StockItemQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("item of a stock")
        verbose_name_plural = _("items of stocks")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["resource", "name"], name="stock_item_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="stock_item_not_below_nothing"),
        ]

    def __str__(self) -> str:
        return self.name


class StockMovement(models.Model):
    """What went in or out; appended, never edited (a trigger refuses)."""

    item = models.ForeignKey(StockItem, models.PROTECT, related_name="movements")
    at = models.DateTimeField(_("at"), default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    change = models.DecimalField(pgettext_lazy("stock", "change"), max_digits=12, decimal_places=2)
    left = models.DecimalField(pgettext_lazy("stock", "left"), max_digits=12, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("movement of a stock")
        verbose_name_plural = _("movements of stocks")
        ordering = ["-at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(change=0), name="stock_movement_moves_something")]

    def __str__(self) -> str:
        return f"{self.item} {self.change:+}"
