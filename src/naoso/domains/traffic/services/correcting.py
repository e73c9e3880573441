"""Hits of a passage whose picture a person has read: asked anew, refuted, and put back with the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from naoso.core.notify.services import settle_subject
from naoso.core.outbox.services import emit_all
from naoso.domains.traffic.events import hit_changed
from naoso.domains.traffic.hitting import asked, locked_entries, look_up, quiet, tell, wanted
from naoso.domains.traffic.matching import match
from naoso.domains.traffic.models import Hit, Sample
from naoso.domains.traffic.storing import Fresh
from naoso.domains.traffic.workflow import HitState

SAME = ("plate", "likeness", "state", "note", "refuted", "decided_by_id")


def reread(*, sample: Sample, fresh: Fresh | None) -> None:
    """What a person read is looked up; hits of the passage that it is not like are refuted.

    Without a plate there is nothing to look up. What stood before is kept with the sample.
    """
    hits = hits_of(sample)
    sample.hits_before = {str(hit.pk): as_told(hit) for hit in hits}
    sample.save(update_fields=["hits_before"])
    like = {one.entry_id for one in wanted(match([asked(fresh)])[0])} if fresh else set()
    gone = [hit for hit in hits if hit.entry_id not in like and not hit.refuted]
    for hit in gone:
        hit.refuted = True
        hit.save(update_fields=["refuted"])
    settle(gone)
    look_up([fresh] if fresh else [])


def put_back(*, sample: Sample) -> None:
    """Hits are what they were before the answer; those that came of it are refuted, for it is withdrawn.

    So are those that waited, where their plate is looked for no more.
    """
    hits = hits_of(sample)
    for hit in hits:
        told = sample.hits_before.get(str(hit.pk))
        if told is None or overtaken(hit, told["state"]):
            hit.refuted = True
        else:
            restore(hit, told)
        hit.save()
    waits = [hit for hit in hits if hit.state == HitState.WAITING and not hit.refuted]
    settle([hit for hit in hits if hit not in waits])
    tell(waits)


def overtaken(hit: Hit, before: str) -> bool:
    """What happened since the answer does not go back to what was before."""
    if hit.state == HitState.CONFIRMED:
        return before != HitState.CONFIRMED
    entry = hit.entry
    gone = entry.removed_at is not None or entry.watch_list.ended_at is not None
    return before == HitState.WAITING and gone


def hits_of(sample: Sample) -> list[Hit]:
    """Of its passage, locked behind their entries."""
    rows = Hit.objects.filter(passage_id=sample.passage_id)
    locked_entries(rows.values_list("entry", flat=True))
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def as_told(hit: Hit) -> dict[str, Any]:
    """What an answer may change of it."""
    decided = hit.decided_at.isoformat() if hit.decided_at else None
    return {name: getattr(hit, name) for name in SAME} | {"decided_at": decided}


def restore(hit: Hit, told: dict[str, Any]) -> None:
    """The same, back."""
    for name in SAME:
        setattr(hit, name, told[name])
    hit.decided_at = dt.datetime.fromisoformat(told["decided_at"]) if told["decided_at"] else None


def settle(hits: Sequence[Hit]) -> None:
    """Nobody need decide them: notices and alerts of theirs are over, open pages read anew."""
    for hit in hits:
        settle_subject(subject=f"traffic:hit:{hit.pk}")
    quiet({hit.entry_id for hit in hits})
    emit_all(hit_changed("hit_decided", hit.pk, hit.owner_id, hit.unit_id) for hit in hits)
