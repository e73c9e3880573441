"""What happens in dispatch."""

from __future__ import annotations

from naoso.domains.dispatch.models import Assignment, Resource
from naoso.kernel.events import Audience, Event


def audience_of(resource: Resource) -> Audience:
    """Who may see the resource."""
    return Audience("dispatch.view", resource.owner_id, resource.unit_id)


def assignment_changed(assignment: Assignment) -> Event:
    """A resource was proposed, sent, came a step further, or is free again."""
    resource = assignment.resource
    return Event(
        name="dispatch.assignment_changed",
        data={
            "assignment": assignment.pk,
            "resource": resource.pk,
            "code": resource.code,
            "incident": assignment.incident_id,
            "state": assignment.state,
        },
        audience=audience_of(resource),
    )


def resource_changed(resource: Resource) -> Event:
    """A resource was edited, or went on or off duty."""
    return Event(
        name="dispatch.resource_changed",
        data={"resource": resource.pk, "code": resource.code, "state": resource.state},
        audience=audience_of(resource),
    )
