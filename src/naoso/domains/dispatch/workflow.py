"""States of a resource and of an assignment, and the moves between them, as tables."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ResourceState(models.TextChoices):
    """Where a resource stands."""

    AVAILABLE = "available", pgettext_lazy("resource", "Available")
    PROPOSED = "proposed", pgettext_lazy("resource", "Proposed")
    ASSIGNED = "assigned", pgettext_lazy("resource", "Assigned")
    EN_ROUTE = "en_route", _("En route")
    ON_SCENE = "on_scene", _("On scene")
    RETURNING = "returning", _("Returning")
    OFF_DUTY = "off_duty", _("Off duty")
    OUT_OF_SERVICE = "out_of_service", _("Out of service")


class AssignmentState(models.TextChoices):
    """How far a crew has come with what it was given."""

    PROPOSED = "proposed", pgettext_lazy("resource", "Proposed")
    ASSIGNED = "assigned", pgettext_lazy("resource", "Assigned")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("crew", "Acknowledged")
    EN_ROUTE = "en_route", _("En route")
    ON_SCENE = "on_scene", _("On scene")
    DONE = "done", pgettext_lazy("crew", "Done")
    STOOD_DOWN = "stood_down", _("Stood down")


R, A = ResourceState, AssignmentState
ENDED = (A.DONE, A.STOOD_DOWN)
IDLE = (R.AVAILABLE, R.RETURNING, R.OFF_DUTY, R.OUT_OF_SERVICE)
SENDABLE = (R.AVAILABLE, R.RETURNING)

# what somebody may set by hand; the others follow from an assignment
BY_HAND: dict[ResourceState, frozenset[ResourceState]] = {
    R.AVAILABLE: frozenset({R.OFF_DUTY, R.OUT_OF_SERVICE}),
    R.RETURNING: frozenset({R.AVAILABLE, R.OFF_DUTY, R.OUT_OF_SERVICE}),
    R.OFF_DUTY: frozenset({R.AVAILABLE, R.OUT_OF_SERVICE}),
    R.OUT_OF_SERVICE: frozenset({R.AVAILABLE, R.OFF_DUTY}),
}

# a crew without a network may leave steps out, never go back
MOVES: dict[AssignmentState, frozenset[AssignmentState]] = {
    A.PROPOSED: frozenset({A.ASSIGNED, A.STOOD_DOWN}),
    A.ASSIGNED: frozenset({A.ACKNOWLEDGED, A.EN_ROUTE, A.ON_SCENE, A.DONE, A.STOOD_DOWN}),
    A.ACKNOWLEDGED: frozenset({A.EN_ROUTE, A.ON_SCENE, A.DONE, A.STOOD_DOWN}),
    A.EN_ROUTE: frozenset({A.ON_SCENE, A.DONE, A.STOOD_DOWN}),
    A.ON_SCENE: frozenset({A.DONE, A.STOOD_DOWN}),
}

# what the resource is while its assignment is this; returning once it had left
RESOURCE_OF: dict[AssignmentState, ResourceState] = {
    A.PROPOSED: R.PROPOSED,
    A.ASSIGNED: R.ASSIGNED,
    A.ACKNOWLEDGED: R.ASSIGNED,
    A.EN_ROUTE: R.EN_ROUTE,
    A.ON_SCENE: R.ON_SCENE,
}
HAD_LEFT = frozenset({A.EN_ROUTE, A.ON_SCENE})


def after_end(before: AssignmentState, to: AssignmentState) -> ResourceState:
    """The resource's state when its assignment ends: it returns, unless it never left."""
    return R.RETURNING if before in HAD_LEFT or to == A.DONE else R.AVAILABLE
