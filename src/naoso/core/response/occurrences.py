"""What devices and callers tell becomes incidents by itself: one a subject, joined in space and time.

Whole batches: the number of statements does not grow with a storm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Max

from naoso.core.outbox.services import emit_all
from naoso.core.people.audit import recorded
from naoso.core.people.models import Organisation
from naoso.core.people.rows import update_rows
from naoso.core.response import stages, witnesses
from naoso.core.response.models import Incident, IncidentKind, Witness
from naoso.core.response.nearness import Nearby, joinable
from naoso.core.response.opening import Draft, open_all, subjects_by_incident, tell_workers
from naoso.core.response.timeline import event_of
from naoso.core.response.witnesses import Testimony
from naoso.kernel.errors import BadInput
from naoso.kernel.findings import Severity
from naoso.kernel.geometry import LonLat


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that wants an incident now, without a person deciding so.

    `kind` is the code of a kind of incident, `severity` one of CAP 1.2's. At most one open incident has
    a `subject` (such as `fire:premises:17`): another occurrence of it is one more witness. An occurrence
    without a subject joins an open incident of its kind as near and as recent as the kind says; one with
    a subject joins such an incident that has none yet, and gives it its own; one that `joins_others` joins
    such an incident of another subject too.
    """

    kind: str
    title: str
    severity: int
    owner_id: int
    testimony: Testimony
    subject: str = ""
    description: str = ""
    unit_id: int | None = None
    place: LonLat | None = None
    joins_others: bool = False


def respond(occurrences: Sequence[Occurrence]) -> list[Incident]:
    """The incident of each occurrence, in their order: opened, or joined as a witness."""
    if not occurrences:
        return []
    with recorded(None):
        kinds = _kinds(occurrences)
        found = _Found(kinds, occurrences)
        drafts: list[_Group] = []
        groups = [_group_of(told, kinds[told.kind], found, drafts) for told in occurrences]
        for group, incident in zip(drafts, open_all([_draft(group) for group in drafts], None), strict=True):
            group.incident = incident
        _join([group for group in found.groups() if group.told])
    incidents = [group.incident for group in groups]
    return [incident for incident in incidents if incident is not None]


@dataclass(eq=False)
class _Group:
    """One incident, open or to be opened, and what is told of it in this batch."""

    kind: IncidentKind
    subject: str
    incident: Incident | None = None
    told: list[Occurrence] = field(default_factory=list)

    @property
    def severity(self) -> int:
        """The worst told, and one step worse where two witnesses tell it within the kind's time."""
        worst = max(one.severity for one in self.told)
        seen = {one.testimony.subject: one.testimony.seen_at for one in self.told}
        return worse_by_one(worst) if corroborated([*seen.values()], self.kind.worse_within) else worst


class _Found:
    """Incidents that are open and may be meant, locked in one order; each read by one statement."""

    def __init__(self, kinds: dict[str, IncidentKind], occurrences: Sequence[Occurrence]) -> None:
        self.by_subject: dict[str, _Group] = {}
        self.by_witness: dict[str, _Group] = {}
        self._by_pk: dict[int, _Group] = {}
        self._near: Nearby[_Group] = Nearby({code: kind.join_radius_m for code, kind in kinds.items()})
        self._read(kinds, occurrences)

    def groups(self) -> Iterable[_Group]:
        """Of open incidents."""
        return self._by_pk.values()

    def _read(self, kinds: dict[str, IncidentKind], occurrences: Sequence[Occurrence]) -> None:
        subjects = {one.subject for one in occurrences if one.subject}
        told = {one.testimony.subject for one in occurrences}
        seen = list(
            Witness.objects.filter(subject__in=told)
            .exclude(incident__state="closed")
            .values_list("subject", "incident_id")
        )
        ids = {pk for _subject, pk in seen}
        ids |= set(Incident.objects.open().filter(subject__in=subjects).values_list("pk", flat=True))
        ids |= joinable([(kinds[one.kind], one.place) for one in occurrences if one.place])
        for row in _locked(ids):
            group = self._by_pk[row.pk] = _Group(row.kind, row.subject, row)
            if row.subject:
                self.by_subject[row.subject] = group
            if row.point is not None:
                self._near.add(row.kind.code, LonLat(row.point.x, row.point.y), group)
        for subject, pk in seen:
            if pk in self._by_pk:
                self.by_witness[subject] = self._by_pk[pk]

    def near(self, told: Occurrence) -> _Group | None:
        """The nearest one that this occurrence may join."""
        if told.place is None:
            return None
        for group in self._near.around(told.kind, told.place):
            if told.joins_others or not (told.subject and group.subject):
                return group
        return None

    def remember(self, told: Occurrence, group: _Group) -> None:
        """What follows in the batch finds it too."""
        if told.subject:
            group.subject = group.subject or told.subject
            self.by_subject.setdefault(told.subject, group)
        self.by_witness.setdefault(told.testimony.subject, group)
        if told.place is not None and len(group.told) == 1 and group.incident is None:
            self._near.add(told.kind, told.place, group)


