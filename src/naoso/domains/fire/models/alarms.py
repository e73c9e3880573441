"""What panels told, word by word, and the alarms that it amounts to."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.alerts.models import SeverityLevel
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.registry.models import Source
from naoso.core.response.workflow import Outcome
from naoso.domains.fire.models.devices import Detector, Transmitter
from naoso.domains.fire.models.premises import Premises


class AlarmQuerySet(ScopedQuerySet["Alarm"]):
    """Alarms of premises in somebody's scope."""

    view_permission: ClassVar[str] = "fire.view"
    owner_path: ClassVar[str] = "premises__owner_id"
    unit_path: ClassVar[str] = "premises__unit_id"

    def open(self) -> AlarmQuerySet:
        """Not over."""
        return self.filter(ended_at__isnull=True)


class Alarm(models.Model):
    """One alarm of one premises, however many detectors and messages tell of it.

    `seen` holds each detector with its kind and last time; `called` is the severity for which the contacts
    were called. An alarm `in_test` called nobody and has no incident.
    """

    premises = models.ForeignKey(Premises, models.CASCADE, related_name="alarms")
    in_test = models.BooleanField(default=False)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=SeverityLevel)
    called = models.PositiveSmallIntegerField(default=0)
    own = models.BooleanField(_("own transmitter"), default=True)
    mirrored = models.BooleanField(_("national fire database"), default=False)
    seen = models.JSONField(default=dict)
    messages_count = models.PositiveIntegerField(_("messages"), default=0)
    opened_at = models.DateTimeField(_("began"))
    last_at = models.DateTimeField(_("last message"))
    restored_at = models.DateTimeField(_("restored"), null=True)
    quiet = models.BooleanField(default=False)
    ended_at = models.DateTimeField(_("over"), null=True)
    incident_id = models.BigIntegerField(null=True, editable=False)
    incident_number = models.CharField(_("incident"), max_length=20, blank=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True, editable=False)

    objects: ClassVar[AlarmQuerySet] = AlarmQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = pgettext_lazy("fire", "alarm")
        verbose_name_plural = pgettext_lazy("fire", "alarms")
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["premises", "in_test"], condition=Q(ended_at__isnull=True), name="alarm_open_once"
            ),
            models.CheckConstraint(
                condition=Q(in_test=False) | Q(called=0, incident_id__isnull=True),
                name="alarm_in_test_calls_nobody",
            ),
        ]
        indexes = [
            models.Index(fields=["premises", "-opened_at"], name="alarm_of_premises"),
            models.Index(fields=["-opened_at", "-id"], name="alarm_newest"),
            models.Index(
                fields=["incident_id"], name="alarm_by_incident", condition=Q(incident_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.premises} {self.opened_at:%d/%m/%Y %H:%M}"


class PanelMessage(models.Model):
    """One message as it came; kept once for each source and id. Heartbeats are not kept.

    `told_at` is the device's clock, `received_at` ours: everything is judged by ours.
    """

    class Kind(models.TextChoices):
        """What it told."""

        ALARM = "alarm", pgettext_lazy("panel", "Alarm")
        FAULT = "fault", pgettext_lazy("panel", "Fault")
        TEST = "test", pgettext_lazy("panel", "Test")
        ISOLATE = "isolate", pgettext_lazy("panel", "Isolated")
        RESTORE = "restore", pgettext_lazy("panel", "Restored")

    class Note(models.TextChoices):
        """What is remarkable about it."""

        NONE = "", ""
        UNDECLARED = "undeclared", _("Undeclared detector")

    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    message_id = models.CharField(max_length=130)
    premises = models.ForeignKey(Premises, models.CASCADE, related_name="messages")
    transmitter = models.ForeignKey(Transmitter, models.SET_NULL, null=True, related_name="+")
    detector = models.ForeignKey(Detector, models.SET_NULL, null=True, related_name="messages")
    alarm = models.ForeignKey(Alarm, models.SET_NULL, null=True, related_name="messages")
    kind = models.CharField(max_length=8, choices=Kind)
    zone_text = models.CharField(max_length=40, blank=True)
    detector_text = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=12, choices=Note, blank=True)
    told_at = models.DateTimeField()
    received_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    held = models.BooleanField(default=False)
    mirrored = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("message of a panel")
        verbose_name_plural = _("messages of panels")
        ordering = ["-received_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["source", "message_id"], name="panel_message_once")]
        indexes = [
            models.Index(fields=["premises", "-received_at"], name="panel_message_of_premises"),
            models.Index(fields=["transmitter", "-received_at"], name="panel_message_of_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def key(self) -> str:
        """The detector within its premises, declared or not."""
        return f"{self.zone_text}/{self.detector_text}"

    @property
    def clock_gap(self) -> dt.timedelta:
        """The device's clock minus ours."""
        return self.told_at - self.received_at
