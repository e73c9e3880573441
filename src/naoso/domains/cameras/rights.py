"""Who may see, keep and turn what: a permission in the camera's scope and, for a restricted group, a row.

A restricted group is closed to everybody whom none of its rows names, superusers too: whoever manages the
group may write such a row, and that leaves a trail.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from naoso.core.people.audit import note_read, recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import Scope, User, scope_of
from naoso.core.response.models import Incident
from naoso.domains.cameras.models import CameraSource, GroupAccess, Look, LookKind, May
from naoso.domains.cameras.models.sources import CameraSourceQuerySet
from naoso.domains.cameras.rules.access import Opening
from naoso.kernel.errors import BadInput, NotAllowed
from naoso.kernel.ids import SubjectRef

PERMISSIONS = {
    May.LIVE: "cameras.live", May.HISTORY: "cameras.history", May.EXPORT: "cameras.export",
    May.CONTROL: "cameras.control",
}  # fmt: skip
NEEDS = {
    LookKind.LIVE: May.LIVE, LookKind.WALL: May.LIVE, LookKind.HISTORY: May.HISTORY,
    LookKind.EXPORT: May.EXPORT, LookKind.CONTROL: May.CONTROL,
}  # fmt: skip
OF_A_CASE = frozenset({LookKind.HISTORY, LookKind.EXPORT})
REASONS = (
    ("duty", pgettext_lazy("camera", "Watching on duty")),
    ("incident", gettext_lazy("Handling an incident")),
    ("report", gettext_lazy("Checking a citizen's report")),
    ("traffic", gettext_lazy("Directing traffic")),
    ("weather", gettext_lazy("Watching water and weather")),
    ("technical", gettext_lazy("Checking the camera")),
)
MOST_REASON = 300
Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True)
class Rights:
    """What one person may do now, asked of any number of cameras without a further statement."""

    scopes: dict[May, Scope]
    opened: dict[May, frozenset[int]]

    def may(self, source: CameraSource, right: May) -> bool:
        """The source's `camera` and `group` are read already; one that is switched off gives no picture."""
        if not self.scopes[right].admits(source.camera.owner_id, source.camera.unit_id):
            return False
        if right in {May.LIVE, May.CONTROL} and not source.is_used:
            return False
        group = source.group
        return group is None or not group.restricted or group.pk in self.opened[right]


def rights_of(user: User, now: dt.datetime | None = None) -> Rights:
    """Grants and rows of access: two statements, whatever the number of cameras."""
    scopes = {right: scope_of(user, permission) for right, permission in PERMISSIONS.items()}
    local = timezone.localtime(now or timezone.now())
    rows = [(row.group_id, opening_of(row)) for row in _naming(user)] if any(scopes.values()) else []
    return Rights(
        scopes,
        {right: frozenset(pk for pk, row in rows if row.opens(right, local)) for right in May},
    )


def _naming(user: User) -> Iterable[GroupAccess]:
    if not isinstance(user, Account):
        return ()
    named = Q(account=user)
    if user.organisation_id is not None:
        named |= Q(organisation_id=user.organisation_id)
    return GroupAccess.objects.filter(named, group__restricted=True)


def opening_of(row: GroupAccess) -> Opening:
    """As the rules read a row."""
    return Opening(row.may, row.hours_from, row.hours_to, row.valid_to)


def may(user: User, source: CameraSource, right: May, now: dt.datetime | None = None) -> bool:
    """Of one camera; of many, ask `rights_of` once."""
    return rights_of(user, now).may(source, right)


def require_may(user: User, source: CameraSource, right: May, now: dt.datetime | None = None) -> None:
    """Raises NotAllowed where `may` is False."""
    if not may(user, source, right, now):
        raise NotAllowed(_("You may not do this with camera %(name)s now.") % {"name": source.name})


def watchable(user: User, now: dt.datetime | None = None, right: May = May.LIVE) -> CameraSourceQuerySet:
    """The cameras of which a person has this right now, with camera and group."""
    rights = rights_of(user, now)
    rows = CameraSource.objects.filter(
        rights.scopes[right].q(CameraSourceQuerySet.owner_path, CameraSourceQuerySet.unit_path),
        Q(group=None) | Q(group__restricted=False) | Q(group_id__in=rights.opened[right]),
    )
    if right in {May.LIVE, May.CONTROL}:
        rows = rows.in_use()
    return rows.select_related("camera", "group")


def subject_of(camera_id: int) -> str:
    """As the trail, alerts and incidents name a camera."""
    return str(SubjectRef("cameras", "camera", str(camera_id)))


def look(
    *, actor: Account, source: CameraSource, kind: LookKind, reason: str, incident: Incident | None = None,
    span: Span | None = None, now: dt.datetime | None = None,
) -> Look:  # fmt: skip
    """Writes down that the actor sees this camera now, and why; raises where they may not.

    Recordings and exports are for an open incident that the actor sees.
    """
    return look_at_many(
        actor=actor, sources=[source], kind=kind, reason=reason, incident=incident, span=span, now=now
    )[0]


def look_at_many(
    *, actor: Account, sources: Sequence[CameraSource], kind: LookKind, reason: str,
    incident: Incident | None = None, span: Span | None = None, now: dt.datetime | None = None,
) -> list[Look]:  # fmt: skip
    """As `look`, of all of them or of none: a wall is opened as one."""
    rights = rights_of(actor, now)
    for source in sources:
        if not rights.may(source, NEEDS[kind]):
            raise NotAllowed(_("You may not do this with camera %(name)s now.") % {"name": source.name})
    words = checked_reason(reason)
    check_case(actor, kind, incident)
    since, until = span or (None, None)
    rows = [
        Look(
            account=actor, camera_id=source.camera_id, kind=kind, reason=words, incident=incident,
            of_from=since, of_to=until, at=now or timezone.now(),
        )
        for source in sources
    ]  # fmt: skip
    with recorded(actor, words):
        Look.objects.bulk_create(rows)
        for row in rows:
            note_read(actor, subject_of(row.camera_id), f"{LookKind(kind).value}: {words}")
    return rows


def checked_reason(reason: str) -> str:
    """A reason, given as words or as the code of a common one."""
    words = " ".join(str(dict(REASONS).get(reason, reason)).split())
    if not words:
        raise BadInput.of("reason", reason, "required", _("Say why you look at this camera."))
    if len(words) > MOST_REASON:
        raise BadInput.of("reason", words, "length", _("A reason has at most 300 letters."))
    return words


def check_case(actor: Account, kind: LookKind, incident: Incident | None) -> None:
    """Raises BadInput where a case is needed and none is open, NotAllowed where the actor sees it not."""
    if incident is None:
        if kind in OF_A_CASE:
            raise BadInput.of("incident", "", "required", _("Recordings are for an open incident: which?"))
        return
    row = Incident.objects.visible_to(actor).filter(pk=incident.pk).first()
    if row is None:
        raise NotAllowed(_("You do not see this incident."))
    if kind in OF_A_CASE and not Incident.objects.open().filter(pk=row.pk).exists():
        raise BadInput.of(
            "incident", row.number, "open", _("Incident %(number)s is closed.") % {"number": row.number}
        )
