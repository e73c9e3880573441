"""Events that wait to leave, and the ones that a subscriber has already handled."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class OutboxMessage(models.Model):
    """One event, written in the transaction that made it true; the relay sends it after commit."""

    event_id = models.UUIDField(unique=True)
    name = models.CharField(max_length=80)
    body = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="outbox_waiting", condition=Q(sent_at__isnull=True)),
            models.Index(fields=["sent_at"], name="outbox_sent_at"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.event_id}"


class HandledEvent(models.Model):
    """This subscriber has handled this event: a second delivery does nothing."""

    event_id = models.UUIDField()
    subscriber = models.CharField(max_length=160)
    handled_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_id", "subscriber"], name="event_handled_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} {self.event_id}"


class FailedEvent(models.Model):
    """A subscriber raised; the relay goes on and tries again with back-off."""

    event_id = models.UUIDField()
    subscriber = models.CharField(max_length=160)
    body = models.JSONField()
    attempts = models.PositiveIntegerField(default=1)
    error = models.TextField()
    next_try_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_id", "subscriber"], name="event_failed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} {self.event_id}"
