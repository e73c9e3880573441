"""Readers, sections, settings."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from naoso.connectors.platereader import pointer_fault
from naoso.core.people.audit import recorded
from naoso.core.people.models import Organisation
from naoso.core.people.scope import User, scope_of
from naoso.core.registry.models import SourceKind
from naoso.core.registry.services import register_source
from naoso.domains.traffic.models import Desk, ReaderFeed, Section
from naoso.domains.traffic.models.feeds import POINTERS
from naoso.domains.traffic.models.words import Colour, Direction, Vehicle
from naoso.domains.traffic.services.writing import Actor, may, must_reach, unit_of, validated
from naoso.kernel.errors import BadInput, FieldError, NotAllowed

SETUP = "traffic.setup"
OURS: dict[str, Sequence[str]] = {
    "cameras": (), "colours": Colour.values, "directions": Direction.values, "vehicles": Vehicle.values,
}  # fmt: skip
"""What a reader's words may be turned into; nothing: any code of a camera."""
MOST_WORDS, LONGEST_WORD, LONGEST_CODE = 5000, 40, 63


def save_feed(
    *, actor: Actor, feed: ReaderFeed, owner: Organisation | None = None, code: str = "", secret: str = ""
) -> tuple[ReaderFeed, str]:
    """Say where a reader tells what; a new one gets a source of `owner` and its secret, told once."""
    fresh = feed._state.adding  # noqa: SLF001 - Django's own word for a row not yet stored
    body = owner if fresh else feed.source.owner
    if body is None:
        raise BadInput.of("owner", "", "required", _("Say whose passages they are."))
    may(actor, SETUP, owner_id=body.pk)
    errors = words_faults(feed) + [
        FieldError(name, getattr(feed, name), "pointer", _("A JSON pointer begins with a stroke: /a/b."))
        for name in POINTERS
        if pointer_fault(getattr(feed, name))
    ]
    if errors:
        raise BadInput(*errors)
    told = ""
    with recorded(actor):
        if fresh:
            feed.source, told = register_source(
                actor=None, code=code, name=feed.name, owner=body, domain="traffic",
                kind=SourceKind.HTTP, secret=secret,
            )  # fmt: skip
        validated(feed)
        feed.save()
    return feed, told


def words_faults(feed: ReaderFeed) -> list[FieldError]:
    """Words stand beside words, ours are known: anything else would break the intake of each message."""
    errors = []
    for name, ours in OURS.items():
        given = getattr(feed, name)
        told = str(given)[:120].replace("\0", "␀")
        if not are_words(given):
            errors.append(FieldError(name, told, "words", _("Pairs of short texts: {“theirs”: “ours”}.")))
        elif ours and not set(given.values()) <= set(ours):
            words = _("Ours is one of: %(words)s.") % {"words": ", ".join(ours)}
            errors.append(FieldError(name, told, "choice", words))
    return errors


def are_words(given: object) -> bool:
    """Texts for texts, all of them short and printable, none empty."""
    return (
        isinstance(given, dict)
        and len(given) <= MOST_WORDS
        and all(
            is_word(theirs, LONGEST_WORD) and is_word(ours, LONGEST_CODE) for theirs, ours in given.items()
        )
    )


def is_word(text: object, longest: int) -> bool:
    """Something that can be read."""
    return isinstance(text, str) and 0 < len(text) <= longest and text.isprintable()


def save_section(*, actor: Actor, section: Section) -> Section:
    """Make or change a section; who changes its owner must hold the right at both, and at its cameras."""
    before = Section.objects.filter(pk=section.pk).first()
    if before is not None:
        may(actor, SETUP, owner_id=before.owner_id, unit_id=before.unit_id)
    section.unit_id = unit_of([section.start, section.end])
    may(actor, SETUP, owner_id=section.owner_id, unit_id=section.unit_id)
    stood = (before.start_id, before.end_id) if before is not None else ()
    for field in ("start", "end"):
        must_reach(actor, SETUP, field, [getattr(section, field)], stood)
    validated(section)
    with recorded(actor):
        section.save()
    return section


def save_desk(*, actor: Actor, desk: Desk) -> Desk:
    """Settings of the whole domain, which count for the passages of every body."""
    if actor is not None and not may_save_desk(actor):
        raise NotAllowed(f"{SETUP} is not held everywhere by {actor}")
    validated(desk)
    with recorded(actor):
        desk.save()
    return desk


def may_save_desk(user: User) -> bool:
    """Only whoever sets up for the whole province."""
    return scope_of(user, SETUP).everything
