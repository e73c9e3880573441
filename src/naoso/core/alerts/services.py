"""Findings in, alerts out; what people do with an alert."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.alerts.models import Alert, AlertRule, StationLevel
from naoso.core.notify.services import Notice, notify_all, settle_subject
from naoso.core.outbox.services import emit, emit_all
from naoso.core.people.audit import recorded
from naoso.core.people.holders import accounts_at
from naoso.core.people.models import Account, Organisation
from naoso.core.people.rows import update_rows
from naoso.core.people.scope import accounts_with, require
from naoso.core.registry.models import Thing
from naoso.kernel.errors import BadInput, Conflict
from naoso.kernel.events import Audience, Event
from naoso.kernel.findings import Finding, Severity

ESCALATE_AFTER = timedelta(minutes=15)
LEVELS = 3
CHANGED = (
    "active", "cleared_at", "last_at", "value", "severity", "title", "detail", "count", "acknowledged_at",
    "acknowledged_by", "level", "escalate_at",
)  # fmt: skip


def receive(findings: Iterable[Finding]) -> list[Alert]:
    """Turn findings into alerts: raise, update or clear. The same finding twice changes nothing more."""
    return take(findings).changed


@dataclass(frozen=True, slots=True)
class Taken:
    """What findings came to: every alert that changed, and those among them that were raised or got worse."""

    changed: list[Alert]
    raised: list[Alert]


def take(findings: Iterable[Finding]) -> Taken:
    """As `receive`, for those who answer to what is raised."""
    findings = list(findings)
    changed: list[Alert] = []
    with recorded(None):
        news = _News(_open_alerts(findings))
        for finding in findings:
            alert = _raise(finding, news) if finding.active else _clear(finding, news)
            if alert is not None:
                changed.append(alert)
        news.leave()
    return Taken(changed, news.raised)


@dataclass
class _News:
    """Written and said at the end of `receive`: a storm costs no more statements than one finding.

    Maps hear every alert before people are written to.
    """

    open: dict[tuple[str, str], Alert]  # by rule and subject, locked
    fresh: list[Alert] = field(default_factory=list)
    kept: dict[int, Alert] = field(default_factory=dict)
    events: list[tuple[Alert, str]] = field(default_factory=list)
    raised: list[Alert] = field(default_factory=list)
    patience: dict[str, timedelta] = field(default_factory=dict)

    def raise_(self, alert: Alert, finding: Finding) -> None:
        """To maps, and to people unless an incident tells them."""
        self.events.append((alert, "alerts.alert_raised"))
        if not finding.opens_incident:
            self.raised.append(alert)

    def change(self, alert: Alert) -> None:
        """To maps."""
        self.events.append((alert, "alerts.alert_changed"))

    def keep(self, alert: Alert) -> None:
        """A row that is there already has changed."""
        if alert.pk is not None:
            self.kept[alert.pk] = alert

    def escalates_after(self, rule: str) -> timedelta:
        """As the rule says; read once for all its findings."""
        if rule not in self.patience:
            told = AlertRule.objects.filter(code=rule).values_list("escalate_after", flat=True).first()
            self.patience[rule] = told or ESCALATE_AFTER
        return self.patience[rule]

    def leave(self) -> None:
        """Inside the transaction: the outbox sends it after the commit, in this order."""
        # what is over first: its successor could not stand beside it
        update_rows(self.kept.values(), CHANGED)
        Alert.objects.bulk_create(self.fresh)
        emit_all(_event(alert, name) for alert, name in self.events)
        places = [(alert.owner_id, alert.unit_id) for alert in self.raised]
        people = accounts_at("alerts.acknowledge", places)
        notify_all(_notice(alert, people[alert.owner_id, alert.unit_id]) for alert in self.raised)


def _open_alerts(findings: list[Finding]) -> dict[tuple[str, str], Alert]:
    """Every open alert that the findings may be about, locked in one order."""
    rows = (
        Alert.objects.open()
        .select_for_update()
        .filter(rule__in={f.rule for f in findings}, subject__in={str(f.subject) for f in findings})
        .order_by("pk")
    )
    return {(alert.rule, alert.subject): alert for alert in rows} if findings else {}


def _key(finding: Finding) -> tuple[str, str]:
    return finding.rule, str(finding.subject)


def _raise(finding: Finding, news: _News) -> Alert | None:
    alert = news.open.get(_key(finding))
    if alert is None:
        alert = news.open[_key(finding)] = _create(finding, news)
        return alert
    if finding.observed_at < alert.last_at or (alert.active and finding.observed_at == alert.last_at):
        return None
    again = not alert.active
    worse = finding.severity > alert.severity
    alert.active, alert.cleared_at = True, None
    alert.last_at, alert.value = finding.observed_at, finding.value
    alert.severity = max(alert.severity, int(finding.severity))
    alert.title, alert.detail = finding.title, finding.detail
    if again:
        alert.count += 1
    if again or worse:
        alert.acknowledged_at, alert.acknowledged_by, alert.level = None, None, 0
        alert.escalate_at = timezone.now() + alert.escalate_every
    news.keep(alert)
    if again or worse:
        news.raise_(alert, finding)
    return alert


def _create(finding: Finding, news: _News) -> Alert:
    every = news.escalates_after(finding.rule)
    alert = Alert(
        rule=finding.rule,
        subject=str(finding.subject),
        domain=finding.subject.domain,
        title=finding.title[:200],
        detail=finding.detail,
        severity=int(finding.severity),
        value=finding.value,
        limit=finding.limit,
        quantity=finding.quantity,
        owner_id=finding.owner_id,
        unit_id=finding.unit_id,
        point=Point(finding.place.lon, finding.place.lat, srid=4326) if finding.place else None,
        first_at=finding.observed_at,
        last_at=finding.observed_at,
        escalate_at=timezone.now() + every,
        escalate_every=every,
    )
    news.fresh.append(alert)
    news.raise_(alert, finding)
    return alert


def _clear(finding: Finding, news: _News) -> Alert | None:
    alert = news.open.get(_key(finding))
    if alert is None or not alert.active or finding.observed_at < alert.last_at:
        return None
    alert.active, alert.cleared_at = False, finding.observed_at
    alert.last_at, alert.value = finding.observed_at, finding.value
    news.keep(alert)
    if alert.acknowledged_at is not None:
        del news.open[_key(finding)]
    news.change(alert)
    return alert


def acknowledge(*, alert: Alert, actor: Account, note: str = "") -> Alert:
    """Say "seen, I take care". Raises NotAllowed, and Conflict when somebody was faster."""
    require(actor, "alerts.acknowledge", alert)
    with recorded(actor, reason=note):
        locked = Alert.objects.select_for_update().get(pk=alert.pk)
        if locked.acknowledged_at is not None:
            raise Conflict(
                _("%(who)s has already acknowledged this alert.") % {"who": locked.acknowledged_by}
            )
        locked.acknowledged_at, locked.acknowledged_by = timezone.now(), actor
        locked.note, locked.escalate_at = note[:500], None
        locked.save(update_fields=["acknowledged_at", "acknowledged_by", "note", "escalate_at"])
        settle_subject(subject=f"alerts:alert:{locked.pk}")
        _announce(locked, "alerts.alert_changed")
    return locked


def escalate_due() -> int:
    """Tell the next level up of every active alert that nobody has acknowledged in time."""
    told = 0
    with recorded(None, reason="escalation"):
        due = (
            Alert.objects.select_for_update(skip_locked=True)
            .filter(active=True, acknowledged_at__isnull=True, escalate_at__lte=timezone.now())
            .order_by("escalate_at")[:200]
        )
        for alert in due:
            alert.level += 1
            more = alert.level < LEVELS
            alert.escalate_at = timezone.now() + alert.escalate_every if more else None
            alert.save(update_fields=["level", "escalate_at"])
            _announce(alert, "alerts.alert_changed")
            _tell(alert, alert.level)
            told += 1
    return told


def save_rule(*, rule: AlertRule, actor: Account) -> AlertRule:
    """Create or change a rule; it counts from the next batch of readings on."""
    require(actor, "alerts.edit_rules", owner_id=rule.owner_id, unit_id=rule.unit_id)
    with recorded(actor):
        rule.save()
    return rule


def save_levels(
    *, station: Thing, levels: Mapping[AlertRule, tuple[float, float] | None], actor: Account | None
) -> None:
    """A station's own (raise, clear) limits of these rules; None: the rule's own count again.

    Raises BadInput for one that could never clear; nothing is saved then.
    """
    for rule, limits in levels.items():
        if actor is not None:
            require(actor, "alerts.edit_rules", owner_id=rule.owner_id, unit_id=station.unit_id)
        if limits and (limits[0] < limits[1]) == (rule.direction == "above"):
            raise BadInput.of(rule.code, limits[1], "clears", "must clear on the good side of its limit")
    with recorded(actor):
        for rule, limits in levels.items():
            rows = StationLevel.objects.filter(rule=rule, station=station)
            if limits is None:
                rows.delete()
                continue
            row = rows.first() or StationLevel(rule=rule, station=station)
            if (row.raise_at, row.clear_at) != limits:
                row.raise_at, row.clear_at = limits
                row.save()


def _tell(alert: Alert, level: int) -> None:
    """Level 0 is the owner itself, each further level the body it reports to."""
    body: Organisation | None = alert.owner
    for _step in range(level):
        body = body.parent if body and body.parent else body
    if body is not None:
        notify_all([_notice(alert, _acknowledgers(body.pk, alert.unit_id), level)])


def _acknowledgers(owner_id: int, unit_id: int | None) -> Iterable[Account]:
    return accounts_with("alerts.acknowledge", owner_id=owner_id, unit_id=unit_id)


def _notice(alert: Alert, people: Iterable[Account], level: int = 0) -> Notice:
    return Notice(
        key="alerts.escalated" if level else "alerts.raised",
        title=alert.title,
        body=alert.detail,
        url=f"/alerts/{alert.pk}/",
        severity=Severity(alert.severity),
        recipients=people,
        subject=f"alerts:alert:{alert.pk}",
        until_acknowledged=alert.severity >= Severity.SEVERE,
    )


def _announce(alert: Alert, name: str) -> None:
    emit(_event(alert, name))


def _event(alert: Alert, name: str) -> Event:
    return Event(
        name=name,
        data={
            "id": alert.pk,
            "title": alert.title,
            "severity": alert.severity,
            "active": alert.active,
            "acknowledged": alert.acknowledged_at is not None,
            "domain": alert.domain,
            "subject": alert.subject,
            "lon": alert.point.x if alert.point else None,
            "lat": alert.point.y if alert.point else None,
            "at": alert.last_at.isoformat(),
        },
        audience=Audience("alerts.view", alert.owner_id, alert.unit_id),
    )