def _locked(ids: set[int]) -> list[Incident]:
    rows = Incident.objects.open().filter(pk__in=ids).order_by("pk")
    return list(rows.select_for_update(of=("self",)).select_related("kind", "owner")) if ids else []


def _kinds(occurrences: Sequence[Occurrence]) -> dict[str, IncidentKind]:
    wanted = {one.kind for one in occurrences}
    kinds = {kind.code: kind for kind in IncidentKind.objects.filter(code__in=wanted)}
    for code in sorted(wanted - set(kinds)):
        raise BadInput.of("kind", code, "known", "no kind of incident has this code")
    return kinds


def _group_of(told: Occurrence, kind: IncidentKind, found: _Found, drafts: list[_Group]) -> _Group:
    group = (
        (found.by_subject.get(told.subject) if told.subject else None)
        or found.by_witness.get(told.testimony.subject)
        or found.near(told)
    )
    if group is None:
        group = _Group(kind, told.subject)
        drafts.append(group)
    group.told.append(told)
    found.remember(told, group)
    return group


def _draft(group: _Group) -> Draft:
    first = group.told[0]
    return Draft(
        kind=group.kind,
        title=first.title,
        severity=group.severity,
        owner=Organisation(pk=first.owner_id),
        description=first.description,
        unit_id=first.unit_id,
        place=first.place,
        subject=group.subject,
        witnesses=[one.testimony for one in group.told],
    )


def _join(groups: Sequence[_Group]) -> None:
    """New witnesses of open incidents; one that became worse is told to people again."""
    pairs = [(group, group.incident) for group in groups if group.incident is not None]
    before = _last_seen([incident.pk for _group, incident in pairs])
    told = ((incident, one.testimony) for group, incident in pairs for one in group.told)
    fresh: dict[int, list[datetime]] = {}
    for row in witnesses.add_all(told, None):
        fresh.setdefault(row.incident_id, []).append(row.seen_at)
    changed: list[Incident] = []
    worse: list[Incident] = []
    for group, incident in pairs:
        seen = fresh.get(incident.pk, [])
        severity = max(incident.severity, *(one.severity for one in group.told))
        if seen and corroborated([*seen, *before.get(incident.pk, [])], group.kind.worse_within):
            severity = worse_by_one(severity)
        if severity > incident.severity:
            worse.append(incident)
        if seen or severity > incident.severity or group.subject != incident.subject:
            incident.severity, incident.subject = severity, group.subject
            incident.version += 1
            changed.append(incident)
    update_rows(changed, ["severity", "subject", "version"])
    stages.settle_all(changed)
    seen_by = subjects_by_incident(Witness.objects.filter(incident__in=changed))
    emit_all(event_of(one, "response.incident_changed", seen_by[one.pk]) for one in changed)
    tell_workers(worse)


def _last_seen(ids: Sequence[int]) -> dict[int, list[datetime]]:
    rows = Witness.objects.filter(incident_id__in=ids).values_list("incident_id").annotate(Max("seen_at"))
    return {pk: [at] for pk, at in rows}


def corroborated(seen: Sequence[datetime], within: timedelta) -> bool:
    """Whether two witnesses tell of it within that time of each other."""
    return any(later - earlier <= within for earlier, later in pairwise(sorted(seen)))


def worse_by_one(severity: int) -> int:
    """The next step of CAP's scale."""
    return min(severity + 1, int(Severity.EXTREME))
