"""Where alarms are mirrored from, and which member of that feed means what."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from naoso.connectors.firemirror import FieldMapping
from naoso.core.people.models import Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.registry.models import Source


class MirrorFeedQuerySet(ScopedQuerySet["MirrorFeed"]):
    """Feeds in somebody's scope."""

    view_permission: ClassVar[str] = "fire.manage"
    unit_path: ClassVar[str] = ""


class MirrorFeed(models.Model):
    """A feed of the national fire database: pushed to us over a source, or pulled from an address."""

    name = models.CharField(_("name"), max_length=120)
    owned_by = models.CharField(
        _("who owns these data"), max_length=160,
        help_text=_("Shown beside each mirrored alarm: the centre mirrors them, it does not own them."),
    )  # fmt: skip
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("owner"))
    source = models.OneToOneField(
        Source, models.PROTECT, related_name="fire_mirror", verbose_name=_("source")
    )
    url = models.CharField(_("address to ask"), max_length=300, blank=True)
    access_token = models.CharField(_("token"), max_length=300, blank=True)
    enabled = models.BooleanField(_("enabled"), default=True)
    rows_at = models.CharField(_("list of alarms"), max_length=120, blank=True)
    premises_at = models.CharField(_("code of the premises"), max_length=120)
    id_at = models.CharField(_("number of the alarm"), max_length=120)
    state_at = models.CharField(_("state"), max_length=120)
    time_at = models.CharField(_("time"), max_length=120)
    text_at = models.CharField(_("text"), max_length=120, blank=True)
    alarm_words = ArrayField(models.CharField(max_length=40), verbose_name=_("words for an alarm"))
    restore_words = ArrayField(models.CharField(max_length=40), verbose_name=_("words for its end"))
    asked_at = models.DateTimeField(_("last asked"), null=True, editable=False)
    problem = models.CharField(max_length=300, blank=True, editable=False)

    objects: ClassVar[MirrorFeedQuerySet] = MirrorFeedQuerySet.as_manager()  # type: ignore[assignment]
    audit_ignored: ClassVar[tuple[str, ...]] = ("asked_at", "problem")

    class Meta:
        verbose_name = _("mirrored feed")
        verbose_name_plural = _("mirrored feeds")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def mapping(self) -> FieldMapping:
        """As the connector takes it."""
        return FieldMapping(
            premises=self.premises_at, id=self.id_at, state=self.state_at, time=self.time_at,
            text=self.text_at, rows=self.rows_at, alarm_words=frozenset(self.alarm_words),
            restore_words=frozenset(self.restore_words),
        )  # fmt: skip
