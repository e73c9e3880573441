"""What happens to trees."""

from __future__ import annotations

from naoso.domains.trees.models import FellingPermit, Inspection
from naoso.kernel.events import Audience, Event


def inspected(inspection: Inspection) -> Event:
    """A tree was inspected."""
    tree = inspection.tree
    return Event(
        name="trees.inspected",
        data={"inspection": inspection.pk, "tree": tree.pk, "code": tree.code, "risk": inspection.risk},
        audience=Audience("trees.view", tree.owner_id, tree.unit_id),
    )


def permit_changed(permit: FellingPermit) -> Event:
    """An application was made, decided, used or has expired."""
    return Event(
        name="trees.permit_changed",
        data={"permit": permit.pk, "tree": permit.tree_id, "state": permit.state},
        audience=Audience("trees.view", permit.owner_id, permit.unit_id),
    )
