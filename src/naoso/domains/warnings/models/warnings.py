"""A warning, its words in each language, what was said about it in review, and the templates."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from naoso.core.alerts.models import SeverityLevel
from naoso.core.people.models import Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit
from naoso.domains.warnings.vocabulary import (
    Category,
    Certainty,
    Hazard,
    Language,
    MessageType,
    Response,
    Status,
    Urgency,
)
from naoso.domains.warnings.workflow import EDITABLE, OUT, WAITING, State

LARGEST_KM = 300


class Template(models.Model):
    """How a warning of a hazard begins; `{place}` and the like are filled when it is used."""

    code = models.SlugField(_("code"), unique=True)
    title = models.CharField(_("title"), max_length=120)
    hazard = models.CharField(pgettext_lazy("field", "hazard"), max_length=16, choices=Hazard)
    category = models.CharField(_("category"), max_length=12, choices=Category, default=Category.SAFETY)
    responses = ArrayField(models.CharField(max_length=12, choices=Response), default=list, blank=True)
    urgency = models.CharField(
        _("urgency"), max_length=12, choices=Urgency, default=Urgency.EXPECTED
    )  # fmt: skip
    severity = models.PositiveSmallIntegerField(
        _("severity"), choices=SeverityLevel, default=SeverityLevel.SEVERE
    )
    certainty = models.CharField(_("certainty"), max_length=12, choices=Certainty, default=Certainty.LIKELY)
    radius_km = models.FloatField(
        _("radius (km)"), default=3, validators=[MinValueValidator(0.1), MaxValueValidator(LARGEST_KM)]
    )
    hours = models.PositiveSmallIntegerField(
        _("in force for (hours)"), default=6, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    incident_kinds = ArrayField(
        models.SlugField(), verbose_name=_("kinds of incident"), default=list, blank=True,
        help_text=_("codes, by comma: an incident of such a kind begins with this template"),
    )  # fmt: skip
    event = models.CharField(_("event"), max_length=120)
    headline = models.CharField(_("headline"), max_length=160)
    description = models.TextField(_("description"), max_length=4000)
    instruction = models.TextField(_("what to do"), max_length=4000)
    event_en = models.CharField(_("event in English"), max_length=120, blank=True)
    headline_en = models.CharField(_("headline in English"), max_length=160, blank=True)
    description_en = models.TextField(_("description in English"), max_length=4000, blank=True)
    instruction_en = models.TextField(_("what to do, in English"), max_length=4000, blank=True)

    class Meta:
        verbose_name = _("template of a warning")
        verbose_name_plural = _("templates of warnings")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class WarningQuerySet(ScopedQuerySet["PublicWarning"]):
    """Warnings in somebody's scope; those in force are everybody's."""

    view_permission: ClassVar[str] = "warnings.view"

    def in_force(self) -> WarningQuerySet:
        """What the public must know now; exercises are said to be exercises, tests are not shown."""
        rows = self.filter(state=State.PUBLISHED, expires__gt=timezone.now())
        return rows.exclude(status=Status.TEST).exclude(message_type=MessageType.CANCEL)

    def out(self) -> WarningQuerySet:
        """Everything that was ever published."""
        return self.filter(state__in=OUT)


class PublicWarning(models.Model):
    """One CAP message. An update or a cancellation is a message of its own that refers to `predecessor`.

    `shape` is polygon and circle together; `areas` says in words what the map shows. `xml` is the signed
    file as it went out: it never changes again.
    """

    identifier = models.CharField(_("identifier"), max_length=60, unique=True, editable=False)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("issued by"))
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    hazard = models.CharField(pgettext_lazy("field", "hazard"), max_length=16, choices=Hazard)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTUAL)
    message_type = models.CharField(
        _("message"), max_length=8, choices=MessageType, default=MessageType.ALERT
    )
    predecessor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors", verbose_name=_("refers to")
    )
    category = models.CharField(_("category"), max_length=12, choices=Category)
    responses = ArrayField(models.CharField(max_length=12, choices=Response), default=list, blank=True)
    urgency = models.CharField(_("urgency"), max_length=12, choices=Urgency)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=SeverityLevel)
    certainty = models.CharField(_("certainty"), max_length=12, choices=Certainty)
    onset = models.DateTimeField(_("begins"), null=True, blank=True)
    expires = models.DateTimeField(_("ends"))
    units = models.ManyToManyField(
        AdminUnit, blank=True, related_name="+", verbose_name=_("communes and wards")
    )
    area_note = models.CharField(_("where, in words"), max_length=300, blank=True)
    polygon = models.PolygonField(_("polygon"), srid=4326, null=True, blank=True)
    centre = models.PointField(_("centre"), srid=4326, null=True, blank=True)
    radius_km = models.FloatField(_("radius (km)"), null=True, blank=True)
    shape = models.GeometryField(srid=4326, null=True, editable=False)
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    web = models.URLField(_("web page"), max_length=300, blank=True)
    incident = models.CharField(max_length=80, blank=True, db_index=True, editable=False)
    incident_number = models.CharField(max_length=40, blank=True, editable=False)
    template = models.ForeignKey(Template, models.SET_NULL, null=True, blank=True, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("author")
    )
    last_editor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("last changed by"),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    sent_at = models.DateTimeField(_("published"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    xml = models.TextField(blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[WarningQuerySet] = WarningQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("public warning")
        verbose_name_plural = _("public warnings")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (
                    (Q(author__isnull=True) | ~Q(author=F("approved_by")))
                    & (Q(last_editor__isnull=True) | ~Q(last_editor=F("approved_by")))
                ),
                name="warning_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted({*OUT, State.APPROVED})) | Q(approved_by__isnull=False),
                name="warning_out_is_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(OUT)) | (Q(sent_at__isnull=False) & ~Q(xml="")),
                name="warning_out_is_sent",
            ),
            models.CheckConstraint(
                condition=Q(centre__isnull=True, radius_km__isnull=True)
                | Q(centre__isnull=False, radius_km__gt=0, radius_km__lte=LARGEST_KM),
                name="warning_circle_has_radius",
            ),
            models.CheckConstraint(
                condition=Q(message_type=MessageType.ALERT) | Q(predecessor__isnull=False),
                name="warning_refers_to_another",
            ),
        ]
        indexes = [
            models.Index(fields=["expires"], name="warning_in_force", condition=Q(state="published")),
            models.Index(fields=["-sent_at"], name="warning_newest", condition=Q(sent_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.headline

    @property
    def words(self) -> WarningText | None:
        """The words in the reader's language, else the Vietnamese ones."""
        texts = {text.language: text for text in self.texts.all()}
        return texts.get((get_language() or "vi")[:2]) or texts.get("vi")

    @property
    def headline(self) -> str:
        """What everybody reads first."""
        words = self.words
        return words.headline if words else self.identifier

    @property
    def editable(self) -> bool:
        """Words and area may still change."""
        return self.state in EDITABLE

    @property
    def waiting(self) -> bool:
        """Not out yet, and still meant to be."""
        return self.state in WAITING

    @property
    def active(self) -> bool:
        """In force now."""
        return self.state == State.PUBLISHED and self.expires > timezone.now()

    @property
    def subject(self) -> str:
        """How others point to it."""
        return f"warnings:warning:{self.pk}"


