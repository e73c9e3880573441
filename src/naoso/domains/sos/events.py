"""What happened to a call: received, seen, moved, changed, closed."""

from __future__ import annotations

from naoso.domains.sos.models import Call
from naoso.kernel.events import Audience, Event


def told(call: Call, what: str) -> Event:
    """`sos.call_<what>`; pages and maps of whoever may see it ask again. No number is in it."""
    point = call.point
    return Event(
        name=f"sos.call_{what}",
        data={
            "id": call.pk, "code": call.code, "kind": call.kind, "state": call.state,
            "incident": call.incident_id, "lon": point.x if point else None,
            "lat": point.y if point else None,
        },
        audience=Audience("sos.view", call.owner_id, call.unit_id),
    )  # fmt: skip
