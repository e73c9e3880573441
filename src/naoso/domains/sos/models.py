"""Tables of calls for help: the call, where it went, what it showed, who answers for it."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.people.models import Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit
from naoso.domains.sos import rules
from naoso.domains.sos.workflow import ICONS, Channel, CheckResult, Kind, Outcome, State
from naoso.kernel.ids import readable_code


class CallQuerySet(ScopedQuerySet["Call"]):
    """Calls in somebody's scope."""

    view_permission: ClassVar[str] = "sos.view"

    def open(self) -> CallQuerySet:
        """Not closed."""
        return self.exclude(state=State.CLOSED)


class Call(models.Model):
    """One call for help. `key` is the phone's own idempotency key, `token` what the caller follows it by.

    `point` is where the phone is now as far as it has told; a phone that found no position has none. Columns
    named `secret_…` are masked in the audit trail, which nobody could erase.
    """

    key = models.CharField(max_length=64, unique=True)
    short_key = models.CharField(max_length=8, blank=True)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=12, unique=True, default=readable_code)
    kind = models.CharField(pgettext_lazy("sos", "kind"), max_length=10, choices=Kind, blank=True)
    channel = models.CharField(
        pgettext_lazy("sos", "way"), max_length=4, choices=Channel, default=Channel.APP
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED)
    silent = models.BooleanField(pgettext_lazy("sos", "silent"), default=False)
    phone = models.CharField(_("phone"), max_length=20, blank=True, db_column="secret_phone")
    text = models.CharField(_("words"), max_length=2000, blank=True, db_column="secret_text")
    device = models.CharField(max_length=64, blank=True, db_column="secret_device")
    network = models.GenericIPAddressField(null=True, db_column="secret_network")
    point = models.PointField(_("place"), srid=4326, null=True, db_column="secret_point")
    accuracy_m = models.FloatField(_("accuracy (m)"), null=True)
    moved_at = models.DateTimeField(_("position of"), null=True)
    unit = models.ForeignKey(AdminUnit, models.PROTECT, null=True, verbose_name=_("unit"))
    owner = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("owner"))
    outside = models.BooleanField(_("outside the province"), default=False)
    many = models.BooleanField(_("many calls"), default=False)
    false_before = models.PositiveSmallIntegerField(_("false calls before"), default=0)
    joined_to = models.ForeignKey("self", models.SET_NULL, null=True, related_name="joined")
    incident_id = models.BigIntegerField(null=True, editable=False)
    incident_number = models.CharField(_("incident"), max_length=20, blank=True, editable=False)
    task_id = models.BigIntegerField(null=True, editable=False)
    told_at = models.DateTimeField(_("called"))
    created_at = models.DateTimeField(_("received"), default=timezone.now)
    seen_at = models.DateTimeField(_("seen"), null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    helping_at = models.DateTimeField(_("help on the way since"), null=True)
    check_result = models.CharField(_("call-back"), max_length=12, choices=CheckResult, blank=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    wiped_at = models.DateTimeField(_("personal data erased"), null=True)

    objects: ClassVar[CallQuerySet] = CallQuerySet.as_manager()  # type: ignore[assignment]
    # a phone tells where it is every few seconds: the track itself is the record of that
    audit_ignored: ClassVar[tuple[str, ...]] = ("secret_point", "accuracy_m", "moved_at")

    class Meta:
        verbose_name = _("SOS call")
        verbose_name_plural = _("SOS calls")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state=State.CLOSED) & Q(closed_at__isnull=True, outcome=""),
                name="sos_call_closed_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(accuracy_m__isnull=True) | Q(accuracy_m__gte=0), name="sos_call_accuracy"
            ),
            models.CheckConstraint(
                condition=Q(wiped_at__isnull=True) | Q(phone="", device="", network__isnull=True),
                name="sos_call_wiped_is_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="sos_call_newest"),
            models.Index(fields=["phone", "-created_at"], name="sos_call_of_phone", condition=~Q(phone="")),
            models.Index(
                fields=["device", "-created_at"], name="sos_call_of_device", condition=~Q(device="")
            ),
            models.Index(fields=["network", "-created_at"], name="sos_call_of_address"),
            models.Index(fields=["incident_id"], name="sos_call_of_incident"),
            models.Index(fields=["short_key"], name="sos_call_short_key", condition=~Q(short_key="")),
        ]

    def __str__(self) -> str:
        return f"SOS {self.code}"

    @property
    def subject(self) -> str:
        """As incidents name it."""
        return f"sos:call:{self.pk}"

    @property
    def title(self) -> str:
        """What it is, for lists and maps."""
        return str(self.get_kind_display() or pgettext_lazy("sos", "Kind not told yet"))

    @property
    def icon(self) -> str:
        """Of its kind."""
        return ICONS[self.kind]

    @property
    def is_open(self) -> bool:
        """Not closed."""
        return self.state != State.CLOSED

    @property
    def masked_phone(self) -> str:
        """Enough to know it again, not enough to call it."""
        return f"{self.phone[:2]}•••••{self.phone[-3:]}" if len(self.phone) > 6 else "•" * len(self.phone)

    @property
    def repeats_false(self) -> bool:
        """So often false before that the operator should know."""
        return self.false_before >= rules.FALSE_TOLD


