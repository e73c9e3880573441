"""A call comes in: kept once, joined or opened as an incident in the same transaction, never dropped."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Organisation
from naoso.core.places.selectors import unit_at
from naoso.domains.sos import rules
from naoso.domains.sos.events import told as event_of
from naoso.domains.sos.models import Call, Position, Route
from naoso.domains.sos.reading import CallTold, DetailsTold, PositionTold
from naoso.domains.sos.services import incidents
from naoso.domains.sos.workflow import Channel, Outcome
from naoso.kernel.errors import Conflict
from naoso.kernel.geometry import LonLat

MOST_OF_A_TRACK = 5000


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a call came from: the network's address, and how."""

    address: str | None = None
    channel: str = Channel.APP


def receive(told: CallTold, caller: Caller = Caller(), now: dt.datetime | None = None) -> Call:
    """The call of this key, kept now or known already; a known one is not changed.

    Beyond the limit it is kept all the same, marked, and joins the caller's open call.
    """
    now = now or timezone.now()
    with recorded(None, "sos"):
        _alone(told.key)
        known = Call.objects.filter(key=told.key).first()
        if known is not None:
            return known
        call = _row(told, caller, now)
        first = _marked(call, now)
        call.save()
        if call.point is not None:
            _track(call, [PositionTold(told.place, told.accuracy_m, call.told_at)] if told.place else [])
        if first is None:
            incidents.open_or_join(call)
        else:
            incidents.join_first(call, first)
        emit(event_of(call, "received"))
    return call


def _alone(key: str) -> None:
    """The same key at the same moment waits for the first to be committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('sos:' || %s, 0))", [key])


def _row(told: CallTold, caller: Caller, now: dt.datetime) -> Call:
    unit = unit_at(told.place) if told.place else None
    return Call(
        key=told.key, short_key=rules.short_key(told.key), kind=told.kind, channel=caller.channel,
        silent=told.silent, phone=told.phone, text=told.text, device=told.device, network=caller.address,
        point=Point(told.place.lon, told.place.lat, srid=4326) if told.place else None,
        accuracy_m=told.accuracy_m if told.place else None, moved_at=now if told.place else None, unit=unit,
        outside=told.place is not None and unit is None, owner=owner_of(told.kind),
        told_at=rules.believable(told.at, now), created_at=now,
    )  # fmt: skip


def owner_of(kind: str) -> Organisation:
    """By the table of routes: the row of the kind, else the row for all others, else who stands highest."""
    routes = {
        route.kind: route.owner for route in Route.objects.filter(kind__in={kind, ""}).select_related("owner")
    }
    owner = routes.get(kind) or routes.get("") or Organisation.objects.order_by("pk").first()
    if owner is None:
        raise Conflict(_("This centre has no body yet that could answer."))
    return owner


def _marked(call: Call, now: dt.datetime) -> Call | None:
    """Sets the marks of abuse; returns the open call that this one joins, where there are too many."""
    recent = Call.objects.filter(created_at__gte=now - rules.WINDOW).order_by("-created_at")
    ways = (
        ({"phone": call.phone}, rules.MOST_OF_A_CALLER), ({"device": call.device}, rules.MOST_OF_A_CALLER),
        ({"network": call.network}, rules.MOST_OF_AN_ADDRESS),
    )  # fmt: skip
    joined = None
    for same, most in ways:
        if not all(same.values()):
            continue
        earlier = list(recent.filter(**same)[: most + 1])
        if rules.too_many([row.created_at for row in earlier], now, most):
            call.many = True
            joined = joined or next((row for row in earlier if row.is_open and row.incident_id), None)
    if call.phone:
        call.false_before = Call.objects.filter(phone=call.phone, outcome=Outcome.FALSE).count()
    return joined


def add_details(*, call: Call, told: DetailsTold) -> Call:
    """What the caller says after the button: kind, number, words. Another kind than before is noted."""
    with recorded(None, "sos"):
        row = locked(call)
        if not row.is_open:
            return row
        new_kind = told.kind if told.kind and told.kind != row.kind else ""
        row.kind = told.kind or row.kind
        row.phone = told.phone if told.phone is not None else row.phone
        row.text = told.text if told.text is not None else row.text
        if new_kind:
            row.owner = owner_of(new_kind)
        row.save()
        if new_kind:
            incidents.kind_came(row)
        if row.phone and row.phone != call.phone:
            incidents.ask_to_call_back(row)
        emit(event_of(row, "changed"))
    return row


def move(*, call: Call, told: list[PositionTold]) -> Call:
    """The phone's track goes on; the newest fix is where the call is now. One event a batch."""
    now = timezone.now()
    told = [replace(one, at=rules.believable(one.at, now)) for one in told]
    if not told:
        return call
    with recorded(None, "sos"):
        row = locked(call)
        if not row.is_open or row.wiped_at or row.positions.count() >= MOST_OF_A_TRACK:
            return row
        had_place = row.point is not None
        _track(row, told)
        newest = max(told, key=lambda one: one.at)
        if row.moved_at is None or newest.at >= row.moved_at - rules.AHEAD:
            _place(row, newest.place, newest.accuracy_m, newest.at)
        if not had_place:
            incidents.place_came(row)
        emit(event_of(row, "moved"))
    return row


def _track(call: Call, told: list[PositionTold]) -> None:
    Position.objects.bulk_create(
        [
            Position(call=call, at=one.at, accuracy_m=one.accuracy_m,
                     point=Point(one.place.lon, one.place.lat, srid=4326))
            for one in told
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _place(row: Call, place: LonLat, accuracy_m: float | None, at: dt.datetime) -> None:
    row.point, row.accuracy_m, row.moved_at = Point(place.lon, place.lat, srid=4326), accuracy_m, at
    changed = ["point", "accuracy_m", "moved_at"]
    if row.unit_id is None:
        row.unit = unit_at(place)
        row.outside = row.unit is None
        changed += ["unit", "outside"]
    row.save(update_fields=changed)


def locked(call: Call) -> Call:
    """The row for one change."""
    return Call.objects.select_for_update(of=("self",)).select_related("owner", "unit").get(pk=call.pk)
