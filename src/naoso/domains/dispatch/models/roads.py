"""A road graph: nodes where roads meet, segments between them; closures that people tell."""

from __future__ import annotations

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RoadGraph(models.Model):
    """The graph that is loaded: from which file, of which day."""

    name = models.CharField(_("file"), max_length=200)
    day = models.DateField(_("state of the data"))
    segments = models.PositiveIntegerField(_("segments"))
    nodes = models.PositiveIntegerField(_("nodes"))
    largest = models.PositiveIntegerField(_("nodes of the largest connected part"))
    loaded_at = models.DateTimeField(_("loaded"), default=timezone.now)

    class Meta:
        verbose_name = _("road graph")
        verbose_name_plural = _("road graphs")

    def __str__(self) -> str:
        return self.name


class RoadNode(models.Model):
    """Where segments meet."""

    id = models.BigIntegerField(primary_key=True)
    point = models.PointField(srid=4326)

    class Meta:
        verbose_name = _("node of the road graph")
        verbose_name_plural = _("nodes of the road graph")

    def __str__(self) -> str:
        return str(self.pk)


class RoadSegment(models.Model):
    """From one node to the next. Costs are seconds; pgRouting takes a negative one for a closed way."""

    id = models.BigIntegerField(primary_key=True)
    source = models.BigIntegerField(db_index=True)
    target = models.BigIntegerField(db_index=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    road_class = models.CharField(_("class"), max_length=20)
    length_m = models.FloatField()
    cost = models.FloatField()
    reverse_cost = models.FloatField()
    shape = models.LineStringField(srid=4326)

    class Meta:
        verbose_name = _("road segment")
        verbose_name_plural = _("road segments")

    def __str__(self) -> str:
        return self.name or str(self.pk)


class RoadClosure(models.Model):
    """A place where no way leads through; kept by its place, so that it outlives a new graph."""

    point = models.PointField(_("place"), srid=4326)
    segment_id = models.BigIntegerField(null=True, editable=False, db_index=True)
    road = models.CharField(_("road"), max_length=120, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    closed_at = models.DateTimeField(_("closed"), default=timezone.now, editable=False)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    until = models.DateTimeField(_("closed until"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("opened again"), null=True, editable=False)

    class Meta:
        verbose_name = _("road closure")
        verbose_name_plural = _("road closures")
        ordering = ["-closed_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="road_closure_has_reason"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=models.F("closed_at")),
                name="road_closure_ends_later",
            ),
        ]

    def __str__(self) -> str:
        return self.road or self.reason
