"""What a moderator decides about one photo or one text: each decision has its way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.connectors.anonymise import Box
from naoso.core.people.models import Account
from naoso.domains.citizen_reports.models import EntryKind, Photo, Report
from naoso.domains.citizen_reports.rules.words import clean_text, without_personal_data
from naoso.domains.citizen_reports.services import blurring
from naoso.domains.citizen_reports.services.changes import changing, write
from naoso.domains.citizen_reports.services.publishing import MODERATE
from naoso.kernel.errors import BadInput

MOST_BOXES = 60
CHOSEN: Literal["chosen"] = "chosen"


def decide(
    photo: Photo, actor: Account, words: str, change: Callable[[Photo], None], reason: str = ""
) -> None:
    """One decision about a photo: locked, done, told in the report's history, looked at."""
    with changing(photo.report, actor, permission=MODERATE, reason=reason) as report:
        row = Photo.objects.select_for_update().get(pk=photo.pk)
        change(row)
        row.checked_at = timezone.now()
        row.save()
        text = _("Photo %(number)s: %(what)s") % {"number": row.pk, "what": words}
        if reason:
            text = f"{text} – {reason}"
        write(report, text, kind=EntryKind.MODERATED, actor=actor, public=False)


def check(*, photo: Photo, actor: Account) -> None:
    """Looked at, and fit for the public as it is."""
    decide(photo, actor, _("looked at"), lambda _row: None)


def blank(*, photo: Photo, actor: Account, boxes: Sequence[Box]) -> None:
    """Cover more: what was covered stays so."""
    if not boxes:
        raise BadInput.of("boxes", "", "required", _("Draw at least one box."))

    def change(row: Photo) -> None:
        added = [inside(box, row) for box in boxes]
        if len(row.boxes) + len(added) > MOST_BOXES:
            raise BadInput.of("boxes", len(added), "count", _("At most 60 boxes for a photo."))
        redraw(row, [*row.boxes, *(blurring.as_json(box) for box in added)])

    decide(photo, actor, _("%(count)s more boxes covered") % {"count": len(boxes)}, change)


def uncover(*, photo: Photo, actor: Account) -> None:
    """Take back what moderators drew; found faces and plates stay covered."""

    def change(row: Photo) -> None:
        redraw(row, [one for one in row.boxes if one["kind"] != CHOSEN])

    decide(photo, actor, _("drawn boxes taken back"), change)


def withdraw(*, photo: Photo, actor: Account, reason: str) -> None:
    """Nobody sees it in public any more."""
    if not reason.strip():
        raise BadInput.of("reason", reason, "required", _("Say why."))

    def change(row: Photo) -> None:
        row.hidden = True

    decide(photo, actor, _("withdrawn from the public"), change, reason.strip()[:300])


def restore(*, photo: Photo, actor: Account) -> None:
    """Public again, covered as it was; a photo that could never be covered stays away."""

    def change(row: Photo) -> None:
        if not row.public_file:
            raise BadInput.of("photo", row.pk, "state", _("This photo could not be covered; it stays away."))
        row.hidden = False

    decide(photo, actor, _("public again"), change)


def redraw(photo: Photo, boxes: list[dict[str, Any]]) -> None:
    """The public picture anew from the original; the row is not saved here."""
    try:
        blurring.draw(photo, blurring.stored(photo), boxes)
    except (OSError, ValueError) as error:
        raise BadInput.of("photo", photo.pk, "broken", _("The photo cannot be read.")) from error


def inside(box: Box, photo: Photo) -> Box:
    """The part of a box that lies in the photo. Raises BadInput for one that lies outside."""
    cut = Box(box.left, box.top, box.width, box.height, CHOSEN).within(photo.width, photo.height)
    if cut.width < 1 or cut.height < 1:
        raise BadInput.of("boxes", f"{box.left}, {box.top}", "area", _("A box lies outside the photo."))
    return cut


def edit_public_text(*, report: Report, actor: Account, text: str, seen: int | None = None) -> Report:
    """Other words for the public; empty ones withdraw the text alone. The officers' text stays."""
    text = clean_text(text)
    with changing(report, actor, seen=seen, permission=MODERATE) as row:
        row.public_text = text
        told = _("Public text changed") if text else _("Public text withdrawn")
        write(row, told, kind=EntryKind.MODERATED, actor=actor, public=False)
    return row


def reset_public_text(*, report: Report, actor: Account, seen: int | None = None) -> Report:
    """The citizen's own words again, with personal data covered."""
    with changing(report, actor, seen=seen, permission=MODERATE) as row:
        row.public_text = without_personal_data(row.text)
        told = _("Public text as the citizen wrote it, personal data covered")
        write(row, told, kind=EntryKind.MODERATED, actor=actor, public=False)
    return row
