"""What a person reads in a doubtful picture: the passage is mended, and the picture becomes a sample.

What follows from the plate follows the answer, and an answer taken back: hits (`correcting.py`) and runs.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.domains.traffic.models import Passage, Sample
from naoso.domains.traffic.models.words import Review
from naoso.domains.traffic.pictures import keep_for_good
from naoso.domains.traffic.plates import Known, known
from naoso.domains.traffic.services.correcting import put_back, reread
from naoso.domains.traffic.services.running import run_again
from naoso.domains.traffic.storing import Fresh
from naoso.kernel.errors import BadInput, Conflict

REVIEW = "traffic.review"


def answer(*, actor: Account, passage: Passage, text: str) -> Sample:
    """`text` is what stands in the picture, nothing where no plate does; what is read is looked up."""
    require(actor, REVIEW, passage)
    plate = known(text) if text.strip() else None
    if text.strip() and plate is None:
        raise BadInput.of("text", text, "plate", _("No plate is written like this."))
    with recorded(actor), transaction.atomic():
        row = locked(passage)
        if row.review != Review.DUE:
            raise Conflict(_("Somebody has already read this picture."))
        said = said_of(row, plate)
        sample = Sample.objects.create(
            passage_id=row.pk, at=row.at, owner=row.owner, unit=row.unit, said=said, by=actor,
            picture=keep_for_good(row.crop or row.scene), was=row.plate, text=plate.plate if plate else "",
        )  # fmt: skip
        was = row.plate
        for name, value in {"review": said, **mended(plate)}.items():
            setattr(row, name, value)
        Passage.objects.filter(pk=row.pk, at=row.at).update(review=said, **mended(plate))
        run_again(row, {was, row.plate})
        reread(sample=sample, fresh=as_fresh(row, plate) if plate else None)
    return sample


def said_of(row: Passage, plate: Known | None) -> Review:
    """Right, corrected, or no plate at all."""
    if plate is None:
        return Review.NO_PLATE
    return Review.RIGHT if plate.plate == row.plate else Review.MENDED


def mended(plate: Known | None) -> dict[str, object]:
    """What the passage says from now on; as read it stays in `raw`."""
    if plate is None:
        return {}
    return {"plate": plate.plate, "province": plate.province, "local": plate.local}


def undo(*, actor: Account, sample: Sample) -> Passage | None:
    """One's own answer, taken back: the picture waits again. None where the passage is gone."""
    require(actor, REVIEW, sample)
    if sample.by_id != actor.pk:
        raise Conflict(_("Only whoever answered takes it back."))
    was = known(sample.was)
    with recorded(actor):
        found = Passage.objects.filter(pk=sample.passage_id, at=sample.at)
        found.update(review=Review.DUE, **mended(was))
        row = found.first()
        if row is not None:
            run_again(row, {sample.was, sample.text or sample.was})
        put_back(sample=sample)
        sample.delete()
    return row


def locked(passage: Passage) -> Passage:
    """With its key, so that one partition alone is asked."""
    rows = Passage.objects.select_for_update(of=("self",)).select_related("owner", "unit")
    return rows.get(pk=passage.pk, at=passage.at)


def as_fresh(row: Passage, plate: Known) -> Fresh:
    """As the intake would have stored it."""
    return Fresh(
        at=row.at, received_at=row.received_at, source_id=row.source_id, message_id=row.message_id,
        camera_id=row.camera_id, owner_id=row.owner_id, unit_id=row.unit_id, plate=plate.plate, raw=row.raw,
        folded=plate.folded, candidates=[], sure=True, confidence=row.confidence, colour=row.colour,
        vehicle=row.vehicle, direction=row.direction, speed_kmh=row.speed_kmh, crop=row.crop,
        scene=row.scene, id=row.pk,
    )  # fmt: skip
