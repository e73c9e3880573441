"""Reports of citizens: what, where, who answers, what came of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit
from naoso.domains.citizen_reports.models.categories import Category
from naoso.domains.citizen_reports.models.reporters import Citizen
from naoso.domains.citizen_reports.words import Words
from naoso.domains.citizen_reports.workflow import ENDED, OPEN, State

IS_OPEN = Q(state__in=sorted(OPEN))
IS_ENDED = Q(state__in=sorted(ENDED))
IS_PUBLIC = Q(public_since__isnull=False, hidden=False)


class Channel(models.TextChoices):
    """How a report came."""

    WEB = "web", _("Citizens' page")
    DESK = "desk", _("Telephone or counter")
    FIELD = "field", _("Field officer")
    OPEN311 = "open311", _("Open311")
    IMPORT = "import", _("Import of history")


class ReportQuerySet(ScopedQuerySet["Report"]):
    """Reports in the scope of who answers and of where they are."""

    view_permission: ClassVar[str] = "citizen_reports.view"

    def open(self) -> ReportQuerySet:
        """Not ended."""
        return self.filter(IS_OPEN)

    def public(self) -> ReportQuerySet:
        """What everybody may read."""
        return self.filter(public_since__isnull=False, hidden=False)


class Report(models.Model):
    """`code` is what the citizen follows it by; `draft` is the phone's own id: sent twice, stored once.

    Who sent it stands in `Reporter`, apart. `wake_at` is when the clocks look at it next.
    """

    audit_ignored = ("wake_at",)

    code = models.CharField(_("code"), max_length=16, unique=True)
    draft = models.UUIDField(unique=True, default=uuid.uuid4)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.WEB)
    language = models.CharField(max_length=2, default="vi")
    category = models.ForeignKey(Category, models.PROTECT, verbose_name=_("category"))
    text = models.TextField(_("text"), blank=True)
    answers = models.JSONField(_("answers to questions"), default=dict, blank=True)
    point = models.PointField(_("place"), srid=4326)
    place_text = models.CharField(_("place in words"), max_length=200, blank=True)
    unit = models.ForeignKey(AdminUnit, models.PROTECT, null=True, verbose_name=_("unit"))

    owner = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("owner"))
    handler = models.ForeignKey(
        Account, models.PROTECT, null=True, related_name="+", verbose_name=_("handled by")
    )
    routed_by = models.CharField(_("routed by"), max_length=200, blank=True)
    in_fallback = models.BooleanField(_("in the fallback queue"), default=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="children", verbose_name=_("part of")
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged", verbose_name=_("joined to")
    )

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    held = models.BooleanField(_("held back for a look"), default=False)
    held_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(_("received"), default=timezone.now)
    changed_at = models.DateTimeField(_("last change"), default=timezone.now)
    answer_due_at = models.DateTimeField(_("first answer due"))
    due_at = models.DateTimeField(_("due"))
    first_answer_at = models.DateTimeField(_("first answer"), null=True)
    ended_at = models.DateTimeField(_("answered"), null=True)
    paused_at = models.DateTimeField(null=True)
    pause_reason = models.CharField(max_length=300, blank=True)
    wake_at = models.DateTimeField(null=True)
    warned = models.BooleanField(default=False)
    chased = models.BooleanField(default=False)
    escalation = models.PositiveSmallIntegerField(_("escalated to level"), default=0)

    answer = models.TextField(_("answer"), blank=True)
    solved = models.BooleanField(_("solved, says the citizen"), null=True)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True)
    rating_text = models.CharField(_("words to the rating"), max_length=1000, blank=True)
    reopened = models.PositiveSmallIntegerField(_("opened again"), default=0)

    public_since = models.DateTimeField(_("public since"), null=True)
    public_text = models.TextField(_("public text"), blank=True)
    hidden = models.BooleanField(_("withdrawn from the public"), default=False)
    version = models.PositiveIntegerField(default=1)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state__in=["answered", "rejected"], ended_at__isnull=False) & ~Q(answer=""))
                | Q(state="merged", ended_at__isnull=False, merged_into__isnull=False)
                | (IS_OPEN & Q(ended_at__isnull=True)),
                name="report_ended_has_answer",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5),
                name="report_rating_is_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="report_is_not_its_own_part"
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="report_newest"),
            models.Index(fields=["owner", "-created_at", "-id"], name="report_newest_of_owner"),
            models.Index(fields=["category", "-created_at", "-id"], name="report_newest_of_category"),
            models.Index(fields=["unit", "-created_at", "-id"], name="report_newest_of_unit"),
            models.Index(fields=["state", "-created_at", "-id"], name="report_newest_of_state"),
            models.Index(fields=["-created_at", "-id"], name="report_open_newest", condition=IS_OPEN),
            models.Index(fields=["due_at", "id"], name="report_open_due", condition=IS_OPEN),
            models.Index(
                fields=["owner", "due_at", "id"], name="report_open_due_of_owner", condition=IS_OPEN
            ),
            models.Index(
                fields=["handler", "due_at"], name="report_of_handler", condition=Q(handler__isnull=False)
            ),
            models.Index(fields=["wake_at"], name="report_to_wake", condition=Q(wake_at__isnull=False)),
            models.Index(
                fields=["-public_since", "-id"],
                name="report_public",
                condition=IS_PUBLIC,
            ),
            models.Index(
                fields=["-created_at", "-id"],
                name="report_public_newest",
                condition=IS_PUBLIC,
                include=["state", "held", "category", "point"],
            ),
            GinIndex(
                OpClass(Words(models.Value(""), "public_text"), name="gin_trgm_ops"),
                name="report_public_words",
                condition=IS_PUBLIC,
            ),
            models.Index(fields=["ended_at", "owner"], name="report_ended", condition=IS_ENDED),
            models.Index(fields=["changed_at", "id"], name="report_changed"),
            GinIndex(OpClass(Words("code", "text"), name="gin_trgm_ops"), name="report_words"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.category}"

    @property
    def is_open(self) -> bool:
        """Still waiting for its answer."""
        return self.state in OPEN

    @property
    def is_late(self) -> bool:
        """Open after its deadline; a paused clock is not late."""
        return self.is_open and self.paused_at is None and self.due_at < timezone.now()

    @property
    def is_public(self) -> bool:
        """Everybody may read it."""
        return self.public_since is not None and not self.hidden


class Shows(models.TextChoices):
    """What a picture shows."""

    PROBLEM = "problem", _("Photo of the problem")
    BEFORE = "before", _("Photo before the work")
    AFTER = "after", _("Photo of what was done")


class Photo(models.Model):
    """A picture or clip, drawn anew without its metadata.

    `file` is for officers and the one who sent it; `public_file` has faces and plates blurred. `boxes`
    is a list of {x, y, w, h, kind} in pixels of `file`: what was found, and what a moderator added.
    `like` is the same photo in an earlier report; `checked_at` is when a moderator looked at it.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="photos")
    shows = models.CharField(max_length=8, choices=Shows, default=Shows.PROBLEM)
    key = models.UUIDField(unique=True, default=uuid.uuid4)
    file = models.FileField(upload_to="reports/")
    thumbnail = models.FileField(upload_to="reports/")
    video = models.FileField(upload_to="reports/", blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    taken_at = models.DateTimeField(null=True)
    fingerprint = models.BigIntegerField(null=True)
    blurred_at = models.DateTimeField(null=True)
    public_file = models.FileField(upload_to="reports/public/", blank=True)
    public_thumbnail = models.FileField(upload_to="reports/public/", blank=True)
    boxes = models.JSONField(default=list, blank=True)
    hidden = models.BooleanField(_("withdrawn from the public"), default=False)
    like = models.ForeignKey("self", models.SET_NULL, null=True, related_name="likenesses")
    checked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["fingerprint"], name="report_photo_print", condition=Q(fingerprint__isnull=False)
            ),
            models.Index(fields=["id"], name="report_photo_to_blur", condition=Q(blurred_at__isnull=True)),
            models.Index(
                fields=["id"],
                name="report_photo_to_check",
                condition=Q(checked_at__isnull=True, blurred_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)

    @property
    def of_answer(self) -> bool:
        """Taken by those who did the work."""
        return self.shows != Shows.PROBLEM


class EntryKind(models.TextChoices):
    """What a line of the history tells of."""

    SENT = "sent", _("Sent")
    MOVED = "moved", _("Moved")
    QUESTION = "question", _("Question")
    REPLY = "reply", _("Reply of the citizen")
    ANSWER = "answer", _("Answer")
    NOTE = "note", _("Internal note")
    RATED = "rated", _("Rating")
    CLOCK = "clock", _("Clock")
    LINKED = "linked", _("Link")
    MODERATED = "moderated", _("Publication")


class Entry(models.Model):
    """One line of the report's history; `public` ones are what the citizen reads."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind, default=EntryKind.MOVED)
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(Account, models.PROTECT, null=True)
    public = models.BooleanField(default=True)
    text = models.TextField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(
                fields=["at", "id"],
                name="report_entry_told",
                condition=Q(public=True, kind__in=["sent", "moved", "answer"]),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Follower(models.Model):
    """Somebody who wants to hear of each step; `me_too` saw the same problem.

    `push` is the browser's subscription as JSON; `token` ends the following without an account.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="followers")
    citizen = models.ForeignKey(Citizen, models.CASCADE, null=True, related_name="+")
    token = models.UUIDField(unique=True, default=uuid.uuid4)
    device = models.CharField(max_length=64, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    push = models.TextField(blank=True)
    language = models.CharField(max_length=2, default="vi")
    me_too = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.token)
