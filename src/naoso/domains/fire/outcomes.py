"""What people found when they closed the incident of an alarm: the figures of false alarms rest on it."""

from __future__ import annotations

from django.utils import timezone

from naoso.domains.fire.models import Alarm, Detector
from naoso.domains.fire.workflow import DetectorState
from naoso.kernel.events import Event


def incident_closed(event: Event) -> None:
    """Its alarms are over, with that outcome, and so are their detectors'; twice changes nothing."""
    now = timezone.now()
    rows = Alarm.objects.filter(incident_id=event.data["id"])
    rows.update(outcome=event.data.get("outcome", ""))
    rows.open().update(ended_at=now)
    rung = Detector.objects.filter(
        zone__premises__in=rows.values("premises"), state=DetectorState.ALARM, state_at__lte=now
    )
    rung.update(state=DetectorState.NORMAL, state_at=now)
