"""Test mode and isolation: set by people, for a while, with a reason."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.domains.fire import rules, watching
from naoso.domains.fire.models import Detector, Premises, Suspension, Zone
from naoso.domains.fire.services.premises import Actor, changing
from naoso.domains.fire.workflow import DetectorState
from naoso.kernel.errors import BadInput, Conflict

PERMISSIONS = {Suspension.Kind.TEST: "fire.test", Suspension.Kind.ISOLATION: "fire.isolate"}
STATES = {
    Suspension.Kind.TEST: DetectorState.TEST, Suspension.Kind.ISOLATION: DetectorState.ISOLATED
}  # fmt: skip


def suspend(
    *, actor: Actor, premises: Premises, kind: str, reason: str, until: dt.datetime,
    zone: Zone | None = None, detector: Detector | None = None,
) -> Suspension:  # fmt: skip
    """From now until then, alarms of what it covers are stored and shown but call nobody."""
    now = timezone.now()
    rules.check_suspension(test=kind == Suspension.Kind.TEST, reason=reason, until=until, now=now)
    if detector is not None:
        zone = detector.zone
    if zone is not None and zone.premises_id != premises.pk:
        raise BadInput.of("zone", str(zone), "own", _("The zone belongs to other premises."))
    with changing(actor, premises, PERMISSIONS[Suspension.Kind(kind)], reason):
        try:
            with transaction.atomic():
                row = Suspension.objects.create(
                    kind=kind, premises=premises, zone=zone, detector=detector, reason=reason.strip()[:300],
                    set_at=now, until=until, set_by=actor,
                )  # fmt: skip
        except IntegrityError as error:
            raise Conflict(_("This is suspended already: end that first.")) from error
        covered = Detector.objects.filter(zone__premises=premises)
        if detector is not None:
            covered = covered.filter(pk=detector.pk)
        elif zone is not None:
            covered = covered.filter(zone=zone)
        covered.update(state=STATES[Suspension.Kind(kind)], state_at=now)
    return row


def resume(*, actor: Actor, suspension: Suspension) -> None:
    """Before its time; ending it twice changes nothing."""
    with changing(actor, suspension.premises, PERMISSIONS[Suspension.Kind(suspension.kind)]):
        row = Suspension.objects.select_for_update(of=("self",)).get(pk=suspension.pk)
        if row.ended_at is None:
            row.ended_by = actor
            watching.end_suspension(row, timezone.now())
