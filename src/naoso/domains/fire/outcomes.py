"""What people found when they closed the incident of an alarm: the figures of false alarms rest on it."""

from __future__ import annotations

from django.utils import timezone

from naoso.domains.fire.models import Alarm
from naoso.kernel.events import Event


def incident_closed(event: Event) -> None:
    """Its alarms are over, with that outcome; the same event twice changes nothing."""
    rows = Alarm.objects.filter(incident_id=event.data["id"])
    rows.update(outcome=event.data.get("outcome", ""))
    rows.open().update(ended_at=timezone.now())
