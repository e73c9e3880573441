"""Who wants to be warned where, without an account; what leaves for whom; how fast a channel sends."""

from __future__ import annotations

import uuid

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.domains.warnings.models.warnings import PublicWarning
from naoso.domains.warnings.vocabulary import Language


class ChannelName(models.TextChoices):
    """Channels of a warning."""

    PUSH = "push", _("Web push")
    GATEWAY = "gateway", _("SMS / Zalo")


class Device(models.Model):
    """A browser or a phone number that asked to be warned, for units or for a place.

    Personal data: no trail keeps it, no list shows it, and it goes when its owner says so, when its
    endpoint is gone, or when a number was never confirmed. `key` is a digest: the same endpoint is one row.
    """

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.CharField(_("channel"), max_length=8, choices=ChannelName)
    key = models.CharField(max_length=64, editable=False)
    address = models.TextField(editable=False)
    language = models.CharField(_("language"), max_length=8, choices=Language, default=Language.VI)
    units = ArrayField(models.BigIntegerField(), verbose_name=_("communes and wards"), default=list)
    point = models.PointField(_("place"), srid=4326, null=True, blank=True)
    point_unit = models.BigIntegerField(null=True, blank=True)
    consent_at = models.DateTimeField(_("agreed"), default=timezone.now)
    verified_at = models.DateTimeField(_("confirmed"), null=True)
    code_digest = models.CharField(max_length=64, blank=True, editable=False)
    code_until = models.DateTimeField(null=True, editable=False)
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("subscribed device")
        verbose_name_plural = _("subscribed devices")
        constraints = [
            models.UniqueConstraint(fields=["channel", "key"], name="device_once_a_channel"),
            models.CheckConstraint(
                condition=Q(point__isnull=False) | ~Q(units=[]), name="device_has_a_place"
            ),
        ]
        indexes = [
            GinIndex(fields=["units"], name="device_by_units"),
            models.Index(fields=["point_unit"], name="device_by_point_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.key[:8]}"


class OutgoingState(models.TextChoices):
    """From queued to its end; `sending` is a claim that lapses by itself."""

    QUEUED = "queued", pgettext_lazy("outgoing", "Waiting")
    SENDING = "sending", pgettext_lazy("outgoing", "Being sent")
    SENT = "sent", pgettext_lazy("outgoing", "Sent")
    FAILED = "failed", pgettext_lazy("outgoing", "Failed")
    EXPIRED = "expired", pgettext_lazy("outgoing", "No longer valid")


class Outgoing(models.Model):
    """One warning for one device. Made by one INSERT … SELECT, claimed in batches.

    The device is no enforced reference: it may ask to be forgotten while the figures of the warning stay.
    """

    id = models.BigAutoField(primary_key=True)
    warning = models.ForeignKey(PublicWarning, models.CASCADE, related_name="outgoing")
    device = models.ForeignKey(
        Device, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    channel = models.CharField(_("channel"), max_length=8, choices=ChannelName)
    state = models.CharField(_("state"), max_length=8, choices=OutgoingState, default=OutgoingState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        constraints = [
            models.UniqueConstraint(fields=["warning", "device", "channel"], name="outgoing_once_a_device"),
        ]
        indexes = [
            models.Index(
                fields=["channel", "due_at"],
                name="outgoing_due",
                condition=Q(state__in=["queued", "sending"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.warning_id}"


class Pace(models.Model):
    """How many messages a second a channel may carry, over all workers together (token bucket)."""

    channel = models.CharField(_("channel"), max_length=8, choices=ChannelName, primary_key=True)
    per_second = models.PositiveIntegerField(_("messages a second"), default=500)
    tokens = models.FloatField(default=0, editable=False)
    refilled_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("pace of a channel")
        verbose_name_plural = _("paces of channels")
        constraints = [
            models.CheckConstraint(condition=Q(per_second__gt=0), name="pace_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.per_second}/s"