class Position(models.Model):
    """Where the phone was at a moment of its own clock; the same moment is kept once."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="positions")
    at = models.DateTimeField()
    point = models.PointField(srid=4326)
    accuracy_m = models.FloatField(null=True)

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["call", "at"], name="sos_position_once")]

    def __str__(self) -> str:
        return f"{self.call_id} {self.at:%H:%M:%S}"


class Media(models.Model):
    """A photo or a voice note, told by its content and written anew."""

    class Sort(models.TextChoices):
        """What it is."""

        PHOTO = "photo", _("Photo")
        VOICE = "voice", _("Voice note")

    call = models.ForeignKey(Call, models.CASCADE, related_name="media")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    digest = models.CharField(max_length=64)
    sort = models.CharField(max_length=5, choices=Sort)
    file = models.CharField(max_length=120)
    small = models.CharField(max_length=120, blank=True)
    mime = models.CharField(max_length=40)
    seconds = models.FloatField(null=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [models.UniqueConstraint(fields=["call", "digest"], name="sos_media_once")]

    def __str__(self) -> str:
        return f"{self.get_sort_display()} {self.key}"


class Sms(models.Model):
    """A text as the gateway handed it over; kept once for each of the gateway's numbers."""

    message_id = models.CharField(max_length=120, unique=True)
    call = models.ForeignKey(Call, models.CASCADE, related_name="texts")
    sender = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=1000)
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["received_at"]

    def __str__(self) -> str:
        return self.message_id


class Route(models.Model):
    """Which body answers for a kind of call; the row without a kind answers for all others."""

    kind = models.CharField(
        pgettext_lazy("sos", "kind"), max_length=10, choices=Kind, blank=True, unique=True
    )
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("owner"))

    class Meta:
        verbose_name = _("route of SOS calls")
        verbose_name_plural = _("routes of SOS calls")
        ordering = ["kind"]

    def __str__(self) -> str:
        return str(self.get_kind_display() or _("All others"))


SMS_HELP = _("Where phones without data send their text; empty: no SMS is offered.")
KEEP_HELP = _("After a call is closed: then its phone number, track, photos and voice notes go.")


class Desk(models.Model):
    """One row: the number that takes SMS, and how long personal data stay."""

    sms_number = models.CharField(
        _("number for SMS"), max_length=20, blank=True,
        help_text=SMS_HELP,
    )  # fmt: skip
    keep_days = models.PositiveSmallIntegerField(
        _("days that personal data stay"), default=90,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=KEEP_HELP,
    )  # fmt: skip

    class Meta:
        verbose_name = _("SOS desk")
        verbose_name_plural = _("SOS desk")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="sos_desk_is_one")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """There is one."""
        self.pk = 1
        super().save(*args, **kwargs)
