"""What the clock does: transmitters that fell silent, tests that end, alarms that are over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.alerts.services import receive
from naoso.core.notify.services import notify
from naoso.core.outbox.services import emit_all
from naoso.core.people.audit import recorded
from naoso.core.response.occurrences import Occurrence, respond
from naoso.core.response.witnesses import Testimony
from naoso.domains.fire import consequences, rules
from naoso.domains.fire.events import changed
from naoso.domains.fire.models import Alarm, Detector, Premises, Suspension, Transmitter
from naoso.domains.fire.workflow import DetectorState, LinkState
from naoso.kernel.findings import Severity
from naoso.kernel.geometry import LonLat

MOST_AT_ONCE = 500


def watch(now: dt.datetime | None = None, *, awake_since: dt.datetime | None = None) -> None:
    """All of it, each in a transaction of its own."""
    now = now or timezone.now()
    lose_transmitters(now, awake_since=awake_since)
    for step in (end_suspensions, quieten, end_alarms, calm_transmitters):
        with recorded(None, reason="fire clock"):
            step(now)


def locked(rows: QuerySet[Any]) -> list[int]:
    """The premises of these rows, locked first as the intake does, so that the two never wait for each other.

    Those that the intake works on just now have their turn next time.
    """
    ids = list(rows.values_list("premises_id", flat=True).distinct()[:MOST_AT_ONCE])
    held = Premises.objects.select_for_update(no_key=True, skip_locked=True).filter(pk__in=ids)
    return list(held.order_by("pk").values_list("pk", flat=True))


def lose_transmitters(now: dt.datetime, *, awake_since: dt.datetime | None = None) -> list[Transmitter]:
    """An alert and an incident for each; nobody is lost while the centre itself was deaf."""
    quiet = Transmitter.objects.filter(
        state=LinkState.ALIVE, source__enabled=True, heard_at__lt=now - rules.A_MINUTE
    )
    with recorded(None, reason="fire clock"):
        rows = quiet.filter(premises__in=locked(quiet.order_by())).select_related("premises")
        lost = [row for row in rows if rules.is_lost(heard(row, awake_since), row.heartbeat, now)]
        Transmitter.objects.filter(pk__in=[row.pk for row in lost]).update(state=LinkState.LOST)
        receive([consequences.link_finding(row, row.premises, now, active=True) for row in lost])
        if lost:
            consequences.ensure_kind()
        respond([lost_occurrence(row, now) for row in lost])
        emit_all(changed(row.premises) for row in lost)
    return lost


def heard(row: Transmitter, awake_since: dt.datetime | None) -> dt.datetime:
    """Its last word, or since when the centre listens."""
    last = row.heard_at or row.connected_at
    return max(last, awake_since) if awake_since else last


def lost_occurrence(row: Transmitter, now: dt.datetime) -> Occurrence:
    """A premises that nobody watches is an incident of its own."""
    premises, subject = row.premises, str(consequences.subject_of(row))
    title = consequences.link_title(row, premises)
    return Occurrence(
        kind=consequences.KIND, title=title, severity=Severity.MODERATE, owner_id=premises.owner_id,
        unit_id=premises.unit_id, subject=subject, description=premises.address,
        testimony=Testimony(subject, title, f"/fire/{premises.pk}/?tab=detectors", now),
        place=LonLat(premises.point.x, premises.point.y),
    )  # fmt: skip


def end_suspensions(now: dt.datetime) -> int:
    """A test or isolation whose time is over ends by itself and says so."""
    over = Suspension.objects.filter(ended_at__isnull=True, until__lte=now)
    rows = list(
        over.filter(premises__in=locked(over.order_by())).select_related(
            "premises", "zone", "detector", "set_by"
        )
    )
    for row in rows:
        end_suspension(row, row.until)
        title = _("%(what)s is over: %(premises)s") % {
            "what": row.get_kind_display(), "premises": row.premises.name,
        }  # fmt: skip
        notify(
            key="fire.suspension_over", title=title, body=_("Alarms call people again."),
            url=f"/fire/{row.premises_id}/", severity=Severity.MINOR,
            recipients=[row.set_by] if row.set_by else [], subject=str(row.premises.subject),
        )  # fmt: skip
    emit_all(changed(row.premises) for row in rows)
    return len(rows)


def end_suspension(row: Suspension, at: dt.datetime) -> None:
    """The row and the detectors that it held; alarms in test are over with the last test."""
    row.ended_at = max(at, row.set_at)
    row.save(update_fields=["ended_at", "ended_by"])
    covered = Detector.objects.filter(zone__premises=row.premises_id)
    if row.detector_id:
        covered = covered.filter(pk=row.detector_id)
    elif row.zone_id:
        covered = covered.filter(zone=row.zone_id)
    state = DetectorState.TEST if row.kind == Suspension.Kind.TEST else DetectorState.ISOLATED
    others = Suspension.objects.running(row.ended_at).filter(premises=row.premises_id).exclude(pk=row.pk)
    if not others.exists():
        covered.filter(state=state).update(state=DetectorState.NORMAL, state_at=at)
        Alarm.objects.open().filter(premises=row.premises_id, in_test=True).update(ended_at=row.ended_at)


def quieten(now: dt.datetime) -> int:
    """The alert of an alarm that was restored a minute ago is cleared; its incident stays for people."""
    still = Alarm.objects.open().filter(in_test=False, quiet=False, restored_at__lte=now - rules.QUIET)
    rows = list(still.filter(premises__in=locked(still.order_by())).select_related("premises"))
    receive(
        [
            consequences.finding(
                row.premises, consequences.ALARM, Severity(row.severity), now,
                consequences.alarm_title(row.premises), active=False,
            )
            for row in rows
        ]
    )  # fmt: skip
    Alarm.objects.filter(pk__in=[row.pk for row in rows]).update(quiet=True)
    emit_all(changed(row.premises) for row in rows)
    return len(rows)


def end_alarms(now: dt.datetime) -> int:
    """What was restored long enough ago is over: the next alarm is a new one."""
    over = Alarm.objects.open().filter(Q(quiet=True) | Q(in_test=True), restored_at__lte=now - rules.REARM)
    return over.update(ended_at=now)


def calm_transmitters(now: dt.datetime) -> int:
    """Those that flap no more."""
    calm = Transmitter.objects.filter(flapping_until__lte=now)
    rows = list(calm.filter(premises__in=locked(calm.order_by())).select_related("premises"))
    receive(
        [
            consequences.finding(
                row.premises, consequences.FLAPPING, Severity.MODERATE, now, row.name, active=False,
                subject=consequences.subject_of(row),
            )
            for row in rows
        ]
    )  # fmt: skip
    Transmitter.objects.filter(pk__in=[row.pk for row in rows]).update(flapping_until=None)
    return len(rows)
