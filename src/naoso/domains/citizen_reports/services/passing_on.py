"""What was passed on to an outside body leaves by e-mail or Open311, until it arrived; what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import httpx
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.connectors.open311.client import Client, Open311Error
from naoso.connectors.open311.types import CLOSED, Outgoing, ServiceRequest
from naoso.connectors.outbound import guard
from naoso.core.people.audit import recorded
from naoso.core.webhooks.signing import unseal
from naoso.domains.citizen_reports.models import (
    Forwarding,
    ForwardingState,
    OutsideBody,
    OutsideChannel,
    Photo,
)
from naoso.domains.citizen_reports.rules.words import without_personal_data
from naoso.domains.citizen_reports.services.changes import locked_row, settle
from naoso.domains.citizen_reports.services.moves import go_on
from naoso.domains.citizen_reports.services.progress import tell_progress
from naoso.domains.citizen_reports.services.telling import tell_officers
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.errors import BadInput
from naoso.kernel.findings import Severity

BATCH = 50
CLAIM = timedelta(minutes=3)
ASK_AGAIN = timedelta(minutes=15)
TIMEOUT_S = 20.0
RETRY_AFTER = (
    timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1),
    timedelta(hours=6), timedelta(hours=16),
)  # fmt: skip
UNNUMBERED = "token:"  # a server that gives no number yet gives a token to ask for it with


class NotSent(Exception):
    """It did not leave; `final`: another try cannot help."""

    def __init__(self, words: str, *, final: bool) -> None:
        super().__init__(words)
        self.final = final


@dataclass(frozen=True, slots=True)
class Parcel:
    """What an outside body gets to know: the matter, never who reported it."""

    title: str
    text: str
    photo: bytes


def send_due() -> int:
    """Sends what is due and asks after what was sent; each row is claimed, so two workers never meet."""
    done = 0
    while done < BATCH and (row := claim()) is not None:
        if row.state == ForwardingState.QUEUED:
            attempt(row)
        else:
            ask_after(row)
        done += 1
    return done


def claim() -> Forwarding | None:
    """The one that has waited longest; if we die, it is due again after the claim."""
    with transaction.atomic():
        rows = Forwarding.objects.select_for_update(skip_locked=True, of=("self",))
        rows = rows.select_related("body", "report__category", "report__unit", "report__owner")
        row = rows.filter(next_try_at__lte=timezone.now()).order_by("next_try_at").first()
        if row is not None:
            row.next_try_at = timezone.now() + CLAIM
            row.save(update_fields=["next_try_at"])
    return row


def attempt(row: Forwarding) -> None:
    """One try; the outcome is kept with it."""
    if row.report.state != State.OUTSIDE:
        keep(row, ForwardingState.WITHDRAWN)
        return
    row.attempts += 1
    try:
        remote_id = send(row)
    except NotSent as error:
        later(row, error)
        return
    row.sent_at, row.remote_id, row.error = timezone.now(), remote_id[:120], ""
    asks = row.body.channel == OutsideChannel.OPEN311
    keep(row, ForwardingState.SENT, again=ASK_AGAIN if asks else None)


def keep(row: Forwarding, state: ForwardingState, *, again: timedelta | None = None) -> None:
    """The row as it stands now, and when we look at it next."""
    row.state, row.next_try_at = state, timezone.now() + again if again else None
    with recorded(None, reason="forwarding"):
        row.save()


def later(row: Forwarding, error: NotSent) -> None:
    """Again with patience; at last the report comes back to its officers, who hear why."""
    row.error = str(error)[:500]
    if not error.final and row.attempts <= len(RETRY_AFTER):
        keep(row, ForwardingState.QUEUED, again=RETRY_AFTER[row.attempts - 1])
        return
    with recorded(None, reason="forwarding"):
        keep(row, ForwardingState.FAILED)
        report = locked_row(row.report_id)
        if report.state == State.OUTSIDE:
            go_on(report)
            settle(report)
        words = {"code": report.code, "body": row.body}
        title = _("Report %(code)s could not be passed on to %(body)s") % words
        tell_officers(report, title, row.error, severity=Severity.SEVERE)


def send(row: Forwarding) -> str:
    """By the body's channel; returns its number there, if it gives one. Raises NotSent."""
    if not row.body.enabled:
        raise NotSent(_("This outside body is switched off."), final=True)
    parcel = parcel_of(row)
    if row.body.channel == OutsideChannel.OPEN311:
        return send_by_open311(row, parcel)
    return send_by_email(row, parcel)


