"""Warnings of others: where they come from, what came, what could not be read."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.people.models import Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.domains.warnings.models.warnings import PublicWarning


class Trust(models.TextChoices):
    """What a source owes us."""

    SIGNED = "signed", pgettext_lazy("trust", "Signed with one of these certificates")
    UNSIGNED = "unsigned", pgettext_lazy("trust", "Unsigned: a person always decides")


class SourceQuerySet(ScopedQuerySet["FeedSource"]):
    """Sources in somebody's scope."""

    view_permission: ClassVar[str] = "warnings.moderate"
    unit_path: ClassVar[str] = ""


class FeedSource(models.Model):
    """An Atom, RSS or CAP address of another service, asked every few minutes."""

    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    name = models.CharField(_("name"), max_length=120, unique=True)
    url = models.URLField(_("address"), max_length=500)
    trust = models.CharField(_("trust"), max_length=8, choices=Trust, default=Trust.UNSIGNED)
    certificates = models.TextField(
        _("certificates (PEM)"), max_length=20_000, blank=True,
        help_text=_("one below the other; a signature by any of them counts"),
    )  # fmt: skip
    every_minutes = models.PositiveSmallIntegerField(_("ask every … minutes"), default=10)
    enabled = models.BooleanField(_("in use"), default=True)
    asked_at = models.DateTimeField(null=True, editable=False)
    answered_at = models.DateTimeField(_("last answer"), null=True, editable=False)
    error = models.CharField(_("error"), max_length=300, blank=True, editable=False)
    etag = models.CharField(max_length=200, blank=True, editable=False)

    objects: ClassVar[SourceQuerySet] = SourceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("source of warnings")
        verbose_name_plural = _("sources of warnings")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(trust="signed") | ~Q(certificates=""), name="feed_signed_has_certificate"
            ),
            models.CheckConstraint(condition=Q(every_minutes__gte=1), name="feed_asks_in_minutes"),
        ]

    def __str__(self) -> str:
        return self.name


class Verdict(models.TextChoices):
    """What became of a warning that came from outside."""

    WAITING = "waiting", pgettext_lazy("import", "To be decided")
    ACCEPTED = "accepted", pgettext_lazy("import", "Shown to staff")
    DRAFTED = "drafted", pgettext_lazy("import", "Taken over as a draft")
    REJECTED = "rejected", pgettext_lazy("import", "Rejected")


class Signature(models.TextChoices):
    """What the signature says."""

    VALID = "valid", pgettext_lazy("signature", "Signature holds")
    NONE = "none", pgettext_lazy("signature", "Not signed")
    UNCHECKED = "unchecked", pgettext_lazy("signature", "Signed, no certificate to compare with")


class ImportedQuerySet(ScopedQuerySet["Imported"]):
    """What came from outside, in somebody's scope."""

    view_permission: ClassVar[str] = "warnings.moderate"
    unit_path: ClassVar[str] = ""


class Imported(models.Model):
    """A CAP message of somebody else, as it came; nothing of it is public before a person says so."""

    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    source = models.ForeignKey(FeedSource, models.SET_NULL, null=True, related_name="alerts")
    sender = models.CharField(_("sender"), max_length=200)
    identifier = models.CharField(_("identifier"), max_length=300)
    sent = models.DateTimeField(_("sent at"))
    expires = models.DateTimeField(_("ends"), null=True)
    headline = models.CharField(_("headline"), max_length=300)
    severity = models.PositiveSmallIntegerField(_("severity"), default=0)
    message_type = models.CharField(_("message"), max_length=8)
    status = models.CharField(_("status"), max_length=10)
    raw = models.TextField()
    signature = models.CharField(_("signature"), max_length=10, choices=Signature)
    doubts = models.JSONField(default=list)
    verdict = models.CharField(_("state"), max_length=10, choices=Verdict, default=Verdict.WAITING)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    warning = models.ForeignKey(PublicWarning, models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[ImportedQuerySet] = ImportedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("warning of others")
        verbose_name_plural = _("warnings of others")
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["sender", "identifier", "sent"], name="imported_once"),
            models.CheckConstraint(
                condition=~Q(verdict="rejected") | ~Q(reason=""), name="imported_rejected_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.headline


class RefusedQuerySet(ScopedQuerySet["RefusedImport"]):
    """What could not be read, in somebody's scope."""

    view_permission: ClassVar[str] = "warnings.moderate"
    unit_path: ClassVar[str] = ""


class RefusedImport(models.Model):
    """What came and was no warning that we may believe, with every reason; the same again only counts up."""

    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    source = models.ForeignKey(FeedSource, models.SET_NULL, null=True, related_name="refused")
    digest = models.CharField(max_length=64, unique=True)
    link = models.CharField(_("address"), max_length=500, blank=True)
    raw = models.TextField()
    errors = models.JSONField(default=list)
    times = models.PositiveIntegerField(_("how often"), default=1)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    last_at = models.DateTimeField(_("last"), default=timezone.now)

    objects: ClassVar[RefusedQuerySet] = RefusedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("refused import")
        verbose_name_plural = _("refused imports")
        ordering = ["-last_at", "-id"]

    def __str__(self) -> str:
        return self.digest[:12]
