"""Which cameras and lists somebody's right reaches."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from naoso.core.objects.models import CityObject
from naoso.core.people.scope import User, scope_of
from naoso.domains.traffic.models import Quarter, WatchList

ON_ROADS = Q(state="active", data__purpose="traffic")


def cameras_within(user: User, permission: str) -> QuerySet[CityObject]:
    """Cameras of bodies where the right is held, and those whose passages such a body answers for.

    The police count and look for plates at cameras that the centre keeps.
    """
    rows = CityObject.objects.filter(kind__slug="camera")
    scope = scope_of(user, permission)
    if scope.everything:
        return rows
    counted = Quarter.objects.permitted_to(user, permission).filter(camera=OuterRef("pk"))
    read = scope.q("plate_camera__source__owner_id", "unit_id")
    return rows.filter(scope.q("owner_id", "unit_id") | read | Exists(counted))


def cameras_offered(user: User, permission: str, chosen: Iterable[int | None] = ()) -> QuerySet[CityObject]:
    """Those on roads for a form to offer; what is chosen already stays, whoever chose it."""
    rows = CityObject.objects.filter(pk__in=cameras_within(user, permission).filter(ON_ROADS).values("pk"))
    kept = CityObject.objects.filter(pk__in=[pk for pk in chosen if pk])
    return (rows | kept).order_by("data__name")


def lists_offered(user: User | None) -> QuerySet[WatchList]:
    """Those in force for a form to offer; None is the house itself."""
    rows = WatchList.objects.in_force()
    return rows if user is None else rows.filter(pk__in=WatchList.objects.visible_to(user).values("pk"))
