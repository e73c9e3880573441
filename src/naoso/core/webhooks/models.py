"""Addresses that hear of events, and what was sent to them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit


class EndpointQuerySet(ScopedQuerySet["Endpoint"]):
    """Endpoints in somebody's scope."""

    view_permission: ClassVar[str] = "webhooks.view"


class Endpoint(models.Model):
    """Another system's address. It hears what a grant of `permissions` for this owner and unit would show.

    The secret is kept encrypted, because each delivery is signed with it.
    """

    audit_ignored: ClassVar[tuple[str, ...]] = ("failing_since", "last_success_at")

    owner = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"),
        help_text=_("It hears of rows of this body and of all that report to it."),
    )  # fmt: skip
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("administrative unit"),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=120)
    url = models.CharField(_("address"), max_length=500)
    events = ArrayField(models.CharField(max_length=80), verbose_name=_("events"))
    permissions = ArrayField(models.CharField(max_length=80), verbose_name=_("what it may see"))
    enabled = models.BooleanField(_("enabled"), default=True)
    off_reason = models.CharField(_("why it is switched off"), max_length=200, blank=True)
    sealed_secret = models.TextField(editable=False)
    former_sealed_secret = models.TextField(editable=False, blank=True)
    former_secret_until = models.DateTimeField(editable=False, null=True)
    secret_changed_at = models.DateTimeField(_("secret changed"), default=timezone.now, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    last_success_at = models.DateTimeField(_("last delivery"), null=True, editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(url=""), name="webhook_has_url"),
            models.CheckConstraint(condition=~Q(events=[]), name="webhook_hears_something"),
        ]

    def __str__(self) -> str:
        return self.name


class State(models.TextChoices):
    """From waiting to delivered; `failed` only after the last try."""

    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")


class DeliveryQuerySet(ScopedQuerySet["Delivery"]):
    """Deliveries to endpoints in somebody's scope."""

    view_permission: ClassVar[str] = "webhooks.view"
    owner_path: ClassVar[str] = "endpoint__owner_id"
    unit_path: ClassVar[str] = "endpoint__unit_id"

    def due(self) -> DeliveryQuerySet:
        """To be tried now, unless another worker has just taken it."""
        now = timezone.now()
        return self.filter(state=State.WAITING, due_at__lte=now, endpoint__enabled=True).filter(
            Q(taken_until=None) | Q(taken_until__lt=now)
        )


class Delivery(models.Model):
    """One event for one endpoint. `body` is text, so that what is sent again is the same to the byte."""

    endpoint = models.ForeignKey(
        Endpoint, models.CASCADE, related_name="deliveries", verbose_name=_("webhook")
    )
    event_id = models.UUIDField(_("event id"))
    event = models.CharField(_("event"), max_length=80)
    body = models.TextField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(_("next try"), default=timezone.now)
    taken_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="webhook_event_once"),
        ]
        indexes = [
            models.Index(fields=["endpoint", "-id"], name="webhook_newest"),
            models.Index(fields=["endpoint", "due_at"], name="webhook_due", condition=Q(state="waiting")),
            models.Index(fields=["endpoint"], name="webhook_failed", condition=Q(state="failed")),
            models.Index(fields=["created_at"], name="webhook_delivery_made"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.event_id}"


class Attempt(models.Model):
    """One try: what was said, what came back, how long it took."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    at = models.DateTimeField(_("at"), default=timezone.now)
    duration_ms = models.PositiveIntegerField(_("took"))
    status = models.PositiveSmallIntegerField(_("answer"), null=True)
    request_head = models.TextField()
    response_head = models.TextField(blank=True)
    response_body = models.TextField(blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("try")
        verbose_name_plural = _("tries")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M} {self.status or self.error}"
