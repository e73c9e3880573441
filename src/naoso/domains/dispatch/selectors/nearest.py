"""The nearest that fit: as the crow flies over the index, then by road where a graph is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.gis.db.models import PointField
from django.contrib.gis.geos import Point
from django.db.models import F, FloatField, Func, QuerySet, Value
from django.utils import timezone

from naoso.core.people.scope import User, scope_of
from naoso.core.response.models import Incident
from naoso.domains.dispatch import rules
from naoso.domains.dispatch.models import Resource, ResourcePosition
from naoso.domains.dispatch.models.resources import MOVING
from naoso.domains.dispatch.selectors import roads
from naoso.domains.dispatch.workflow import ResourceState
from naoso.kernel.geometry import LonLat

ASKED, SHOWN = 30, 10
FIELDS = ("resource_id", "resource__kind", "resource__skills", "away", "at", "lon", "lat")


class Away(Func):
    """Metres on the spheroid, in the order of the index."""

    template = "(%(expressions)s)"
    arg_joiner = " <-> "
    output_field = FloatField()


class Coordinate(Func):
    """Of a geography, as a number."""

    template = "%(function)s(%(expressions)s::geometry)"
    output_field = FloatField()


@dataclass(frozen=True, slots=True)
class Offer:
    """A proposal with the row that it is about, and whether this person may send it."""

    proposal: rules.Proposal
    resource: Resource
    position: ResourcePosition
    may_assign: bool

    @property
    def minutes(self) -> int:
        """Until arrival, a minute at least."""
        return max(1, round(self.proposal.eta_s / 60))

    @property
    def km(self) -> float:
        """As the crow flies."""
        return self.proposal.candidate.distance_m / 1000


def away_from(place: LonLat) -> Away:
    """Distance of a position from a place."""
    spot = Value(Point(place.lon, place.lat, srid=4326), output_field=PointField(geography=True, srid=4326))
    return Away(F("point"), spot)


def available(user: User, skills: Sequence[str] = ()) -> QuerySet[ResourcePosition]:
    """Positions of what can be sent now; with one of these skills where any are named."""
    rows = ResourcePosition.objects.visible_to(user).filter(
        resource__state__in=[ResourceState.AVAILABLE, ResourceState.RETURNING],
        resource__kind__in=MOVING, resource__enabled=True,
    )  # fmt: skip
    return rows.filter(resource__skills__overlap=list(skills)) if skills else rows


def nearest(
    rows: QuerySet[ResourcePosition], place: LonLat, most: int = ASKED
) -> tuple[list[rules.Candidate], dict[int, LonLat]]:
    """The nearest by straight line, with the places where they are."""
    found = rows.annotate(
        away=away_from(place),
        lon=Coordinate("point", function="ST_X"),
        lat=Coordinate("point", function="ST_Y"),
    ).order_by("away")
    candidates, places = [], {}
    for pk, kind, skills, away, at, lon, lat in found.values_list(*FIELDS)[:most]:
        candidates.append(rules.Candidate(pk, kind, tuple(skills), away, at))
        places[pk] = LonLat(lon, lat)
    return candidates, places


def by_road(
    candidates: Sequence[rules.Candidate], places: dict[int, LonLat], place: LonLat
) -> list[rules.Candidate]:
    """The same with seconds by road, each where the graph connects it."""
    seconds = roads.seconds_to(place, {one.id: places[one.id] for one in candidates})
    return [
        rules.Candidate(one.id, one.kind, one.skills, one.distance_m, one.at, seconds.get(one.id))
        for one in candidates
    ]


def offers(user: User, incident: Incident, *, every_skill: bool = False) -> list[Offer]:
    """What to send to this incident: the best ten of the thirty nearest that fit."""
    if incident.point is None:
        return []
    place = LonLat(incident.point.x, incident.point.y)
    lead, helping = rules.needed(incident.kind.code)
    skills = () if every_skill else (*lead, *helping)
    candidates, places = nearest(available(user, skills), place)
    ranked = rules.ranked(by_road(candidates, places, place), incident.kind.code, timezone.now())[:SHOWN]
    rows = ResourcePosition.objects.select_related("resource__owner").in_bulk(
        [one.candidate.id for one in ranked]
    )
    scope = scope_of(user, "dispatch.assign")
    return [
        Offer(one, row.resource, row, scope.admits(row.resource.owner_id, row.resource.unit_id))
        for one in ranked
        if (row := rows.get(one.candidate.id)) is not None
    ]


def judged(resource: Resource, incident: Incident) -> rules.Proposal | None:
    """One resource for one incident; None where either has no place."""
    if incident.point is None:
        return None
    place = LonLat(incident.point.x, incident.point.y)
    candidates, places = nearest(ResourcePosition.objects.filter(pk=resource.pk), place, 1)
    for one in by_road(candidates, places, place):
        return rules.proposal(one, incident.kind.code, timezone.now())
    return None
