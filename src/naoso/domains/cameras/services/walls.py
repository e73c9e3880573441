"""Walls: cameras in the places of a grid, saved under a name."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.domains.cameras.models import CameraSource, WallLayout
from naoso.domains.cameras.rights import watchable
from naoso.domains.cameras.services.sources import validated
from naoso.kernel.errors import BadInput, NotAllowed

MOST_PLACES = 64


def walls_of(account: Account) -> QuerySet[WallLayout]:
    """One's own, and those that colleagues of the same body share."""
    own = Q(account=account)
    if account.organisation_id is not None:
        own |= Q(shared=True, account__organisation_id=account.organisation_id)
    return WallLayout.objects.filter(own).select_related("account")


def save_wall(*, actor: Account, wall: WallLayout) -> WallLayout:
    """Enter or change one's own. Raises NotAllowed for another's, BadInput."""
    require(actor, "cameras.live")
    if wall.pk and wall.account_id != actor.pk:
        raise NotAllowed(_("This wall is a colleague's: save a wall of your own."))
    wall.account = actor
    wall.cells = checked_cells(wall.cells)
    validated(wall)
    with recorded(actor):
        wall.save()
    return wall


def checked_cells(cells: Sequence[object]) -> list[int | None]:
    """Numbers of cameras or None, without empty places at the end. Raises BadInput."""
    if len(cells) > MOST_PLACES:
        raise BadInput.of("cells", len(cells), "length", _("A wall has at most 64 places."))
    listed = [cell if isinstance(cell, int) and not isinstance(cell, bool) else None for cell in cells]
    while listed and listed[-1] is None:
        listed.pop()
    return listed


def put_camera(*, actor: Account, wall: WallLayout, place: int, camera_id: int | None) -> WallLayout:
    """A camera into a place, counted from 0; None empties it. The actor must be able to watch it."""
    if not 0 <= place < MOST_PLACES:
        raise BadInput.of("place", place, "range", _("A wall has at most 64 places."))
    if camera_id is not None and not watchable(actor).filter(camera_id=camera_id).exists():
        raise BadInput.of(
            "camera", camera_id, "known", _("You may not watch this camera, or it is not connected.")
        )
    cells = list(wall.cells) + [None] * (place + 1 - len(wall.cells))
    cells[place] = camera_id
    wall.cells = cells
    return save_wall(actor=actor, wall=wall)


def drop_wall(*, actor: Account, wall: WallLayout) -> None:
    """One's own."""
    if wall.account_id != actor.pk:
        raise NotAllowed(_("This wall is a colleague's: save a wall of your own."))
    with recorded(actor):
        wall.delete()


def cameras_of(wall: WallLayout, account: Account) -> list[CameraSource | None]:
    """In the order of the places; what the account may not watch is an empty place."""
    found = {
        row.camera_id: row for row in watchable(account).filter(camera_id__in=[c for c in wall.cells if c])
    }
    return [found.get(cell) if cell else None for cell in wall.cells]
