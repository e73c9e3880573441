"""Reports of citizens: what, where, who answers, what came of it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import ClassVar

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit
from naoso.domains.citizen_reports.workflow import State


class Category(models.Model):
    """What a report is about. The deadline counts working time."""

    code = models.SlugField(_("code"), unique=True)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    icon = models.CharField(_("icon"), max_length=40, default="message-report")
    owner = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("answers where no route fits"), related_name="+"
    )
    deadline = models.DurationField(_("deadline"), default=timedelta(hours=16))
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("category of reports")
        verbose_name_plural = _("categories of reports")
        ordering = ["order", "title"]

    def __str__(self) -> str:
        return (self.title_en if get_language() == "en" else "") or self.title

    @property
    def hours(self) -> float:
        """The deadline in working hours."""
        return self.deadline.total_seconds() / 3600


class Route(models.Model):
    """Reports of this category in this unit (and below) go to that organisation."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="routes", verbose_name=_("category"))
    unit = models.ForeignKey(AdminUnit, models.PROTECT, verbose_name=_("unit"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("organisation"))

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        constraints = [models.UniqueConstraint(fields=["category", "unit"], name="report_route_once")]

    def __str__(self) -> str:
        return f"{self.category} – {self.unit} → {self.organisation}"


class ReportQuerySet(ScopedQuerySet["Report"]):
    """Reports in the scope of who answers and of where they are."""

    view_permission: ClassVar[str] = "citizen_reports.view"

    def open(self) -> ReportQuerySet:
        """Not answered and not rejected."""
        return self.filter(state__in=[State.NEW, State.ACCEPTED])


class Report(models.Model):
    """`code` is what the citizen follows it by; `draft` is the phone's own id: sent twice, stored once."""

    code = models.CharField(_("code"), max_length=16, unique=True)
    draft = models.UUIDField(unique=True, default=uuid.uuid4)
    category = models.ForeignKey(Category, models.PROTECT, verbose_name=_("category"))
    text = models.TextField(_("text"), blank=True)
    point = models.PointField(_("place"), srid=4326)
    unit = models.ForeignKey(AdminUnit, models.PROTECT, null=True, verbose_name=_("unit"))
    owner = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("owner"))
    handler = models.ForeignKey(
        Account, models.PROTECT, null=True, related_name="+", verbose_name=_("handled by")
    )
    contact_name = models.CharField(_("your name"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    contact_phone = models.CharField(_("phone"), max_length=20, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    created_at = models.DateTimeField(_("received"), default=timezone.now)
    due_at = models.DateTimeField(_("due"))
    ended_at = models.DateTimeField(_("answered"), null=True)
    answer = models.TextField(_("answer"), blank=True)
    solved = models.BooleanField(_("solved, says the citizen"), null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["answered", "rejected"], ended_at__isnull=False) & ~Q(answer="")
                | Q(state__in=["new", "accepted"], ended_at__isnull=True),
                name="report_ended_has_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="report_newest"),
            models.Index(
                fields=["-created_at", "-id"],
                name="report_open_newest",
                condition=Q(state__in=["new", "accepted"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.category}"

    @property
    def is_open(self) -> bool:
        """Still waiting for its answer."""
        return self.state in {State.NEW, State.ACCEPTED}

    @property
    def is_late(self) -> bool:
        """Open after its deadline."""
        return self.is_open and self.due_at < timezone.now()


class Photo(models.Model):
    """A picture of the problem, or of what was done; drawn anew without its metadata."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="photos")
    of_answer = models.BooleanField(default=False)
    key = models.UUIDField(unique=True, default=uuid.uuid4)
    file = models.FileField(upload_to="reports/")
    thumbnail = models.FileField(upload_to="reports/")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.key)


class Entry(models.Model):
    """One line of the report's history; `public` ones are what the citizen reads."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="entries")
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(Account, models.PROTECT, null=True)
    public = models.BooleanField(default=True)
    text = models.TextField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text
