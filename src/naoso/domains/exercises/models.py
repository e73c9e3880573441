"""Runs of exercises: what was played, by whom, how it went."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import ScopedQuerySet


class RunState(models.TextChoices):
    """Where a run stands."""

    WAITING = "waiting", _("About to start")
    RUNNING = "running", _("Running")
    DONE = "done", _("Ended")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Broke off")


MOVES = {
    RunState.WAITING: {RunState.RUNNING, RunState.STOPPED, RunState.FAILED},
    RunState.RUNNING: {RunState.DONE, RunState.STOPPED, RunState.FAILED},
    RunState.DONE: set(),
    RunState.STOPPED: set(),
    RunState.FAILED: set(),
}
GOING = (RunState.WAITING, RunState.RUNNING)


class RunQuerySet(ScopedQuerySet["Run"]):
    """Runs of the organisations in somebody's scope."""

    view_permission: ClassVar[str] = "exercises.view"
    unit_path: ClassVar[str] = ""


class Run(models.Model):
    """One playing of a script; `results` holds what was expected and how it went."""

    script = models.SlugField(_("script"))
    title = models.CharField(_("title"), max_length=200)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("owner"))
    started_by = models.ForeignKey(
        Account, models.PROTECT, null=True, related_name="+", verbose_name=_("started by")
    )
    speed = models.FloatField(_("speed"), default=1.0)
    unattended = models.BooleanField(_("the script plays the people too"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=RunState, default=RunState.WAITING)
    asked_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    done = models.PositiveIntegerField(_("things that happened"), default=0)
    of = models.PositiveIntegerField(_("things to happen"), default=0)
    said = models.CharField(_("last thing that happened"), max_length=300, blank=True)
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    results = models.JSONField(_("results"), default=list)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run of an exercise")
        verbose_name_plural = _("runs of exercises")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(state__in=GOING), name="one_exercise_at_a_time"
            ),
            models.CheckConstraint(condition=models.Q(speed__gt=0), name="exercise_moves_on"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_going(self) -> bool:
        """Waiting or running."""
        return self.state in GOING

    @property
    def percent(self) -> int:
        """How far it is."""
        return round(100 * self.done / self.of) if self.of else 0
