"""Duty with a resource: taken, handed over, confirmed by the taker, ended."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.notify.services import notify
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import allowed, require
from naoso.domains.dispatch.events import resource_changed
from naoso.domains.dispatch.models import Duty, Resource
from naoso.domains.dispatch.services.resources import CREW, on_duty, put
from naoso.domains.dispatch.workflow import ResourceState
from naoso.kernel.errors import BadInput, Conflict


def begin(*, resource: Resource, actor: Account) -> Duty:
    """Go on duty with a resource; one that was off duty is available from now on."""
    require(actor, CREW, resource)
    if not resource.moves or not resource.enabled:
        raise BadInput.of("resource", resource.code, "kind", _("Nobody is on duty with this."))
    with recorded(actor):
        row = Resource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
        duty = Duty.objects.filter(resource=row, account=actor, ended_at=None).first()
        duty = duty or Duty(resource=row, account=actor)
        if duty.taken_at is None:
            duty.taken_at = timezone.now()
            duty.save()
        if row.state == ResourceState.OFF_DUTY:
            put(row, ResourceState.AVAILABLE)
        emit(resource_changed(row))
    return duty


def end(*, duty: Duty, actor: Account) -> Duty:
    """Off duty. Not the last one while the resource is sent: that one hands over."""
    with recorded(actor):
        row = Resource.objects.select_for_update(of=("self",)).get(pk=duty.resource_id)
        if duty.account_id != actor.pk:
            require(actor, "dispatch.assign", row)
        others = Duty.objects.now().filter(resource=row).exclude(pk=duty.pk).exists()
        if not others and row.assignments.active().exists():
            raise Conflict(_("The resource is sent: hand it over to somebody first."))
        duty = Duty.objects.select_for_update().get(pk=duty.pk)
        if duty.ended_at is None:
            duty.ended_at = timezone.now()
            duty.save(update_fields=["ended_at"])
        if not others and row.state in {ResourceState.AVAILABLE, ResourceState.RETURNING}:
            put(row, ResourceState.OFF_DUTY)
        emit(resource_changed(row))
    return duty


def hand_over(*, resource: Resource, actor: Account, taker: Account, note: str = "") -> Duty:
    """Offer the resource with what is open; the giver stays on duty until the taker confirms."""
    if not on_duty(actor, resource):
        require(actor, "dispatch.assign", resource)
    if taker == actor or not allowed(taker, CREW, resource):
        raise BadInput.of("taker", str(taker), "scope", _("This person may not be on duty with it."))
    with recorded(actor):
        row = Resource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
        if row.duties.filter(account=taker, ended_at=None).exists():
            raise Conflict(_("%(who)s is on duty with it, or has been asked already.") % {"who": taker})
        duty = Duty.objects.create(resource=row, account=taker, offered_by=actor, note=note.strip()[:1000])
        notify(
            key="dispatch.duty_offered",
            title=_("Take over %(resource)s?") % {"resource": row},
            body=duty.note,
            url="/dispatch/crew/",
            severity=2,
            recipients=[taker],
            subject=f"dispatch:duty:{duty.pk}",
        )
        emit(resource_changed(row))
    return duty


def confirm(*, duty: Duty, actor: Account) -> Duty:
    """The taker says yes: from now on it is the taker's, and the giver's duty ends."""
    if duty.account_id != actor.pk:
        raise BadInput.of("account", str(actor), "taker", _("Only the one who was asked may confirm."))
    require(actor, CREW, duty.resource)
    with recorded(actor):
        Resource.objects.select_for_update(of=("self",)).get(pk=duty.resource_id)
        row = Duty.objects.select_for_update(of=("self",)).select_related("resource").get(pk=duty.pk)
        if row.ended_at is not None:
            raise Conflict(_("The hand-over was withdrawn."))
        if row.taken_at is None:
            row.taken_at = timezone.now()
            row.save(update_fields=["taken_at"])
            given = (
                Duty.objects.now().filter(resource=row.resource, account=row.offered_by_id).exclude(pk=row.pk)
            )
            given.update(ended_at=row.taken_at)
        emit(resource_changed(row.resource))
    return row


def decline(*, duty: Duty, actor: Account) -> Duty:
    """The taker says no, or the giver takes it back."""
    if actor.pk not in {duty.account_id, duty.offered_by_id}:
        require(actor, "dispatch.assign", duty.resource)
    with recorded(actor):
        row = Duty.objects.select_for_update(of=("self",)).select_related("resource").get(pk=duty.pk)
        if row.taken_at is not None:
            raise Conflict(_("It has been taken over already."))
        if row.ended_at is None:
            row.ended_at = timezone.now()
            row.save(update_fields=["ended_at"])
        emit(resource_changed(row.resource))
    return row