def parcel_of(row: Forwarding) -> Parcel:
    """Words, place and the first photo, blurred: outside the house it is as good as public."""
    report, note = row.report, row.note
    rows = report.photos.filter(blurred_at__isnull=False).exclude(public_file="")
    photo: Photo | None = rows.first()
    where = f"{report.point.y:.6f}, {report.point.x:.6f}"
    lines = [
        without_personal_data(report.text),
        note,
        _("Place: %(where)s")
        % {"where": " · ".join(filter(None, (report.place_text, str(report.unit), where)))},
    ]
    title = _("Report %(number)s: %(category)s") % {"number": report.pk, "category": report.category.title}
    body = b""
    if photo is not None:
        with photo.public_file.open("rb") as file:
            body = file.read()
    return Parcel(title, "\n\n".join(line for line in lines if line), body)


def send_by_email(row: Forwarding, parcel: Parcel) -> str:
    """With the photo, and a link where the answer can be written without an account."""
    link = settings.SITE_URL + reverse("citizen_reports:outside_answer", args=[row.token])
    answer = _("Please tell us here what was done: %(link)s") % {"link": link}
    letter = EmailMessage(
        parcel.title,
        f"{parcel.text}\n\n{answer}",
        to=[row.body.address],
        headers={"Message-ID": f"<forwarding-{row.token}@naoso>"},
    )
    if parcel.photo:
        letter.attach("photo.jpg", parcel.photo, "image/jpeg")
    try:
        letter.send()
    except OSError as error:  # smtplib's errors are OSErrors
        raise NotSent(str(error), final=False) from error
    return ""


def send_by_open311(row: Forwarding, parcel: Parcel) -> str:
    """As a request of theirs; our token is the idempotency key."""
    report = row.report
    outgoing = Outgoing(
        service_code=row.body.service_code,
        lat=report.point.y,
        long=report.point.x,
        description=f"{parcel.title}\n\n{parcel.text}"[:4000],
        address_string=report.place_text,
        media=parcel.photo,
        draft=str(row.token),
    )
    try:
        with guard.client(settings.WEBHOOK_NETWORKS, timeout=TIMEOUT_S) as http:
            receipt = client_of(row.body, http).post_request(outgoing)
    except Open311Error as error:
        raise NotSent(str(error), final=error.final) from error
    return receipt.service_request_id or UNNUMBERED + receipt.token


def client_of(body: OutsideBody, http: httpx.Client) -> Client:
    """Speaks with that body's server."""
    key = unseal(body.secret) if body.secret else ""
    return Client(http, body.address, jurisdiction=body.jurisdiction, api_key=key)


def ask_after(row: Forwarding) -> None:
    """Closed there with words: their answer is ours. A server that is away is asked again later."""
    if row.report.state != State.OUTSIDE:
        keep(row, ForwardingState.WITHDRAWN)
        return
    try:
        with guard.client(settings.WEBHOOK_NETWORKS, timeout=TIMEOUT_S) as http:
            found = asked(client_of(row.body, http), row)
    except Open311Error as error:
        row.error = str(error)[:500]
        keep(row, ForwardingState(row.state), again=ASK_AGAIN)
        return
    row.error = ""
    keep(row, ForwardingState.RECEIVED if found else ForwardingState(row.state), again=ASK_AGAIN)
    if found is not None and found.status == CLOSED:
        take_answer(row, found)


def asked(client: Client, row: Forwarding) -> ServiceRequest | None:
    """How it stands there; None while it has no number there."""
    if row.remote_id.startswith(UNNUMBERED):
        number = client.token(row.remote_id.removeprefix(UNNUMBERED)).service_request_id
        if not number:
            return None
        row.remote_id = number[:120]
    return client.request(row.remote_id)


def take_answer(row: Forwarding, found: ServiceRequest) -> None:
    """A closed request without a word still needs words for the citizen."""
    words = found.status_notes or _("%(body)s has dealt with it.") % {"body": row.body}
    try:
        tell_progress(forwarding=row, solved=True, text=words)
    except BadInput:  # an officer took the report back a moment ago
        keep(row, ForwardingState.WITHDRAWN)
