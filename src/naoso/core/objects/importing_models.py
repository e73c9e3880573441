"""One import of city objects: its file, what its columns are, how far it is, what came of it."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import ScopedQuerySet, User, scope_of


class ImportState(models.TextChoices):
    """Where an import stands; the order is the usual one."""

    UPLOADED = "uploaded", _("Columns to be chosen")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked, nothing written")
    APPLYING = "applying", _("Being written")
    DONE = "done", _("Written")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class ImportRunQuerySet(ScopedQuerySet["ImportRun"]):
    """Imports of the organisations for which somebody may import.

    A right that is narrowed to units opens one's own imports alone: a file may hold rows of other units.
    """

    view_permission: ClassVar[str] = "objects.import"
    unit_path: ClassVar[str] = ""

    def permitted_to(self, user: User, permission: str) -> Self:
        """Rows on which the user holds a permission."""
        scope = scope_of(user, permission)
        seen = scope.q(self.owner_path, self.unit_path)
        if scope.everything or not isinstance(user, Account):
            return self.filter(seen)
        owners = {owner for owners, _units in scope.bindings for owner in owners}
        return self.filter(seen | Q(created_by=user, owner_id__in=owners))


class ImportRun(models.Model):
    """`mapping` is target → column of the file; `read` rows are staged: a killed check goes on behind them.

    `columns` are those of the file with samples. `crs` is read from the file or told by a person, never
    assumed. `counts` are those of the last check: new, changed, unchanged, refused, warned.
    """

    kind = models.ForeignKey(
        "objects.ObjectKind", models.CASCADE, related_name="+", verbose_name=_("kind of object")
    )
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("owner"))
    name = models.CharField(_("file"), max_length=200)
    address = models.CharField(_("address"), max_length=2000, blank=True)
    file = models.CharField(max_length=400, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    size = models.BigIntegerField(default=0, editable=False)
    format = models.CharField(max_length=16, blank=True)
    layer = models.CharField(_("layer"), max_length=200, blank=True)
    layers = models.JSONField(default=list)
    encoding = models.CharField(_("encoding"), max_length=16, blank=True)
    encoding_found = models.CharField(max_length=16, blank=True)
    crs = models.CharField(_("coordinate system"), max_length=4000, blank=True)
    crs_found = models.CharField(max_length=4000, blank=True)
    geometry = models.CharField(max_length=8, blank=True)
    columns = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState, default=ImportState.UPLOADED, editable=False
    )
    read = models.PositiveIntegerField(default=0, editable=False)
    total = models.PositiveIntegerField(null=True, editable=False)
    counts = models.JSONField(default=dict, editable=False)
    refused_file = models.CharField(max_length=400, blank=True, editable=False)
    error = models.TextField(blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    touched_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[ImportRunQuerySet] = ImportRunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("import of objects")
        verbose_name_plural = _("imports of objects")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="objectimport_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def running(self) -> bool:
        """A job has it."""
        return self.state in {ImportState.CHECKING, ImportState.APPLYING}

    @property
    def share(self) -> int:
        """Per cent of the rows that were read."""
        return min(100, 100 * self.read // self.total) if self.total else 0

    def count(self, name: str) -> int:
        """Of the last check."""
        found: Any = self.counts.get(name, 0)
        return int(found)
