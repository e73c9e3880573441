"""Incidents for tests."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from naoso.core.response.models import Incident, IncidentKind, Procedure, ProcedureStep
from naoso.core.response.services import open_incident
from naoso.core.response.witnesses import Testimony
from naoso.kernel.findings import Severity
from naoso.kernel.geometry import LonLat


def kind(code: str = "environment", **more: Any) -> IncidentKind:
    """Eight hours around the clock, with a procedure of two steps, unless told otherwise."""
    if "procedure" not in more:
        procedure, fresh = Procedure.objects.get_or_create(code="sop", version=1, title="SOP")
        if fresh:
            for order, minutes in ((1, 15), (2, 60)):
                ProcedureStep.objects.create(
                    procedure=procedure, order=order, title=f"Bước {order}", within=timedelta(minutes=minutes)
                )
        more["procedure"] = procedure
    values = {"title": code, "deadline": timedelta(hours=8), "around_the_clock": True}
    row, _fresh = IncidentKind.objects.get_or_create(code=code, defaults=values | more)
    return row


def incident(cast: SimpleNamespace, **more: Any) -> Incident:
    """Opened by the department's owner in the first ward."""
    values: dict[str, Any] = {
        "kind": more.pop("kind", None) or kind(),
        "title": "Khói dày đặc",
        "severity": int(Severity.SEVERE),
        "owner": cast.department,
        "actor": cast.owner,
        "unit_id": cast.ward.pk,
        "place": LonLat(105.85, 21.47),
    }
    return open_incident(**(values | more))


def witness_of(subject: str, **more: Any) -> Testimony:
    """Somebody or something saw it."""
    return Testimony(subject, more.get("title", subject), "/", more.get("seen_at") or timezone.now())
