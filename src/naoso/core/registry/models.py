"""Sources that speak to the centre, and the things of the city that their readings are about."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.contrib.gis.db import models
from django.core.exceptions import ObjectDoesNotExist
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit

CODE_RULE = RegexValidator(
    r"^[a-z0-9][a-z0-9-]{0,62}\Z", _("Use small letters, digits and hyphens; begin with a letter or a digit.")
)


class SourceKind(models.TextChoices):
    """How a source speaks. Every source may use both ways; this is what it is expected to do."""

    MQTT = "mqtt", "MQTT"
    HTTP = "http", "HTTP"


class SourceQuerySet(ScopedQuerySet["Source"]):
    """Sources in somebody's scope."""

    view_permission: ClassVar[str] = "registry.view"

    def enabled(self) -> SourceQuerySet:
        """Sources that may publish."""
        return self.filter(enabled=True)


class Source(models.Model):
    """A system or device with a credential of its own; it publishes `obs/<code>` and nothing else.

    Only digests of its secret are kept: a keyed one for HTTP tokens, a bcrypt one for the stream's server.
    """

    code = models.CharField(_("code"), max_length=63, unique=True, validators=[CODE_RULE])
    name = models.CharField(_("name"), max_length=200)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("owner"))
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    domain = models.SlugField(_("domain"))
    kind = models.CharField(_("way of speaking"), max_length=8, choices=SourceKind, default=SourceKind.MQTT)
    silence_after = models.DurationField(
        _("silent after"), null=True, blank=True, help_text=_("Silence longer than this raises an alert.")
    )
    allows_history = models.BooleanField(
        _("may send history"), default=False, help_text=_("Readings older than 30 days are taken.")
    )
    enabled = models.BooleanField(_("enabled"), default=True)
    secret_digest = models.CharField(max_length=64, editable=False)
    secret_bcrypt = models.CharField(max_length=60, editable=False)
    created_at = models.DateTimeField(_("registered"), default=timezone.now, editable=False)
    secret_changed_at = models.DateTimeField(_("secret changed"), editable=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def silence_minutes(self) -> int:
        """The allowed silence in minutes; 0 where any is allowed."""
        return int(self.silence_after.total_seconds() // 60) if self.silence_after else 0

    @property
    def last_seen_at(self) -> dt.datetime | None:
        """When its last word was stored; read it with `select_related("last_word")`."""
        try:
            return self.last_word.at
        except ObjectDoesNotExist:
            return None


class LastWord(models.Model):
    """When a source was last heard; apart from Source, whose every change is audited."""

    source = models.OneToOneField(
        Source, models.CASCADE, primary_key=True, related_name="last_word", verbose_name=_("source")
    )
    at = models.DateTimeField(_("last word"), db_index=True)

    class Meta:
        verbose_name = _("last word")
        verbose_name_plural = _("last words")

    def __str__(self) -> str:
        return f"{self.source_id}: {self.at:%d/%m/%Y %H:%M}"


class ThingQuerySet(ScopedQuerySet["Thing"]):
    """Things in somebody's scope."""

    view_permission: ClassVar[str] = "registry.view"


class Thing(models.Model):
    """A station, lamp or gauge of the city; `domain` and `code` name it for life."""

    domain = models.SlugField(_("domain"))
    kind = models.SlugField(_("kind"))
    code = models.CharField(_("code"), max_length=63, validators=[CODE_RULE])
    name = models.CharField(_("name"), max_length=200)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("owner"))
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    point = models.PointField(_("place"), srid=4326, null=True, blank=True)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="things", verbose_name=_("source")
    )
    silence_after = models.DurationField(
        _("silent after"), null=True, blank=True, help_text=_("Silence longer than this raises an alert.")
    )
    created_at = models.DateTimeField(_("registered"), default=timezone.now, editable=False)

    objects = ThingQuerySet.as_manager()

    class Meta:
        verbose_name = _("thing")
        verbose_name_plural = _("things")
        ordering = ["domain", "code"]
        constraints = [
            models.UniqueConstraint(fields=["domain", "code"], name="thing_code_once_a_domain"),
            models.CheckConstraint(condition=~Q(code=""), name="thing_has_code"),
        ]

    def __str__(self) -> str:
        return self.name
