"""What could not be stored, what a domain failed to take, and how far each part of the stream is stored."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.registry.models import Source


class QuarantineState(models.TextChoices):
    """Where a refused message stands."""

    OPEN = "open", _("Open")
    REPLAYED = "replayed", _("Replayed")
    DISCARDED = "discarded", _("Discarded")


MOVES = {
    QuarantineState.OPEN: {QuarantineState.REPLAYED, QuarantineState.DISCARDED},
    QuarantineState.REPLAYED: set(),
    QuarantineState.DISCARDED: set(),
}


class Rule(models.TextChoices):
    """The rule that a reading broke."""

    SYNTAX = "syntax", _("Cannot be read")
    SHAPE = "shape", _("Field missing or of the wrong kind")
    UNKNOWN_SOURCE = "unknown-source", _("Unknown or disabled source")
    UNKNOWN_SERIES = "unknown-series", _("Unknown series")
    FOREIGN_SERIES = "foreign-series", _("Series of another source")
    UNIT = "unit", _("Wrong unit")
    FINITE = "finite", _("Not a finite number")
    RANGE = "range", _("Outside the plausible range")
    TOO_OLD = "too-old", _("Too old")
    IN_FUTURE = "in-future", _("In the future")
    CONFLICT = "conflict", _("Contradicts a stored reading")
    INTERNAL = "internal", _("The house failed on it")
    REFUSED = "refused", _("Refused by its domain")


EXPLANATIONS = {
    Rule.SYNTAX: _("The message is no JSON or table that can be read."),
    Rule.SHAPE: _("A field is missing or holds something of another kind."),
    Rule.UNKNOWN_SOURCE: _("No enabled source is registered under this name."),
    Rule.UNKNOWN_SERIES: _("The source has no series of this name. Register it, or mend the name."),
    Rule.FOREIGN_SERIES: _("The series belongs to another source."),
    Rule.UNIT: _("The series is registered in another unit."),
    Rule.FINITE: _("The value is not a number."),
    Rule.RANGE: _("The instrument cannot truthfully say this value."),
    Rule.TOO_OLD: _("The time lies further back than this source may tell."),
    Rule.IN_FUTURE: _("The time lies in the future: the device's clock is wrong."),
    Rule.CONFLICT: _("Another value is stored for the same series and time; the first one stays."),
    Rule.INTERNAL: _("The centre failed on this message. Tell its administrator."),
    Rule.REFUSED: _("The part of the centre that it was meant for cannot take it."),
}


class QuarantineQuerySet(ScopedQuerySet["Quarantine"]):
    """Refused messages in somebody's scope: that of their source. Nobody's belong to those who see all."""

    view_permission: ClassVar[str] = "ingest.view"
    owner_path: ClassVar[str] = "source__owner_id"
    unit_path: ClassVar[str] = "source__unit_id"


class Quarantine(models.Model):
    """One message, or one reading of a batch, that broke a rule; nothing of it was stored.

    Kept whole, so that it can be mended and replayed through the same path.
    """

    source = models.ForeignKey(
        Source, models.CASCADE, null=True, related_name="quarantine", verbose_name=_("source")
    )
    subject = models.CharField(_("subject"), max_length=200)
    payload = models.BinaryField(_("message"))
    rule = models.CharField(_("rule"), max_length=20, choices=Rule)
    field = models.CharField(_("field"), max_length=120, blank=True)
    value = models.CharField(_("value"), max_length=130, blank=True)
    message = models.CharField(_("reason"), max_length=300)
    received_at = models.DateTimeField(_("received"), db_index=True)
    state = models.CharField(_("state"), max_length=12, choices=QuarantineState, default=QuarantineState.OPEN)

    objects = QuarantineQuerySet.as_manager()

    class Meta:
        verbose_name = _("quarantined message")
        verbose_name_plural = _("quarantined messages")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="quarantine_state_newest")]

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}"

    @property
    def owner_id(self) -> int | None:
        """Scope follows the source."""
        return self.source.owner_id if self.source else None

    @property
    def unit_id(self) -> int | None:
        """Scope follows the source."""
        return self.source.unit_id if self.source else None

    @property
    def explanation(self) -> Any:
        """The broken rule in a sentence; `message` has the particulars as they were logged."""
        return EXPLANATIONS.get(Rule(self.rule), "")

    @property
    def is_reading(self) -> bool:
        """A reading, to be judged like one; otherwise a message for the domain of its source."""
        return self.subject.startswith("obs.")

    @property
    def text(self) -> str:
        """The message as text; bytes that are none are shown as escapes."""
        return bytes(self.payload).decode("utf-8", "backslashreplace")


class Decision(models.Model):
    """What a person did with a quarantined message; audited, never changed."""

    quarantine = models.ForeignKey(Quarantine, models.CASCADE, related_name="decisions")
    actor = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=QuarantineState)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    text = models.TextField(_("text that was replayed"), blank=True)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.quarantine_id}: {self.state}"


class FailedIntake(models.Model):
    """Stored readings that a domain's intake raised on; handed to it again until it takes them."""

    intake = models.CharField(_("intake"), max_length=200)
    reason = models.TextField(_("reason"))
    series_ids = models.BinaryField()
    times = models.BinaryField()
    values = models.BinaryField()
    attempts = models.PositiveIntegerField(_("attempts"), default=1)
    failed_at = models.DateTimeField(_("failed"), auto_now_add=True)
    next_try_at = models.DateTimeField(_("next try"), db_index=True)

    class Meta:
        verbose_name = _("failed intake")
        verbose_name_plural = _("failed intakes")

    def __str__(self) -> str:
        return f"{self.intake}: {self.reason.splitlines()[-1] if self.reason else ''}"


class Position(models.Model):
    """The last message of one part of a stream of which everything is stored.

    Written in the transaction of those readings, so a worker that starts again goes on exactly after it,
    whatever the stream's server believes to be acknowledged.
    """

    stream = models.CharField(_("stream"), max_length=20, default="INGEST")
    part = models.PositiveIntegerField(_("part"))
    stream_created = models.CharField(max_length=40)
    sequence = models.BigIntegerField(_("sequence"))
    at = models.DateTimeField(_("time"), auto_now=True)

    class Meta:
        verbose_name = _("position in the stream")
        verbose_name_plural = _("positions in the stream")
        constraints = [models.UniqueConstraint(fields=["stream", "part"], name="position_once_a_part")]

    def __str__(self) -> str:
        return f"{self.stream} {self.part}: {self.sequence}"
