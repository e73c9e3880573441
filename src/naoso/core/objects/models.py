"""Kinds of city objects, the objects, what they were, and how they hang together."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, cast

from django.conf import settings
from django.contrib.gis.db import models
from django.core.validators import RegexValidator
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from naoso.core.objects.exporting_models import ExportRun  # noqa: F401 - tables
from naoso.core.objects.importing_models import ImportRun, ImportState  # noqa: F401 - tables
from naoso.core.people.models import Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit
from naoso.kernel import kinds

CODE_RULE = RegexValidator(
    r"^[^\s/][^/]{0,62}\Z", _("Up to 63 characters, no slash, no blank at the beginning.")
)


class GeometryType(models.TextChoices):
    """What a kind's objects look like on the map."""

    POINT = "point", _("Point")
    LINE = "line", _("Line")
    POLYGON = "polygon", _("Area")


class ObjectKind(models.Model):
    """A kind of object: `fields` holds what `naoso.kernel.kinds.Field` says, titles in both languages.

    `declared` kinds come from a domain's `module.py` and are not edited on a screen; `version` counts
    changes of the declaration.
    """

    slug = models.SlugField(_("address"), max_length=40, unique=True)
    domain = models.SlugField(_("domain"), max_length=40, default="objects")
    title = models.CharField(_("title"), max_length=80)
    title_en = models.CharField(_("English title"), max_length=80, blank=True)
    icon = models.CharField(_("icon"), max_length=40, default="map-pin")
    geometry = models.CharField(_("shape"), max_length=8, choices=GeometryType, default=GeometryType.POINT)
    fields = models.JSONField(_("fields"), default=list)
    schema = models.JSONField(default=dict, editable=False)
    counted = models.JSONField(default=list, editable=False)
    label = models.CharField(_("label on the map"), max_length=40, blank=True)
    colour = models.CharField(_("coloured by"), max_length=40, blank=True)
    tint = models.CharField(_("colour"), max_length=7, default="#2f9e44")
    near_m = models.FloatField(_("doubles are nearer than (m)"), default=1.0)
    public = models.BooleanField(_("public"), default=True)
    declared = models.BooleanField(default=False, editable=False)
    retired = models.BooleanField(_("no longer used"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("kind of object")
        verbose_name_plural = _("kinds of objects")
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(geometry__in=GeometryType.values), name="objectkind_geometry_known"
            )
        ]

    def __str__(self) -> str:
        return self.words(self.title, self.title_en)

    @staticmethod
    def words(vietnamese: str, english: str) -> str:
        """The language of the page, Vietnamese where the other is missing."""
        return english if english and (get_language() or "vi").startswith("en") else vietnamese

    @property
    def spec(self) -> kinds.Kind:
        """The declaration with titles in the language of the page."""
        return kinds.Kind(
            slug=self.slug, title=str(self), icon=self.icon, fields=tuple(map(field_of, self.fields)),
            geometry=cast("kinds.Geometry", self.geometry), label=self.label, colour=self.colour,
            tint=self.tint,
            public=self.public,
            near_m=self.near_m,
        )  # fmt: skip


def field_of(stored: dict[str, Any]) -> kinds.Field:
    """A stored field with its titles in the language of the page."""
    choices = tuple(
        kinds.Choice(
            value=choice["value"],
            title=ObjectKind.words(choice["title"], choice.get("title_en", "")),
            colour=choice.get("colour", ""),
        )
        for choice in stored.get("choices", ())
    )
    rest = {
        key: value
        for key, value in stored.items()
        if key not in {"choices", "title", "title_en", "help", "help_en"}
    }
    return kinds.Field(
        title=ObjectKind.words(stored["title"], stored.get("title_en", "")),
        help=ObjectKind.words(stored.get("help", ""), stored.get("help_en", "")),
        choices=choices,
        **rest,
    )


class State(models.TextChoices):
    """Whether it stands there."""

    PLANNED = "planned", _("Planned")
    ACTIVE = "active", _("In place")
    REMOVED = "removed", _("Removed")


class CityObjectQuerySet(ScopedQuerySet["CityObject"]):
    """Objects in somebody's scope."""

    view_permission: ClassVar[str] = "objects.view"


