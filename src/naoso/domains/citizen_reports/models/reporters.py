"""Who reports: kept apart from the reports, so that it can be hidden, erased and held to account."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account


class Citizen(models.Model):
    """Somebody who proved an address with a code; never an account of the house."""

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), unique=True, null=True)
    phone = models.CharField(_("phone"), max_length=20, unique=True, null=True)
    language = models.CharField(max_length=2, default="vi")
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("citizen")
        verbose_name_plural = _("citizens")

    def __str__(self) -> str:
        return str(self.key)


class SignInCode(models.Model):
    """Six digits sent to an address; only their digest is kept."""

    address = models.CharField(max_length=254)
    digest = models.CharField(max_length=128)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["address", "-created_at"], name="report_sign_in_code")]

    def __str__(self) -> str:
        return f"code of {self.created_at:%H:%M}"


class Reporter(models.Model):
    """The identity behind one report. `device` and `network` are keyed digests, good only to compare.

    No audit trigger copies it: what is erased here is gone. Each look at it is noted.
    """

    report = models.OneToOneField(
        "citizen_reports.Report", models.CASCADE, primary_key=True, related_name="reporter"
    )
    citizen = models.ForeignKey(Citizen, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(_("your name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    device = models.CharField(max_length=64, blank=True)
    network = models.CharField(max_length=64, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("reporter")
        verbose_name_plural = _("reporters")
        indexes = [
            models.Index(fields=["device"], name="reporter_device", condition=~Q(device="")),
            models.Index(fields=["email"], name="reporter_email", condition=~Q(email="")),
            models.Index(fields=["phone"], name="reporter_phone", condition=~Q(phone="")),
        ]

    def __str__(self) -> str:
        return str(_("reporter of report %(pk)s") % {"pk": self.pk})


class BlockKind(models.TextChoices):
    """What a block compares."""

    DEVICE = "device", _("Device")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    PHOTO = "photo", _("Photo")


class Block(models.Model):
    """Reports that match are held back for a look; lifting the block is one move.

    `value` is a keyed digest (for a photo its fingerprint); `hint` is what an officer may read of it.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=BlockKind)
    value = models.CharField(max_length=64)
    hint = models.CharField(_("what"), max_length=80)
    reason = models.CharField(_("reason"), max_length=300)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)
    created_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("by"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True)
    lifted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["kind", "value"], name="report_block", condition=Q(lifted_at__isnull=True))
        ]

    def __str__(self) -> str:
        return self.hint


class BlockedWord(models.Model):
    """A report with such words is held back for a look; tone marks do not matter."""

    words = models.CharField(_("words"), max_length=80, unique=True)
    enabled = models.BooleanField(_("enabled"), default=True)
    created_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("blocked words")
        verbose_name_plural = _("blocked words")
        ordering = ["words"]

    def __str__(self) -> str:
        return self.words


class RequestKind(models.TextChoices):
    """What a person asks of their data (Law 91/2025)."""

    EXPORT = "export", _("A copy of my data")
    ERASE = "erase", _("Erase my data")


class PersonRequest(models.Model):
    """A person's request; due in two working days."""

    kind = models.CharField(_("kind"), max_length=8, choices=RequestKind)
    citizen = models.ForeignKey(Citizen, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("received"), auto_now_add=True)
    due_at = models.DateTimeField(_("due"))
    done_at = models.DateTimeField(_("done"), null=True)
    done_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    refused = models.CharField(_("refused because"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("request about personal data")
        verbose_name_plural = _("requests about personal data")
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["citizen", "kind"],
                condition=Q(done_at__isnull=True, citizen__isnull=False),
                name="report_person_asks_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
