"""Rules that people edit, and the alerts that findings become."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import ScopedQuerySet
from naoso.core.places.models import AdminUnit
from naoso.core.registry.models import Thing
from naoso.kernel.findings import Severity


class SeverityLevel(models.IntegerChoices):
    """CAP 1.2 severities in words for people."""

    MINOR = Severity.MINOR, _("Minor")
    MODERATE = Severity.MODERATE, _("Moderate")
    SEVERE = Severity.SEVERE, _("Severe")
    EXTREME = Severity.EXTREME, _("Extreme")


class Direction(models.TextChoices):
    """Which side of the limit is the bad one."""

    ABOVE = "above", _("at or above the limit")
    BELOW = "below", _("at or below the limit")


class Measure(models.TextChoices):
    """What of a series a rule looks at."""

    VALUE = "value", _("the value")
    RISE = "rise", _("its rise per hour")
    FORECAST = "forecast", _("the value that a model forecasts")


class AlertRuleQuerySet(ScopedQuerySet["AlertRule"]):
    """Rules, seen by those who see alerts of their owner."""

    view_permission = "alerts.view"


class AlertRule(models.Model):
    """A limit with hysteresis: raised at `raise_at` once it held for `hold`, cleared at `clear_at`.

    `raise_at` and `clear_at` are in the quantity's unit, for a rise in that unit per hour. `window` is how
    far a rise looks back, and how far ahead a forecast may look. A rule on a forecast is judged by the domain
    that has the model; stored readings alone never raise it.
    """

    code = models.SlugField(_("code"), unique=True)
    title = models.CharField(_("title"), max_length=160)
    domain = models.SlugField(_("domain"))
    quantity = models.SlugField(_("quantity"), help_text=_("property of the series, such as pm25"))
    measure = models.CharField(_("looks at"), max_length=8, choices=Measure, default=Measure.VALUE)
    window = models.DurationField(_("over a span of"), default=timedelta(hours=1))
    direction = models.CharField(_("direction"), max_length=8, choices=Direction, default=Direction.ABOVE)
    raise_at = models.FloatField(_("raise at"))
    clear_at = models.FloatField(_("clear at"))
    hold = models.DurationField(_("must hold for"), default=timedelta(0))
    severity = models.PositiveSmallIntegerField(_("severity"), choices=SeverityLevel)
    owner = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("owner"))
    unit = models.ForeignKey(
        AdminUnit, models.PROTECT, null=True, blank=True, verbose_name=_("only in this unit")
    )
    opens_incident = models.SlugField(
        _("opens an incident of kind"),
        blank=True,
        help_text=_("Code of the kind; blank: people decide. One that is open at the same place is joined."),
    )
    escalate_after = models.DurationField(_("escalate after"), default=timedelta(minutes=15))
    enabled = models.BooleanField(_("enabled"), default=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = AlertRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert rule")
        verbose_name_plural = _("alert rules")
        ordering = ["domain", "quantity", "severity"]
        constraints = [
            models.CheckConstraint(
                condition=Q(direction="above", clear_at__lte=F("raise_at"))
                | Q(direction="below", clear_at__gte=F("raise_at")),
                name="rule_clears_on_the_good_side",
            ),
            models.CheckConstraint(
                condition=Q(window__gt=timedelta(0), window__lte=timedelta(days=1)), name="rule_looks_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class StationLevel(models.Model):
    """A rule's limits at one station, in place of the rule's own: the same warning level, another height."""

    rule = models.ForeignKey(AlertRule, models.CASCADE, related_name="levels", verbose_name=_("rule"))
    station = models.ForeignKey(
        Thing, models.CASCADE, related_name="levels", verbose_name=_("station"), db_index=True
    )
    raise_at = models.FloatField(_("raise at"))
    clear_at = models.FloatField(_("clear at"))

    class Meta:
        verbose_name = _("station's level")
        verbose_name_plural = _("stations' levels")
        ordering = ["station", "raise_at"]
        constraints = [models.UniqueConstraint(fields=["rule", "station"], name="station_level_once")]

    def __str__(self) -> str:
        return f"{self.station}: {self.rule} {self.raise_at:g}"


class RuleState(models.Model):
    """Where one rule stands with one subject: since when over the limit, last reading judged."""

    rule = models.ForeignKey(AlertRule, models.CASCADE, related_name="states")
    subject = models.CharField(max_length=120)
    over_since = models.DateTimeField(null=True)
    judged_at = models.DateTimeField()
    active = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "subject"], name="rule_state_once")]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}"


class AlertQuerySet(ScopedQuerySet["Alert"]):
    """Alerts in the scope of their owner and unit."""

    view_permission = "alerts.view"

    def open(self) -> AlertQuerySet:
        """Still active, or cleared but nobody has said that they saw it."""
        return self.filter(OPEN)


OPEN = Q(active=True) | Q(acknowledged_at__isnull=True)


class Alert(models.Model):
    """One rule's word on one subject; a repeat updates it, a second open one cannot exist."""

    rule = models.CharField(_("rule"), max_length=80)
    subject = models.CharField(_("subject"), max_length=120)
    domain = models.SlugField(_("domain"))
    title = models.CharField(_("title"), max_length=200)
    detail = models.TextField(_("detail"), blank=True)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=SeverityLevel)
    value = models.FloatField(_("value"), null=True)
    limit = models.FloatField(_("limit"), null=True)
    quantity = models.CharField(_("quantity"), max_length=40, blank=True)
    owner = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("owner"))
    unit = models.ForeignKey(AdminUnit, models.PROTECT, null=True, verbose_name=_("unit"))
    point = models.PointField(_("place"), srid=4326, null=True)
    active = models.BooleanField(_("active"), default=True)
    first_at = models.DateTimeField(_("first seen"))
    last_at = models.DateTimeField(_("last seen"))
    cleared_at = models.DateTimeField(_("cleared"), null=True)
    count = models.PositiveIntegerField(_("times raised"), default=1)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    acknowledged_by = models.ForeignKey(
        Account, models.PROTECT, null=True, related_name="+", verbose_name=_("acknowledged by")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    escalate_at = models.DateTimeField(_("escalates at"), null=True)
    escalate_every = models.DurationField(default=timedelta(minutes=15))
    level = models.PositiveSmallIntegerField(_("escalation level"), default=0)

    objects = AlertQuerySet.as_manager()

    UNSEEN: ClassVar[Q] = Q(acknowledged_at__isnull=True)
    audit_ignored: ClassVar[tuple[str, ...]] = ("last_at", "count", "value")

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-last_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "subject"], condition=OPEN, name="alert_open_once"),
            models.CheckConstraint(
                condition=Q(active=True, cleared_at__isnull=True) | Q(active=False, cleared_at__isnull=False),
                name="alert_cleared_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["-last_at", "-id"], name="alert_open_feed", condition=OPEN),
            models.Index(fields=["owner", "-last_at"], name="alert_by_owner"),
            models.Index(fields=["subject"], name="alert_by_subject"),
            models.Index(
                fields=["escalate_at"],
                name="alert_to_escalate",
                condition=Q(active=True, acknowledged_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title
