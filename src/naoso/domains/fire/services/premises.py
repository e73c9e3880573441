"""Premises, contacts, water."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.core.places.selectors import unit_at
from naoso.domains.fire.events import changed
from naoso.domains.fire.models import Contact, Premises, WaterTank
from naoso.domains.fire.rules import CONTACTS_WANTED
from naoso.domains.fire.workflow import WATCHED, can_move
from naoso.kernel.errors import BadInput, Conflict, FieldError
from naoso.kernel.geometry import LonLat

MANAGE = "fire.manage"
Actor = Account | None  # None is the house itself: the seed


@contextmanager
def changing(actor: Actor, premises: Premises, permission: str = MANAGE, reason: str = "") -> Iterator[None]:
    """Check, write, tell; the premises' row is locked meanwhile."""
    if actor is not None:
        require(actor, permission, premises)
    with recorded(actor, reason):
        Premises.objects.select_for_update(no_key=True).get(pk=premises.pk)
        yield
        emit(changed(premises))


def validated(row: Model) -> None:
    """Django's checks, told as the house tells errors."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise BadInput(
            *(
                FieldError(field, getattr(row, field, ""), "invalid", " ".join(messages))
                for field, messages in error.message_dict.items()
            )
        ) from error


def save_premises(*, actor: Actor, premises: Premises) -> Premises:
    """Enter or change facts. Who changes the answering body must hold the right at both."""
    if premises.unit_id is None:
        premises.unit = unit_at(LonLat.checked(premises.point.x, premises.point.y))
    validated(premises)
    if actor is not None:
        require(actor, MANAGE, premises)
        before = Premises.objects.filter(pk=premises.pk).first()
        if before is not None:
            require(actor, MANAGE, before)
    with recorded(actor):
        premises.save()
        emit(changed(premises))
    return premises


def move_premises(*, actor: Actor, premises: Premises, standing: str) -> Premises:
    """Take it onto the list, connect it, take it off. Who is on the list has three who are called."""
    with changing(actor, premises):
        row = Premises.objects.get(pk=premises.pk)
        if not can_move(row.standing, standing):
            raise Conflict(
                _("This step is not possible now: %(state)s.") % {"state": row.get_standing_display()}
            )
        if standing in WATCHED:
            enough(row, row.contacts.filter(active=True).count())
        row.standing = standing
        row.save()
    return row


def enough(premises: Premises, called: int) -> None:
    """Raises BadInput where fewer than three telephones would be called."""
    if called < CONTACTS_WANTED:
        words = _("%(name)s: an alarm must call at least three telephones (Decree 105/2025/NĐ-CP, art. 27).")
        raise BadInput.of("contacts", called, "three", words % {"name": premises.name})


def add_contact(*, actor: Actor, premises: Premises, name: str, phone: str, order: int = 0) -> Contact:
    """One more who is called; last unless told otherwise."""
    with changing(actor, premises):
        last = premises.contacts.order_by("-order").values_list("order", flat=True).first() or 0
        contact = Contact(premises=premises, name=name.strip(), phone=phone, order=order or last + 1)
        validated(contact)
        contact.save()
    return contact


def drop_contact(*, actor: Actor, contact: Contact) -> None:
    """Called no more; premises on the list keep three."""
    premises = contact.premises
    with changing(actor, premises):
        left = premises.contacts.filter(active=True).exclude(pk=contact.pk).count()
        if contact.active and Premises.objects.get(pk=premises.pk).standing in WATCHED:
            enough(premises, left)
        contact.delete()


def add_tank(*, actor: Actor, premises: Premises, name: str, capacity_m3: int, note: str = "") -> WaterTank:
    """A pond or tank of its own."""
    with changing(actor, premises):
        tank = WaterTank(premises=premises, name=name.strip(), capacity_m3=capacity_m3, note=note.strip())
        validated(tank)
        tank.save()
    return tank


def drop_tank(*, actor: Actor, tank: WaterTank) -> None:
    """It is no longer there."""
    with changing(actor, tank.premises):
        tank.delete()
