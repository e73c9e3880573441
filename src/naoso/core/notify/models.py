"""What was said to whom, over which channel, and whether it arrived."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account
from naoso.kernel.findings import Severity


class ChannelName(models.TextChoices):
    """The channels of a centre; `gateway` carries SMS and Zalo OA."""

    APP = "app", _("In this application")
    EMAIL = "email", _("E-mail")
    PUSH = "push", _("Web push")
    GATEWAY = "gateway", _("SMS / Zalo")


class DeliveryState(models.TextChoices):
    """From queued to received; `failed` only after the last try."""

    QUEUED = "queued", _("Queued")
    HELD = "held", _("Held until quiet hours end")
    SENT = "sent", _("Sent")
    RECEIVED = "received", _("Received")
    FAILED = "failed", _("Failed")


class Notification(models.Model):
    """One message for one account; in-app delivery is this row itself."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="notifications")
    key = models.CharField(max_length=80)
    subject = models.CharField(max_length=120, blank=True)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    url = models.CharField(max_length=300, blank=True)
    severity = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(_("sent at"), auto_now_add=True)
    read_at = models.DateTimeField(_("read at"), null=True)
    repeat_at = models.DateTimeField(null=True)
    repeats = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["account", "-created_at"], name="notification_of_account"),
            models.Index(fields=["subject"], name="notification_of_subject"),
            models.Index(
                fields=["repeat_at"], name="notification_to_repeat", condition=Q(repeat_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Delivery(models.Model):
    """One try-until-done over one channel, to an account's address or to a bare one."""

    notification = models.ForeignKey(Notification, models.CASCADE, null=True, related_name="deliveries")
    channel = models.CharField(_("channel"), max_length=10, choices=ChannelName)
    address = models.CharField(_("address"), max_length=500)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    severity = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=200, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_at"], name="delivery_due", condition=Q(state__in=["queued", "held"])),
        ]

    def __str__(self) -> str:
        return f"{self.channel} → {self.title}"


class Preference(models.Model):
    """How an account wants to hear: the least severity per channel, and its quiet hours."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="notification_preference")
    email_from = models.PositiveSmallIntegerField(_("e-mail from severity"), default=Severity.SEVERE)
    push_from = models.PositiveSmallIntegerField(_("web push from severity"), default=Severity.MODERATE)
    gateway_from = models.PositiveSmallIntegerField(_("SMS / Zalo from severity"), default=Severity.EXTREME)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_to = models.TimeField(_("quiet until"), null=True, blank=True)

    class Meta:
        verbose_name = _("notification preference")
        verbose_name_plural = _("notification preferences")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="quiet_hours_have_both_ends",
            ),
        ]

    def __str__(self) -> str:
        return str(self.account)


class PushSubscription(models.Model):
    """A browser that asked for web push (RFC 8030, RFC 8291 keys)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=500, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.endpoint
