"""Rules that say so open an incident by themselves: what a domain's judgement raised goes here."""

from __future__ import annotations

from collections.abc import Sequence

from naoso.core.alerts.models import Alert, AlertRule
from naoso.core.response.models import Incident, IncidentKind, Witness
from naoso.core.response.occurrences import Occurrence, respond
from naoso.core.response.witnesses import of_alert
from naoso.kernel.geometry import LonLat


def respond_to(alerts: Sequence[Alert]) -> list[Incident]:
    """Incidents of the raised alerts whose rule opens one, in the caller's transaction.

    One open incident a subject; near ones of a kind are one. A rule that names a kind which does not
    exist opens nothing: its alert stands and people decide.
    """
    if not alerts:
        return []
    opening = AlertRule.objects.filter(code__in={a.rule for a in alerts}).exclude(opens_incident="")
    wanted = dict(opening.values_list("code", "opens_incident"))
    kinds = set(IncidentKind.objects.filter(code__in=wanted.values()).values_list("code", flat=True))
    told = [alert for alert in alerts if wanted.get(alert.rule) in kinds]
    if not told:
        return []
    known = _subjects_in_hand(told)
    return respond([_occurrence(a, wanted[a.rule], known.get((wanted[a.rule], a.subject), "")) for a in told])


def _subjects_in_hand(alerts: Sequence[Alert]) -> dict[tuple[str, str], str]:
    """(kind, subject of an alert) → subject of the open incident that an earlier alert of it has joined."""
    rows = Alert.objects.filter(subject__in={alert.subject for alert in alerts})
    names = {f"alerts:alert:{pk}": subject for pk, subject in rows.values_list("pk", "subject")}
    joined = (
        Witness.objects.filter(subject__in=names)
        .exclude(incident__state="closed")
        .values_list("incident__kind__code", "subject", "incident__subject")
    )
    return {(kind, names[witness]): subject for kind, witness, subject in joined if subject}


def _occurrence(alert: Alert, kind: str, known: str) -> Occurrence:
    return Occurrence(
        kind=kind,
        title=alert.title,
        severity=alert.severity,
        owner_id=alert.owner_id,
        testimony=of_alert(alert),
        subject=known or alert.subject,
        description=alert.detail,
        unit_id=alert.unit_id,
        place=LonLat(alert.point.x, alert.point.y) if alert.point else None,
        joins_others=True,
    )
