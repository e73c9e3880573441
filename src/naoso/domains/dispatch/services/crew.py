"""What a crew's phone sends: each deed under the phone's key, at the time it was done."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.gis.geos import Point
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.connectors.photo import Photo
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.response.models import EntryKind, Task
from naoso.core.response.stages import settle
from naoso.core.response.timeline import announce, write
from naoso.domains.dispatch.models import Assignment, CrewPhoto, CrewPost, Deed
from naoso.domains.dispatch.services.assignments import advance, locked, refusal
from naoso.domains.dispatch.services.resources import on_duty
from naoso.domains.dispatch.workflow import AssignmentState
from naoso.kernel.errors import BadInput, Conflict, NotAllowed
from naoso.kernel.geometry import LonLat

FOLDER = "dispatch"
STEPS = {
    Deed.ACKNOWLEDGE: AssignmentState.ACKNOWLEDGED,
    Deed.EN_ROUTE: AssignmentState.EN_ROUTE,
    Deed.ON_SCENE: AssignmentState.ON_SCENE,
    Deed.DONE: AssignmentState.DONE,
}


@dataclass(frozen=True, slots=True)
class Done:
    """One deed as the phone tells it; `at` is the phone's time, perhaps hours ago."""

    deed: Deed
    at: dt.datetime
    text: str = ""
    photos: Sequence[Photo] = field(default_factory=tuple)
    place: LonLat | None = None
    task: int | None = None


def tell(*, assignment: Assignment, actor: Account, key: uuid.UUID, done: Done) -> CrewPost:
    """Do it unless the key is known. Raises Conflict that says what happened meanwhile."""
    known = told_before(actor=actor, key=key)
    if known is not None:
        return known
    if not on_duty(actor, assignment.resource):
        raise NotAllowed(f"{actor} is not on duty with {assignment.resource}")
    try:
        with recorded(actor):
            row = locked(assignment)
            known = told_before(actor=actor, key=key)
            if known is not None:
                return known
            post = CrewPost.objects.create(
                key=key, assignment=row, actor=actor, deed=done.deed, at=timely(done.at, row),
                text=done.text.strip()[:2000],
            )  # fmt: skip
            _carry_out(row, actor, post, done)
            return post
    except IntegrityError as error:
        raise key_is_taken(key) from error


def _carry_out(row: Assignment, actor: Account, post: CrewPost, done: Done) -> None:
    if done.deed in STEPS:
        to = STEPS[done.deed]
        if to != row.state and passed(row, to):
            return  # it came after a later step that was sent first: nothing to undo
        if not row.is_active and to != row.state:
            raise Conflict(refusal(row, to))
        advance(assignment=row, actor=actor, to=to, at=post.at, reason=post.text)
        keep_photos(post, done)
    elif done.deed == Deed.TASK:
        tick(row, actor, done, post.at)
    else:
        keep_photos(post, done)
        line = post.text or _("%(count)s photos from the place") % {"count": len(done.photos)}
        write(row.incident, actor, EntryKind.NOTE, f"{row.resource}: {line}")
        announce(row.incident, "response.incident_changed")


ORDER = (
    AssignmentState.ASSIGNED,
    AssignmentState.ACKNOWLEDGED,
    AssignmentState.EN_ROUTE,
    AssignmentState.ON_SCENE,
    AssignmentState.DONE,
)


def passed(row: Assignment, to: AssignmentState) -> bool:
    """Whether the assignment is further on already, by the crew's own steps."""
    return row.state in ORDER and ORDER.index(AssignmentState(row.state)) > ORDER.index(to)


def told_before(*, actor: Account, key: uuid.UUID) -> CrewPost | None:
    """The deed of this key. Raises BadInput where the key is somebody else's."""
    known = CrewPost.objects.select_related("assignment").filter(key=key).first()
    if known is not None and known.actor_id != actor.pk:
        raise key_is_taken(key)
    return known


def key_is_taken(key: uuid.UUID) -> BadInput:
    """A key names one deed of one person."""
    return BadInput.of("key", str(key), "unique", _("This key was used for something else."))


def timely(at: dt.datetime, row: Assignment) -> dt.datetime:
    """A phone's clock may be wrong: never before the order, never in the future."""
    return min(max(at, row.assigned_at or row.made_at), timezone.now())


def tick(row: Assignment, actor: Account, done: Done, at: dt.datetime) -> None:
    """A task of the incident's check-list is done; twice changes nothing."""
    task = Task.objects.select_for_update().filter(pk=done.task or 0, incident=row.incident_id).first()
    if task is None:
        raise BadInput.of("task", done.task, "known", _("This task is no longer on the list."))
    if task.done_at is None:
        task.done_at, task.done_by, task.note = at, actor, done.text.strip()[:500]
        task.save()
        write(row.incident, actor, EntryKind.TASK, _("Done: %(title)s") % {"title": task.title})
        settle(row.incident)
        announce(row.incident, "response.incident_changed")


def keep_photos(post: CrewPost, done: Done) -> None:
    """Each picture with its small form, its time and where the phone stood."""
    for photo in done.photos:
        key = secrets.token_hex(16)
        names = [
            default_storage.save(f"{FOLDER}/{key[:2]}/{key}{mark}.jpg", ContentFile(body))
            for mark, body in (("", photo.jpeg), ("-small", photo.thumbnail))
        ]
        taken = timezone.make_aware(photo.taken_at) if photo.taken_at else post.at
        place = done.place or (
            LonLat(photo.lon, photo.lat) if photo.lon is not None and photo.lat is not None else None
        )
        CrewPhoto.objects.create(
            key=key, post=post, file=names[0], small=names[1], taken_at=taken,
            point=Point(place.lon, place.lat, srid=4326) if place else None,
        )  # fmt: skip
