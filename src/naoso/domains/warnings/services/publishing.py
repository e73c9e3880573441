"""Out: a valid, signed CAP file, the end of what it replaces, deliveries queued behind the page's back."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.connectors.cap import signing
from naoso.connectors.cap.checking import broken_rules, doubts
from naoso.connectors.cap.writing import render
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.core.response.models import DoneWhen
from naoso.core.response.stages import fulfil
from naoso.domains.warnings import rules
from naoso.domains.warnings.events import published
from naoso.domains.warnings.models import Outgoing, OutgoingState, PublicWarning, RemarkKind
from naoso.domains.warnings.services.cap import alert_of
from naoso.domains.warnings.services.drafting import incident_of
from naoso.domains.warnings.services.history import locked, moved
from naoso.domains.warnings.services.waking import queue_later
from naoso.domains.warnings.vocabulary import MessageType
from naoso.domains.warnings.words import named
from naoso.domains.warnings.workflow import OUT, State
from naoso.kernel.errors import BadInput, Conflict, FieldError

APPROVE = "warnings.approve"
ENDS = {MessageType.UPDATE: State.SUPERSEDED, MessageType.CANCEL: State.CANCELLED}


def require_publishable(warning: PublicWarning) -> None:
    """Everything that the standard or the house refuses, at its field. Raises BadInput."""
    now = timezone.now()
    found = alert_of(warning, now)
    errors = [named(error) for error in (*broken_rules(found), *doubts(found))]
    gaps = sorted(
        {
            gap
            for text in warning.texts.all()
            for gap in _gaps(text.headline, text.description, text.instruction, text.event)
        }
    )
    if gaps:
        shown = ", ".join(f"{{{gap}}}" for gap in gaps)
        words = _("Fill in what the template left open: %(gaps)s") % {"gaps": shown}
        errors.append(FieldError("description", shown, "gap", words))
    if warning.expires <= now:
        errors.append(FieldError("expires", warning.expires, "future", _("The end lies in the past.")))
    if errors:
        raise BadInput(*{(error.field, error.rule): error for error in errors}.values())


def _gaps(*texts: str) -> set[str]:
    return {gap for text in texts for gap in rules.open_gaps(text)}


def publish(*, actor: Account, warning: PublicWarning) -> PublicWarning:
    """An approved warning goes out: file, feeds and page at once, messages in the background."""
    require(actor, APPROVE, warning)
    require_publishable(warning)
    with recorded(actor):
        now = locked(warning)
        sent = timezone.now()
        out = moved(
            now, actor, State.PUBLISHED, RemarkKind.PUBLISHED, sent_at=sent,
            xml=signed(render(alert_of(now, sent))),
        )  # fmt: skip
        if out.predecessor is not None:
            _end(out.predecessor, actor, ENDS[MessageType(out.message_type)], out.identifier)
        emit(published(out))
        queue_later(out.pk)
        if (incident := incident_of(out)) is not None:
            fulfil(incident, DoneWhen.WARNING_OUT, actor, out.identifier)
    return out


def _end(warning: PublicWarning, actor: Account | None, to: State, why: str) -> None:
    now = locked(warning)
    if now.state == State.EXPIRED:
        return
    if now.state != State.PUBLISHED:
        raise Conflict(_("The warning is already: %(state)s.") % {"state": now.get_state_display()})
    moved(now, actor, to, RemarkKind.ENDED, why, ended_at=timezone.now())
    drop_waiting(now.pk)


def drop_waiting(*ids: int) -> int:
    """What is not sent yet of warnings that ended is not sent any more."""
    waiting = Outgoing.objects.filter(
        warning__in=ids, state__in=[OutgoingState.QUEUED, OutgoingState.SENDING]
    )
    return waiting.update(state=OutgoingState.EXPIRED)


def expire_due(now: dt.datetime | None = None) -> int:
    """By the clock: warnings past their end, and their messages that still wait. Returns how many."""
    due = PublicWarning.objects.filter(state=State.PUBLISHED, expires__lte=now or timezone.now())
    ids = list(due.values_list("pk", flat=True))
    for pk in ids:
        with recorded(None, reason="clock"):
            row = PublicWarning.objects.select_for_update(of=("self",)).get(pk=pk)
            if row.state == State.PUBLISHED:
                moved(row, None, State.EXPIRED, RemarkKind.ENDED, ended_at=timezone.now())
                drop_waiting(pk)
    return len(ids)


def signed(xml: bytes) -> str:
    """With the house's signature; without a key, as a test may run, as it is."""
    pair = signer(settings.CAP_KEY_FILE, settings.CAP_PRIVATE_KEY, settings.CAP_CERTIFICATE_FILE)
    if pair is None:
        return xml.decode()
    key, certificate = pair
    return signing.sign(xml, key=key, certificate=certificate).decode()


def certificate() -> str:
    """What others verify our warnings with; empty without a key."""
    pair = signer(settings.CAP_KEY_FILE, settings.CAP_PRIVATE_KEY, settings.CAP_CERTIFICATE_FILE)
    return pair[1] if pair else ""


@cache
def signer(key_file: str, generated: str, certificate_file: str) -> tuple[signing.PrivateKey, str] | None:
    """The province's own key and certificate where the settings name them, else the generated ones."""
    if not key_file and not generated:
        return None
    key = signing.key_of(Path(key_file).read_text(encoding="ascii") if key_file else generated)
    if certificate_file:
        return key, Path(certificate_file).read_text(encoding="ascii")
    return key, signing.certificate_of(key, urlsplit(settings.SITE_URL).hostname or "naoso")


def file_of(identifier: str) -> PublicWarning | None:
    """A published message by its identifier, ended ones too: references lead to them."""
    return PublicWarning.objects.filter(Q(state__in=OUT), identifier=identifier).first()
