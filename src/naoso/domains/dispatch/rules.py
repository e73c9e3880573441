"""Pure judgement: which skills an incident asks for, how long a way takes, how old a position may be.

Speeds and turn-out times are planning values of this house, not measured ones; a road graph replaces them
where there is one. 114/115 norms speak of arrival times only, so that none of them is a rule here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

SKILLS = (
    "fire", "ladder", "medical", "rescue", "boat", "chemical", "police", "power", "engineering", "shelter",
    "supplies",
)  # fmt: skip
# kind of incident → skills that can lead, skills that help
NEEDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "fire": (("fire",), ("ladder", "medical", "police")),
    "forest-fire": (("fire",), ("rescue", "police")),
    "medical": (("medical",), ()),
    "crime": (("police",), ("medical",)),
    "accident": (("medical", "police"), ("rescue",)),
    "traffic": (("police",), ("engineering", "medical")),
    "rescue": (("rescue",), ("medical", "boat", "fire")),
    "flood": (("boat", "rescue"), ("medical", "shelter", "supplies", "engineering")),
    "storm": (("rescue", "engineering"), ("power", "shelter", "supplies")),
    "landslide": (("rescue", "engineering"), ("medical", "police")),
    "chemical": (("chemical",), ("fire", "medical", "police")),
    "outage": (("power",), ()),
    "equipment": (("engineering",), ()),
    "environment": (("chemical", "engineering"), ("police",)),
}
# road class → km/h that an emergency vehicle keeps up; straight lines count as the slowest of a town
SPEED_KMH = {
    "motorway": 90.0, "trunk": 70.0, "primary": 60.0, "secondary": 50.0, "tertiary": 40.0,
    "residential": 25.0, "track": 15.0,
}  # fmt: skip
DETOUR = 1.4
LINE_KMH = {"crew": 25.0, "vehicle": 40.0, "volunteers": 15.0}
TURN_OUT_S = {"crew": 60.0, "vehicle": 90.0, "volunteers": 300.0}
STALE_AFTER = timedelta(minutes=10)
NOISE_M, TRACK_M, TRACK_S = 15.0, 50.0, 30.0
ROAD, LINE = "road", "line"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resource that could go: metres as the crow flies, seconds by road where it is connected.

    `at` is None while nothing but its home is known; that place does not grow old.
    """

    id: int
    kind: str
    skills: tuple[str, ...]
    distance_m: float
    at: datetime | None
    road_s: float | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A candidate judged: how it fits, when it would be there, by which way of reckoning."""

    candidate: Candidate
    eta_s: float
    by: str
    stale: bool
    leads: bool
    matching: tuple[str, ...]


def needed(kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Leading and helping skills for a kind of incident; nothing for one that we do not know."""
    return NEEDS.get(kind, ((), ()))


def is_stale(at: datetime | None, now: datetime, limit: timedelta = STALE_AFTER) -> bool:
    """A position that was told, and is older than the limit."""
    return at is not None and now - at > limit


def eta_s(kind: str, distance_m: float, road_s: float | None) -> float:
    """Seconds from the order until arrival: turn-out and way."""
    way = road_s if road_s is not None else distance_m * DETOUR / (LINE_KMH.get(kind, 40.0) / 3.6)
    return TURN_OUT_S.get(kind, 90.0) + way


def proposal(candidate: Candidate, kind: str, now: datetime) -> Proposal:
    """One candidate for an incident of this kind."""
    lead, helping = needed(kind)
    return Proposal(
        candidate=candidate,
        eta_s=eta_s(candidate.kind, candidate.distance_m, candidate.road_s),
        by=LINE if candidate.road_s is None else ROAD,
        stale=is_stale(candidate.at, now),
        leads=not lead or bool(set(lead) & set(candidate.skills)),
        matching=tuple(skill for skill in (*lead, *helping) if skill in candidate.skills),
    )


def ranked(candidates: Iterable[Candidate], kind: str, now: datetime) -> list[Proposal]:
    """Who can lead comes first, then who is there sooner; of two as soon, the one whose place is known."""
    judged = [proposal(candidate, kind, now) for candidate in candidates]
    return sorted(judged, key=lambda p: (not p.leads, p.eta_s, p.stale, p.candidate.id))


def unknown_skills(skills: Collection[str]) -> list[str]:
    """Codes that nobody can read."""
    return sorted(set(skills) - set(SKILLS))


def is_noise(moved_m: float, accuracy_m: float | None) -> bool:
    """A receiver that stands still wanders by its own error."""
    return moved_m < max(NOISE_M, min(accuracy_m or 0.0, 100.0) / 2)


def is_track(since: timedelta | None, moved_m: float) -> bool:
    """Whether a position is worth a row of the track: half a minute or fifty metres after the last."""
    return since is None or since >= timedelta(seconds=TRACK_S) or moved_m >= TRACK_M


def speed_of(road_class: str) -> float:
    """km/h of a class; an unknown one counts as a residential street."""
    return SPEED_KMH.get(road_class, SPEED_KMH["residential"])