class WarningText(models.Model):
    """The words of a warning in one language."""

    warning = models.ForeignKey(PublicWarning, models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=8, choices=Language, default=Language.VI)
    event = models.CharField(_("event"), max_length=120)
    headline = models.CharField(_("headline"), max_length=160)
    description = models.TextField(_("description"), max_length=4000, blank=True)
    instruction = models.TextField(_("what to do"), max_length=4000, blank=True)

    class Meta:
        verbose_name = _("words of a warning")
        verbose_name_plural = _("words of warnings")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["warning", "language"], name="warning_words_once_a_language")
        ]

    def __str__(self) -> str:
        return self.headline


class RemarkKind(models.TextChoices):
    """What a line of the history tells."""

    WRITTEN = "written", pgettext_lazy("remark", "Written")
    EDITED = "edited", pgettext_lazy("remark", "Changed")
    SUBMITTED = "submitted", pgettext_lazy("remark", "Sent to review")
    COMMENT = "comment", pgettext_lazy("remark", "Comment")
    REFUSED = "refused", pgettext_lazy("remark", "Sent back")
    APPROVED = "approved", pgettext_lazy("remark", "Approved")
    PUBLISHED = "published", pgettext_lazy("remark", "Published")
    ENDED = "ended", pgettext_lazy("remark", "Ended")
    DISCARDED = "discarded", pgettext_lazy("remark", "Discarded")


class Remark(models.Model):
    """One line of a warning's history; `actor` None is the house itself."""

    warning = models.ForeignKey(PublicWarning, models.CASCADE, related_name="remarks")
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=RemarkKind)
    text = models.CharField(_("comment"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("remark on a warning")
        verbose_name_plural = _("remarks on warnings")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.text}".strip()
