"""Bodies outside the house that answer, and what was passed on to them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account
from naoso.domains.citizen_reports.models.reports import Report


class OutsideChannel(models.TextChoices):
    """How an outside body is reached."""

    EMAIL = "email", _("E-mail")
    OPEN311 = "open311", _("Open311")


class OutsideBody(models.Model):
    """`address` is an e-mail address or the root of an Open311 server."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    channel = models.CharField(
        _("channel"), max_length=8, choices=OutsideChannel, default=OutsideChannel.EMAIL
    )
    address = models.CharField(_("address"), max_length=300)
    jurisdiction = models.CharField(_("Open311 jurisdiction"), max_length=80, blank=True)
    service_code = models.CharField(_("Open311 service code"), max_length=80, blank=True)
    secret = models.TextField(_("API key"), blank=True, help_text=_("Kept encrypted."))
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("outside body")
        verbose_name_plural = _("outside bodies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ForwardingState(models.TextChoices):
    """From queued to answered."""

    QUEUED = "queued", _("Queued")
    SENT = "sent", _("Sent")
    RECEIVED = "received", _("Received there")
    ANSWERED = "answered", _("Answered")
    FAILED = "failed", _("Failed")
    WITHDRAWN = "withdrawn", _("Taken back")


class Forwarding(models.Model):
    """One passing on to an outside body; `token` opens its page for answering without an account."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="forwardings")
    body = models.ForeignKey(OutsideBody, models.PROTECT, verbose_name=_("outside body"))
    token = models.UUIDField(unique=True, default=uuid.uuid4)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    state = models.CharField(
        _("delivery"), max_length=10, choices=ForwardingState, default=ForwardingState.QUEUED
    )
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("sent"), null=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(null=True)
    remote_id = models.CharField(_("number there"), max_length=120, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("forwarding")
        verbose_name_plural = _("forwardings")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="report_forwarding_due", condition=Q(next_try_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.report.code} → {self.body}"
