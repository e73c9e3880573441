"""What an officer does on the spot: each deed under the phone's key, so that it happens once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable

from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from naoso.connectors.photo import Photo as ReadPhoto
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import accounts_with, require
from naoso.domains.citizen_reports.models import Deed, EntryKind, FieldPost, Report, Shows
from naoso.domains.citizen_reports.services import moves
from naoso.domains.citizen_reports.services.changes import HANDLE, changing, locked_row, write
from naoso.domains.citizen_reports.services.sending import keep_photo
from naoso.domains.citizen_reports.services.telling import tell_officers
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.errors import BadInput


def take(*, report: Report, actor: Account, key: uuid.UUID, seen: int | None = None) -> FieldPost:
    """The officer takes it: accepted where it is new, given to the officer where it was accepted before."""

    def act(row: Report, seen: int | None) -> None:
        if row.state == State.NEW:
            moves.accept(report=row, actor=actor, seen=seen)
        else:
            moves.assign(report=row, actor=actor, owner=row.owner, handler=actor, seen=seen)

    return once(report=report, actor=actor, key=key, deed=Deed.TAKE, seen=seen, act=act)


def add_photos(
    *, report: Report, actor: Account, photos: Iterable[ReadPhoto], shows: Shows, key: uuid.UUID
) -> FieldPost:
    """Pictures of the place. They disturb nobody's change, so no version is asked for."""
    pictures = list(photos)
    if not pictures:
        raise BadInput.of("photos", 0, "required", _("Take a photo first."))

    def act(row: Report, _seen: int | None) -> None:
        with changing(row, actor) as changed:
            keep_all(changed, pictures, shows)
            words = ngettext(
                "%(count)s photo from the place", "%(count)s photos from the place", len(pictures)
            )
            write(changed, words % {"count": len(pictures)}, kind=EntryKind.NOTE, actor=actor, public=False)

    return once(report=report, actor=actor, key=key, deed=Deed.BEFORE, seen=None, act=act)


def finish(
    *,
    report: Report,
    actor: Account,
    text: str,
    photos: Iterable[ReadPhoto],
    key: uuid.UUID,
    public: bool,
    seen: int | None = None,
) -> FieldPost:
    """The work is done: the public answer, or word to the desk, which answers then."""
    pictures = list(photos)

    def act(row: Report, seen: int | None) -> None:
        if public:
            moves.answer(report=row, actor=actor, text=text, photos=pictures, seen=seen)
        else:
            tell_the_desk(row, actor, text, pictures, seen)

    deed = Deed.ANSWER if public else Deed.NOTE
    return once(report=report, actor=actor, key=key, deed=deed, seen=seen, act=act)


def tell_the_desk(
    report: Report, actor: Account, text: str, pictures: list[ReadPhoto], seen: int | None
) -> None:
    """An internal note with the photos of what was done; colleagues of the owner hear of it."""
    text = moves.words_of(text, _("Write something first."))
    with changing(report, actor, seen=seen) as row:
        keep_all(row, pictures, Shows.AFTER)
        write(row, text, kind=EntryKind.NOTE, actor=actor, public=False)
        people = accounts_with(HANDLE, owner_id=row.owner_id, unit_id=row.unit_id).exclude(pk=actor.pk)
        title = _("Done on the spot, to be answered: report %(code)s") % {"code": row.code}
        tell_officers(row, title, text[:300], people=people)


def keep_all(report: Report, pictures: Iterable[ReadPhoto], shows: Shows) -> None:
    """Each picture with what it shows."""
    for picture in pictures:
        keep_photo(report, picture, shows=shows)


def once(
    *,
    report: Report,
    actor: Account,
    key: uuid.UUID,
    deed: Deed,
    seen: int | None,
    act: Callable[[Report, int | None], None],
) -> FieldPost:
    """Do it under the report's lock unless the key is known; two that arrive together take turns."""
    require(actor, HANDLE, report)
    try:
        with recorded(actor):
            row = locked_row(report.pk)
            known = done_before(actor=actor, key=key)
            if known is not None:
                return known
            before = row.version
            act(row, caught_up(row, actor, seen))
            after = Report.objects.values_list("version", flat=True).get(pk=row.pk)
            return FieldPost.objects.create(
                key=key, report=row, actor=actor, deed=deed, seen=before, version=after
            )
    except IntegrityError as error:
        raise key_is_taken(key) from error


def done_before(*, actor: Account, key: uuid.UUID) -> FieldPost | None:
    """The deed of this key. Raises BadInput where the key is somebody else's."""
    known = FieldPost.objects.select_related("report").filter(key=key).first()
    if known is not None and known.actor_id != actor.pk:
        raise key_is_taken(key)
    return known


def key_is_taken(key: uuid.UUID) -> BadInput:
    """A key names one deed of one officer."""
    return BadInput.of("key", str(key), "unique", _("This key was used for something else."))


def caught_up(report: Report, actor: Account, seen: int | None) -> int | None:
    """The version that the officer's screen would show after the officer's own deeds since then."""
    if seen is None:
        return None
    own = FieldPost.objects.filter(report=report, actor=actor, seen__gte=seen).order_by("seen")
    for before, after in own.values_list("seen", "version"):
        if before != seen:
            break
        seen = after
    return seen