class CityObject(models.Model):
    """One tree, lamp, school …: `kind` and `code` name it for life.

    `spot` is the Morton number of its centre at zoom 24, which sorts objects by tile. Cells of the map,
    history and the log of changes are written by triggers of the table (migration 0002).
    """

    kind = models.ForeignKey(ObjectKind, models.PROTECT, related_name="members", verbose_name=_("kind"))
    code = models.CharField(_("code"), max_length=63, validators=[CODE_RULE])
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("owner"))
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ACTIVE)
    shape = models.GeometryField(_("shape"), srid=4326)
    spot = models.GeneratedField(
        expression=Func(F("shape"), function="objects_spot"),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    data = models.JSONField(_("values"), default=dict)
    valid_from = models.DateField(_("since"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects: ClassVar[CityObjectQuerySet] = CityObjectQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("city object")
        verbose_name_plural = _("city objects")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="object_code_once_a_kind"),
            models.CheckConstraint(condition=~Q(code=""), name="object_has_code"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="object_state_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="object_span_is_forward",
                violation_error_message=_("The last day is before the first."),
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "spot"], name="object_by_tile"),
            models.Index(fields=["unit"], name="object_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class PastObject(models.Model):
    """What an object was from `since` until `until`: written by a trigger with every change."""

    object_id = models.BigIntegerField()
    kind = models.ForeignKey(ObjectKind, models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    changed_by_id = models.BigIntegerField(null=True)
    ended_by_id = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)
    deleted = models.BooleanField(default=False)
    code = models.CharField(max_length=63)
    owner_id = models.BigIntegerField()
    unit_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8)
    shape = models.GeometryField(srid=4326)
    data = models.JSONField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        verbose_name = _("earlier state of an object")
        verbose_name_plural = _("earlier states of objects")
        indexes = [models.Index(fields=["object_id", "version"], name="past_object_versions")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class ObjectPhoto(models.Model):
    """A photo of an object, drawn anew and stripped as every upload."""

    object = models.ForeignKey(CityObject, models.CASCADE, related_name="photos", verbose_name=_("object"))
    key = models.CharField(max_length=40, unique=True, editable=False)
    file = models.CharField(max_length=120, editable=False)
    small = models.CharField(max_length=120, editable=False)
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("photo of an object")
        verbose_name_plural = _("photos of objects")
        ordering = ["-added_at", "-id"]

    def __str__(self) -> str:
        return self.key


class Relation(models.Model):
    """One object stands on, hangs on or belongs to another: a tree on a street, a lamp on its cabinet."""

    class Role(models.TextChoices):
        """How the first relates to the second."""

        STANDS_ON = "stands_on", _("stands on")
        FED_BY = "fed_by", _("is fed by")
        PART_OF = "part_of", _("is part of")

    from_object = models.ForeignKey(CityObject, models.CASCADE, related_name="relations_out")
    to_object = models.ForeignKey(CityObject, models.CASCADE, related_name="relations_in")
    role = models.CharField(_("relation"), max_length=16, choices=Role)

    class Meta:
        verbose_name = _("relation of objects")
        verbose_name_plural = _("relations of objects")
        constraints = [
            models.UniqueConstraint(fields=["from_object", "to_object", "role"], name="object_relation_once"),
            models.CheckConstraint(
                condition=~Q(from_object=F("to_object")), name="object_relation_not_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_object_id} {self.role} {self.to_object_id}"


class SuggestionQuerySet(ScopedQuerySet["Suggestion"]):
    """Suggestions about objects in somebody's scope."""

    view_permission: ClassVar[str] = "objects.view"


class Suggestion(models.Model):
    """An edit that waits for somebody with the right: of field staff, or of a citizen."""

    class Decision(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("Waiting")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    kind = models.ForeignKey(ObjectKind, models.CASCADE, related_name="+")
    object = models.ForeignKey(
        CityObject,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="suggestions",
        verbose_name=_("object"),
    )
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    unit = models.ForeignKey(AdminUnit, models.PROTECT, null=True, blank=True, related_name="+")
    key = models.UUIDField(unique=True)
    changes = models.JSONField(_("changes"), default=dict)
    shape = models.GeometryField(_("shape"), srid=4326, null=True, blank=True)
    seen_version = models.PositiveIntegerField(default=0)
    note = models.CharField(_("note"), max_length=500, blank=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decision = models.CharField(_("decision"), max_length=8, choices=Decision, default=Decision.WAITING)
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    objects: ClassVar[SuggestionQuerySet] = SuggestionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("suggested edit")
        verbose_name_plural = _("suggested edits")
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["decision", "-made_at"], name="suggestion_queue")]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.key}"


class NamedView(models.Model):
    """A filter, a colouring and a piece of the map under a name, shared by its link."""

    key = models.CharField(max_length=16, unique=True, editable=False)
    kind = models.ForeignKey(ObjectKind, models.CASCADE, related_name="views")
    title = models.CharField(_("title"), max_length=80)
    query = models.CharField(max_length=2000)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    shared = models.BooleanField(_("for everybody who may see these objects"), default=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("named view")
        verbose_name_plural = _("named views")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


def as_of(instant: dt.datetime) -> Q:
    """Past rows that were true at an instant."""
    return Q(since__lte=instant, until__gt=instant)
