"""Incidents: what happened, who owns it, which clock runs, who saw it, what was done."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from naoso.core.alerts.models import SeverityLevel
from naoso.core.people.models import Account, Organisation, Role
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit
from naoso.core.response.words import Words
from naoso.core.response.workflow import Outcome, State


class Procedure(models.Model):
    """A standard operating procedure (SOP): a version is never edited once an incident has used it."""

    code = models.SlugField(_("code"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=160)

    class Meta:
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
        ordering = ["title", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="procedure_version_once")]

    def __str__(self) -> str:
        return f"{self.title} (v{self.version})"


class Condition(models.TextChoices):
    """When a step counts; `condition_value` is the number in it."""

    ALWAYS = "always", _("always")
    SEVERITY = "severity", _("from severity")
    WITNESSES = "witnesses", _("from this many witnesses")
    OFF_HOURS = "off_hours", _("outside working hours only")


class DoneWhen(models.TextChoices):
    """What else than a person's word ends a step."""

    TOLD = "", _("when somebody says so")
    CREW_SENT = "crew_sent", _("when a force is sent")
    CREW_THERE = "crew_there", _("when a force has arrived")
    WARNING_OUT = "warning_out", _("when a public warning is out")


class ProcedureStep(models.Model):
    """What a role does, within which time from the start of the incident.

    Steps of one `stage` run side by side; the next stage opens when all of this one are done or skipped.
    With an `action` the house does the step itself, and leaves it to the role where it cannot.
    """

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField(_("order"))
    stage = models.PositiveSmallIntegerField(_("stage"), default=1)
    title = models.CharField(_("title"), max_length=200)
    role = models.ForeignKey(Role, models.PROTECT, null=True, blank=True, verbose_name=_("role"))
    within = models.DurationField(_("within"), default=timedelta(minutes=30))
    condition = models.CharField(_("condition"), max_length=10, choices=Condition, default=Condition.ALWAYS)
    condition_value = models.PositiveSmallIntegerField(_("number of the condition"), default=0)
    action = models.SlugField(_("done by the centre"), blank=True)
    argument = models.CharField(_("what the centre needs for it"), max_length=300, blank=True)
    done_when = models.CharField(_("done when"), max_length=12, choices=DoneWhen, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["procedure", "order"], name="procedure_step_order")]

    def __str__(self) -> str:
        return self.title

    @property
    def minutes(self) -> int:
        """The limit in minutes."""
        return int(self.within.total_seconds() // 60)

    @property
    def condition_words(self) -> str:
        """When it counts, in words; empty for always."""
        if self.condition == Condition.SEVERITY:
            return _("from severity “%(level)s”") % {"level": SeverityLevel(self.condition_value).label}
        if self.condition == Condition.WITNESSES:
            return _("from %(count)s witnesses") % {"count": self.condition_value}
        return str(Condition.OFF_HOURS.label) if self.condition == Condition.OFF_HOURS else ""


class IncidentKind(models.Model):
    """A kind of incident: its deadline, its clock, its procedure."""

    code = models.SlugField(_("code"), unique=True)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    icon = models.CharField(_("icon"), max_length=40, default="alert-triangle")
    deadline = models.DurationField(_("deadline"), default=timedelta(hours=8))
    around_the_clock = models.BooleanField(
        _("around the clock"), default=False, help_text=_("otherwise the deadline counts working hours")
    )
    procedure = models.ForeignKey(
        Procedure, models.PROTECT, null=True, blank=True, verbose_name=_("procedure")
    )
    join_radius_m = models.PositiveIntegerField(
        _("joins within (metres)"), default=0,
        help_text=_("what is told by itself this near joins an open incident; 0: never"),
    )  # fmt: skip
    join_within = models.DurationField(_("joins within (time)"), default=timedelta(minutes=10))
    worse_within = models.DurationField(
        _("worse when told twice within"), default=timedelta(minutes=1),
        help_text=_("a second witness this soon makes the incident worse by one step"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("kind of incident")
        verbose_name_plural = _("kinds of incident")
        ordering = ["title"]

    def __str__(self) -> str:
        return (self.title_en if get_language() == "en" else "") or self.title

    @property
    def deadline_hours(self) -> float:
        """The deadline in hours."""
        return self.deadline.total_seconds() / 3600


class DayException(models.Model):
    """A public holiday, or a weekend day that is worked instead."""

    day = models.DateField(_("day"), unique=True)
    works = models.BooleanField(_("is worked"), default=False)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("day off or worked")
        verbose_name_plural = _("days off or worked")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


class IncidentQuerySet(ScopedQuerySet["Incident"]):
    """Incidents in the scope of their owner and unit."""

    view_permission = "response.view"

    def open(self) -> IncidentQuerySet:
        """Not closed."""
        return self.exclude(state=State.CLOSED)

    def late(self) -> IncidentQuerySet:
        """Open, the clock runs, and the deadline has passed."""
        return self.open().exclude(state=State.PAUSED).filter(due_at__lt=timezone.now())


class Incident(models.Model):
    """Something that matters, with an owner and a clock."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    subject = models.CharField(max_length=120, blank=True)
    kind = models.ForeignKey(IncidentKind, models.PROTECT, verbose_name=_("kind"))
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=SeverityLevel)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    owner = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("owner"))
    unit = models.ForeignKey(AdminUnit, models.PROTECT, null=True, blank=True, verbose_name=_("unit"))
    point = models.PointField(_("place"), srid=4326, null=True, blank=True)
    assignee = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="incidents", verbose_name=_("assignee")
    )
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    opened_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(_("due"))
    paused_at = models.DateTimeField(_("paused"), null=True)
    pause_reason = models.CharField(_("reason of the pause"), max_length=300, blank=True)
    warned_late = models.BooleanField(default=False)
    closed_at = models.DateTimeField(_("closed"), null=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    outcome_note = models.TextField(_("what was done"), blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    version = models.PositiveIntegerField(default=1)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state=State.CLOSED) & Q(closed_at__isnull=True, outcome=""),
                name="incident_closed_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(state=State.PAUSED, paused_at__isnull=False) & ~Q(pause_reason="")
                | ~Q(state=State.PAUSED) & Q(paused_at__isnull=True),
                name="incident_paused_has_reason",
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=~Q(state=State.CLOSED) & ~Q(subject=""),
                name="incident_open_once_a_subject",
            ),
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="incident_newest"),
            models.Index(
                fields=["-opened_at", "-id"], name="incident_open_newest", condition=~Q(state="closed")
            ),
            models.Index(fields=["due_at"], name="incident_open_due", condition=~Q(state="closed")),
            models.Index(fields=["owner", "-opened_at"], name="incident_by_owner"),
            models.Index(
                fields=["closed_at"], name="incident_closed_at", condition=Q(closed_at__isnull=False)
            ),
            GinIndex(OpClass(Words("number", "title"), name="gin_trgm_ops"), name="incident_words"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        """Not closed."""
        return self.state != State.CLOSED

    @property
    def is_late(self) -> bool:
        """Open, the clock runs, and the deadline has passed."""
        return self.state not in {State.CLOSED, State.PAUSED} and self.due_at < timezone.now()


class Witness(models.Model):
    """What tells of the incident: an alert, a report, later a plate or a camera."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="witnesses")
    subject = models.CharField(max_length=120)
    title = models.CharField(_("title"), max_length=200)
    url = models.CharField(max_length=300, blank=True)
    seen_at = models.DateTimeField(_("seen"))
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["seen_at"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "subject"], name="witness_once_an_incident"),
        ]
        indexes = [models.Index(fields=["subject"], name="witness_by_subject")]

    def __str__(self) -> str:
        return self.title


class Task(models.Model):
    """A piece of work somebody does for the incident; a procedure's step is a task with a role.

    A step whose turn has not come has no `opened_at`; one that was skipped says why in its note.
    """

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="tasks")
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("title"), max_length=200)
    role = models.ForeignKey(Role, models.PROTECT, null=True, blank=True, verbose_name=_("role"))
    assignee = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("assignee")
    )
    step = models.ForeignKey(ProcedureStep, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(_("its turn since"), null=True, default=timezone.now)
    skipped = models.BooleanField(_("skipped"), default=False)
    due_at = models.DateTimeField(_("due"), null=True)
    done_at = models.DateTimeField(_("done"), null=True)
    done_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True) | Q(done_at__isnull=False),
                name="task_done_by_has_time",
            ),
            models.CheckConstraint(
                condition=Q(skipped=False) | Q(done_at__isnull=False) & ~Q(note=""),
                name="task_skipped_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_late(self) -> bool:
        """Not done, and its time is over."""
        return self.done_at is None and self.due_at is not None and self.due_at < timezone.now()

    @property
    def was_late(self) -> bool:
        """Done, and after its time."""
        return bool(self.done_at and self.due_at and not self.skipped and self.done_at > self.due_at)


class Review(models.Model):
    """What people write after an incident: what went well, what did not, what is to change."""

    incident = models.OneToOneField(Incident, models.CASCADE, related_name="review")
    went_well = models.TextField(_("what went well"), blank=True)
    went_badly = models.TextField(_("what did not"), blank=True)
    to_change = models.TextField(_("what is to change, by whom, by when"), blank=True)
    written_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written"), auto_now=True)

    class Meta:
        verbose_name = _("after-action review")
        verbose_name_plural = _("after-action reviews")

    def __str__(self) -> str:
        return str(self.incident)


class EntryKind(models.TextChoices):
    """What a line of the timeline tells."""

    OPENED = "opened", _("Opened")
    MOVED = "moved", _("State changed")
    ASSIGNED = "assigned", _("Assigned")
    WITNESS = "witness", _("Witness added")
    TASK = "task", _("Task")
    NOTE = "note", _("Note")
    HANDOVER = "handover", _("Hand-over")
    CLOCK = "clock", _("Clock")
    MERGED = "merged", _("Merged")
    SPLIT = "split", _("Split")


class TimelineEntry(models.Model):
    """One line of an incident's history; appended, never edited (a trigger refuses)."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="timeline")
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(Account, models.PROTECT, null=True)
    kind = models.CharField(max_length=10, choices=EntryKind)
    text = models.TextField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["incident", "-at"], name="timeline_of_incident"),
            models.Index(fields=["-at"], name="timeline_handover", condition=Q(kind="handover")),
        ]

    def __str__(self) -> str:
        return self.text
