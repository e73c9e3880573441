"""What a person says of a hit, and what follows from it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from naoso.core.alerts.models import Alert
from naoso.core.alerts.services import acknowledge
from naoso.core.notify.services import settle_subject
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import allowed, require
from naoso.core.response.occurrences import Occurrence, respond
from naoso.core.response.witnesses import Testimony
from naoso.domains.traffic.events import hit_changed
from naoso.domains.traffic.hitting import RULE, locked_entries, quiet
from naoso.domains.traffic.models import Hit, ListEntry
from naoso.domains.traffic.selectors.ahead import junctions_ahead
from naoso.domains.traffic.workflow import HitState
from naoso.kernel.errors import BadInput, Conflict
from naoso.kernel.geometry import LonLat
from naoso.kernel.plates import clean
from naoso.kernel.text import storable

HITS = "traffic.hits"


def decide(*, actor: Account, hit: Hit, state: str, note: str = "") -> Hit:
    """Confirm, or say that it is not this plate or not this vehicle. A confirmed hit is an incident."""
    require(actor, HITS, hit)
    if state not in HitState.values:
        raise BadInput.of("state", state, "choice", _("Choose what it is."))
    wanted = HitState(state)
    with recorded(actor, note):
        locked_entries([hit.entry_id])
        row = (
            Hit.objects.select_for_update(of=("self",))
            .select_related("entry__watch_list", "camera")
            .get(pk=hit.pk)
        )
        if row.refuted:
            raise Conflict(_("A person has read another plate in its picture."))
        if wanted not in row.moves:
            raise Conflict(_("%(who)s has already decided this hit.") % {"who": row.decided_by})
        row.state, row.note = wanted, storable(note).strip()[:300]
        row.decided_at, row.decided_by = timezone.now(), actor
        if wanted is HitState.CONFIRMED:
            open_incident(row)
        row.save()
        settle_subject(subject=f"traffic:hit:{row.pk}")
        settle_alert(row, actor)
        emit(hit_changed("hit_decided", row.pk, row.owner_id, row.unit_id))
    return row


def settle_alert(hit: Hit, actor: Account) -> None:
    """The alert of a vehicle is over once no hit of it waits; who decided has seen it."""
    alert = Alert.objects.filter(rule=RULE, subject=hit.subject, active=True).first()
    if alert is not None and alert.acknowledged_at is None and allowed(actor, "alerts.acknowledge", alert):
        acknowledge(alert=alert, actor=actor, note=str(hit.get_state_display()))
    quiet([hit.entry_id])


def let_go(*, actor: Account, entries: QuerySet[ListEntry]) -> int:
    """Hits that wait for plates that are looked for no more need no word, and their alerts are over.

    In the transaction that takes the entries off, or ends their list.
    """
    rows = Hit.objects.waiting().select_for_update(of=("self",)).filter(entry__in=entries)
    gone = list(rows.order_by("pk"))
    for row in gone:
        row.state, row.decided_at, row.decided_by = HitState.GONE, timezone.now(), actor
        row.save(update_fields=["state", "decided_at", "decided_by"])
        settle_subject(subject=f"traffic:hit:{row.pk}")
        emit(hit_changed("hit_decided", row.pk, row.owner_id, row.unit_id))
    quiet({row.entry_id for row in gone})
    return len(gone)


def open_incident(hit: Hit) -> None:
    """One incident for each vehicle: a further hit is a further witness of it.

    More people see incidents than plates: it says which list and where; the panel beside it asks the right.
    """
    watch_list = hit.entry.watch_list
    ahead = [
        _("%(name)s, %(km)s km, about %(time)s")
        % {
            "name": one.gate.name, "km": number_format(one.metres / 1000, 1),
            "time": timezone.localtime(one.expected_at).strftime("%H:%M"),
        }
        for one in junctions_ahead(hit)
    ]  # fmt: skip
    lines = [
        without_plate(watch_list.reason, hit),
        f"{watch_list.authority} · {watch_list.legal_basis}",
        _("Next junctions: %(list)s") % {"list": "; ".join(ahead)} if ahead else "",
    ]
    name = without_plate(watch_list.name, hit) or watch_list.get_sort_display()
    title = _("Vehicle of the list “%(list)s” at %(place)s") % {"list": name, "place": hit.place}
    seen = Testimony(f"traffic:hit:{hit.pk}", title, f"/traffic/hits/{hit.pk}/", hit.at)
    (incident,) = respond(
        [
            Occurrence(
                kind=watch_list.incident_kind, title=title, severity=watch_list.severity,
                owner_id=hit.owner_id, testimony=seen, subject=hit.subject,
                description="\n".join(line for line in lines if line), unit_id=hit.unit_id,
                place=LonLat(hit.camera.shape.x, hit.camera.shape.y),
            )
        ]
    )  # fmt: skip
    hit.incident_id, hit.incident_number = incident.pk, incident.number


def without_plate(text: str, hit: Hit) -> str:
    """What a list says of itself, unless it names the plate."""
    plain = clean(text)
    return "" if any(plate in plain for plate in (hit.entry.plate, hit.plate)) else text
