"""Lists of plates that are wanted or allowed, and files that they came from."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from naoso.core.alerts.models import SeverityLevel
from naoso.core.people.models import Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit
from naoso.domains.traffic.plates import as_written


class Sort(models.TextChoices):
    """What a list is for."""

    WANTED = "wanted", pgettext_lazy("plates", "Wanted")
    ALLOWED = "allowed", pgettext_lazy("plates", "Allowed")


class Likeness(models.TextChoices):
    """How like a reading must be to be told."""

    EXACT = "exact", _("the same plate")
    ALIKE = "alike", _("the same, or with letters that readers mistake: 8 and B, 0 and D")
    NEAR = "near", _("the same, alike, or one letter off where the reader was not sure")


class WatchListQuerySet(ScopedQuerySet["WatchList"]):
    """Lists in somebody's scope."""

    view_permission: ClassVar[str] = "traffic.lists"

    def in_force(self, day: dt.date | None = None) -> WatchListQuerySet:
        """Neither ended nor expired."""
        day = day or timezone.localdate()
        return self.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=day), ended_at=None)


class WatchList(models.Model):
    """Why plates are looked for or let through, on whose word and by which law, until when."""

    name = models.CharField(_("name"), max_length=160)
    sort = models.CharField(pgettext_lazy("plates", "kind"), max_length=8, choices=Sort, default=Sort.WANTED)
    reason = models.CharField(_("reason"), max_length=300)
    authority = models.CharField(_("ordered by"), max_length=160)
    legal_basis = models.CharField(_("legal basis"), max_length=300)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("owner"))
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("only in this unit"),
    )  # fmt: skip
    likeness = models.CharField(
        _("a hit is"), max_length=6, choices=Likeness, default=Likeness.NEAR,
        help_text=_("Long lists: the same plate alone, or every tenth passage is near some plate of it."),
    )  # fmt: skip
    severity = models.PositiveSmallIntegerField(_("severity"), choices=SeverityLevel, default=2)
    incident_kind = models.CharField(
        _("opens an incident of kind"), max_length=20, default="traffic",
        choices=[("traffic", _("Traffic")), ("crime", _("Public order"))],
    )  # fmt: skip
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[WatchListQuerySet] = WatchListQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("list of plates")
        verbose_name_plural = _("lists of plates")
        ordering = ["sort", "name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(authority="") & ~Q(legal_basis=""), name="traffic_list_says_why"
            ),
            models.CheckConstraint(condition=Q(sort__in=Sort.values), name="traffic_list_sort_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def in_force(self) -> bool:
        """Neither ended nor expired."""
        day = timezone.localdate()
        return self.ended_at is None and (self.expires_on is None or self.expires_on >= day)


class ListEntryQuerySet(ScopedQuerySet["ListEntry"]):
    """Entries of lists in somebody's scope."""

    view_permission: ClassVar[str] = "traffic.lists"
    owner_path: ClassVar[str] = "watch_list__owner_id"
    unit_path: ClassVar[str] = "watch_list__unit_id"


class ListEntry(models.Model):
    """One plate of a list. `text` is what was written, `plate` what it means, `folded` what it looks like.

    Triggers keep `traffic_neighbour`: the keys by which a text one letter off is found (migration 0002).
    A removed entry stays as a row, since hits point at it; `plate` and `folded` never change.
    """

    watch_list = models.ForeignKey(WatchList, models.CASCADE, related_name="entries", verbose_name=_("list"))
    plate = models.CharField(_("plate"), max_length=12)
    folded = models.CharField(max_length=12, editable=False)
    text = models.CharField(_("as written"), max_length=40)
    note = models.CharField(_("note"), max_length=200, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    added_at = models.DateTimeField(_("added"), default=timezone.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(_("removed"), null=True)

    objects: ClassVar[ListEntryQuerySet] = ListEntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("plate of a list")
        verbose_name_plural = _("plates of lists")
        ordering = ["plate"]
        constraints = [
            models.UniqueConstraint(fields=["watch_list", "plate"], name="traffic_entry_once_a_list"),
            models.CheckConstraint(condition=~Q(plate="") & ~Q(folded=""), name="traffic_entry_has_plate"),
        ]
        indexes = [
            models.Index(fields=["folded"], name="traffic_entry_folded"),
            models.Index(fields=["plate"], name="traffic_entry_plate"),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """As people write it."""
        return as_written(self.text, self.plate)


class ListImport(models.Model):
    """A file of plates: how far it is, and what became of its lines."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", pgettext_lazy("import", "Waiting")
        RUNNING = "running", pgettext_lazy("import", "Running")
        DONE = "done", pgettext_lazy("import", "Done")
        FAILED = "failed", pgettext_lazy("import", "Failed")

    watch_list = models.ForeignKey(WatchList, models.CASCADE, related_name="imports")
    file = models.CharField(max_length=160, blank=True)
    name = models.CharField(_("file"), max_length=160)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(_("lines"), null=True)
    seen = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(_("added"), default=0)
    repaired = models.PositiveIntegerField(_("repaired"), default=0)
    joined = models.PositiveIntegerField(_("joined"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    report = models.JSONField(default=list)
    problem = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import of plates")
        verbose_name_plural = _("imports of plates")
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(added__lte=models.F("seen")), name="traffic_import_adds_what_it_saw"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> int:
        """Of the lines, where their number is known."""
        return min(100, 100 * self.seen // self.total) if self.total else 0
