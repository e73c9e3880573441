"""Administrative units as they were and as they are, and the service areas drawn over them."""

from __future__ import annotations

import datetime as dt

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from naoso.kernel.text import folded


class UnitKind(models.TextChoices):
    """Tiers of Vietnam's administration; the district tier ended on 1 July 2025."""

    COUNTRY = "country", _("Country")
    PROVINCE = "province", _("Province")
    CITY = "city", _("Centrally governed city")
    DISTRICT = "district", _("District (until 30/06/2025)")
    DISTRICT_CITY = "district_city", _("City of a province (until 30/06/2025)")
    COMMUNE = "commune", _("Commune")
    WARD = "ward", _("Ward")
    TOWNSHIP = "township", _("Township (until 30/06/2025)")
    SPECIAL_ZONE = "special_zone", _("Special zone")


class AdminUnitQuerySet(models.QuerySet["AdminUnit"]):
    """Reads that every caller needs."""

    def on(self, day: dt.date) -> AdminUnitQuerySet:
        """Units that exist on that day."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))


# Deferred where rows are listed with their `unit`: a list shows a name, and a boundary may have 100 KB.
UNIT_SHAPES = ("unit__outline", "unit__centre")


class AdminUnit(models.Model):
    """One unit over one span of validity, `valid_from` ≤ day < `valid_to`.

    `code` is the official code of the statistics office (Decision 19/2025/QĐ-TTg); a code may come
    back for another unit, so a code is unique only together with its first day.
    """

    code = models.CharField(_("code"), max_length=10)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=UnitKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    centre = models.PointField(_("centre"), srid=4326)
    outline = models.MultiPolygonField(_("outline"), srid=4326, null=True, blank=True)
    outline_approximate = models.BooleanField(_("outline is approximate"), default=True)
    outline_source = models.CharField(_("source of the outline"), max_length=200, blank=True)
    decree = models.CharField(_("decree"), max_length=120, blank=True)
    folded_name = models.CharField(max_length=120, editable=False, db_index=True)

    objects = AdminUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("administrative unit")
        verbose_name_plural = _("administrative units")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="unit_code_once_a_span"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="unit_span_is_forward",
            ),
        ]
        indexes = [
            GinIndex(fields=["folded_name"], name="unit_folded_trgm", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, **kwargs: object) -> None:
        """Keep the folded name in step."""
        self.folded_name = folded(self.name)
        super().save(**kwargs)  # type: ignore[arg-type]

    @property
    def full_name(self) -> str:
        """`phường Sông Công`, `tỉnh Thái Nguyên`."""
        return full_name_of(self.kind, self.name)


PROVINCIAL = (UnitKind.PROVINCE, UnitKind.CITY)
LOCAL = (UnitKind.COMMUNE, UnitKind.WARD, UnitKind.TOWNSHIP, UnitKind.SPECIAL_ZONE)

FULL_NAME_PREFIX = {
    UnitKind.PROVINCE: "tỉnh",
    UnitKind.CITY: "thành phố",
    UnitKind.DISTRICT: "huyện",
    UnitKind.DISTRICT_CITY: "thành phố",
    UnitKind.COMMUNE: "xã",
    UnitKind.WARD: "phường",
    UnitKind.TOWNSHIP: "thị trấn",
    UnitKind.SPECIAL_ZONE: "đặc khu",
}


def full_name_of(kind: str, name: str) -> str:
    """The same of columns that were read without their row."""
    return f"{FULL_NAME_PREFIX.get(UnitKind(kind), '')} {name}".strip()


class UnitChange(models.Model):
    """The crosswalk: this old unit went, wholly or in part, into that new one on that day."""

    old = models.ForeignKey(AdminUnit, models.CASCADE, related_name="became")
    new = models.ForeignKey(AdminUnit, models.CASCADE, related_name="came_from")
    effective = models.DateField(_("effective"))
    whole = models.BooleanField(_("whole unit"), default=True)
    decree = models.CharField(_("decree"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("change of units")
        verbose_name_plural = _("changes of units")
        constraints = [models.UniqueConstraint(fields=["old", "new"], name="unit_change_once")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class ServiceArea(models.Model):
    """A territory that is served as one, such as the IOC of Sông Công; not a tier of government."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    units = models.ManyToManyField(AdminUnit, related_name="service_areas", verbose_name=_("units"))

    class Meta:
        verbose_name = _("service area")
        verbose_name_plural = _("service areas")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
