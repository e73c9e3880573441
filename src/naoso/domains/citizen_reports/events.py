"""What others hear of reports; never the citizen's words or contact."""

from __future__ import annotations

from naoso.domains.citizen_reports.models import Report
from naoso.kernel.events import Audience, Event


def report_changed(report: Report, name: str) -> Event:
    """Version 2: id, state and place; the code is the citizen's key and stays here."""
    return Event(
        name=name,
        version=2,
        data={
            "id": report.pk,
            "category": report.category.code,
            "state": report.state,
            "lon": report.point.x,
            "lat": report.point.y,
        },
        audience=Audience("citizen_reports.view", report.owner_id, report.unit_id),
    )
