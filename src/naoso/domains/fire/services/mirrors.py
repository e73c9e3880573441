"""Feeds of the national fire database."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from naoso.connectors.firemirror import pointer_fault
from naoso.connectors.outbound import guard
from naoso.core.people.audit import recorded
from naoso.core.people.scope import require
from naoso.core.registry.models import SourceKind
from naoso.core.registry.services import register_source
from naoso.domains.fire.models import MirrorFeed
from naoso.domains.fire.services.premises import MANAGE, Actor, validated
from naoso.kernel.errors import BadInput, FieldError

POINTERS = ("rows_at", "premises_at", "id_at", "state_at", "time_at", "text_at")


def save_feed(*, actor: Actor, feed: MirrorFeed, code: str = "", secret: str = "") -> tuple[MirrorFeed, str]:
    """Set where alarms are mirrored from; a new feed gets a source and its secret, which is told once."""
    if actor is not None:
        require(actor, MANAGE, owner_id=feed.owner_id)
    checked(feed)
    told = ""
    with recorded(actor):
        if feed._state.adding:  # noqa: SLF001 - Django's own word for a row not yet stored
            feed.source, told = register_source(
                actor=None, code=code, name=feed.name, owner=feed.owner, domain="fire",
                kind=SourceKind.HTTP, secret=secret,
            )  # fmt: skip
        validated(feed)
        feed.save()
    return feed, told


def checked(feed: MirrorFeed) -> None:
    """Pointers that can be pointers, an address that may be called."""
    errors = [
        FieldError(name, getattr(feed, name), "pointer", _("A JSON pointer begins with a stroke: /a/b."))
        for name in POINTERS
        if pointer_fault(getattr(feed, name))
    ]
    fault = guard.fault_of(feed.url, settings.WEBHOOK_NETWORKS) if feed.url else ""
    if fault:
        errors.append(FieldError("url", feed.url, "address", fault))
    if errors:
        raise BadInput(*errors)
