"""An SMS of the gateway: joins the call that its phone has just made, else is a call of its own."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.utils import timezone

from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.domains.sos import rules
from naoso.domains.sos.events import told as event_of
from naoso.domains.sos.models import Call, Sms
from naoso.domains.sos.reading import CallTold, DetailsTold, PositionTold
from naoso.domains.sos.services.receiving import Caller, add_details, move, receive
from naoso.domains.sos.workflow import Channel
from naoso.kernel.text import folded, nfc


def take_sms(*, message_id: str, sender: str, text: str, now: dt.datetime | None = None) -> Call:
    """The call that it is about; the same message again changes nothing.

    A sender with letters raises BadInput.
    """
    now, text = now or timezone.now(), nfc(text).replace("\x00", "").strip()[:1000]
    phone = rules.phone_of(sender, field="from")
    said = rules.read_sms(text, folded(text))
    with recorded(None, "sms"):
        _alone(message_id)
        known = Sms.objects.filter(message_id=message_id).select_related("call").first()
        if known is not None:
            return known.call
        call = _call_of(phone, said.short_key, now)
        if call is None:
            call = receive(
                CallTold(
                    key=f"sms-{message_id}"[:64], kind=said.kind, place=said.place, phone=phone, text=text,
                    accuracy_m=said.accuracy_m, at=said.at,
                ),
                Caller(channel=Channel.SMS), now,
            )  # fmt: skip
        else:
            call = _told_again(call, phone, said, now)
        Sms.objects.create(message_id=message_id, call=call, sender=phone, text=text, received_at=now)
        emit(event_of(call, "changed"))
    return call


def _alone(message_id: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('sos-sms:' || %s, 0))", [message_id])


def _call_of(phone: str, short_key: str, now: dt.datetime) -> Call | None:
    """By the key in the text, else by the number."""
    recent = Call.objects.open().filter(created_at__gte=now - rules.JOINS_WITHIN).order_by("-created_at")
    found = recent.filter(short_key=short_key).first() if short_key else None
    return found or (recent.filter(phone=phone).first() if phone else None)


def _told_again(call: Call, phone: str, said: rules.SmsTold, now: dt.datetime) -> Call:
    """What the call did not know yet, and where its phone is."""
    call = add_details(
        call=call,
        told=DetailsTold(
            kind=said.kind if said.kind and not call.kind else None, phone=phone if not call.phone else None
        ),
    )
    if said.place:
        call = move(call=call, told=[PositionTold(said.place, said.accuracy_m, said.at or now)])
    return call
