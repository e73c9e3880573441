"""Warnings of others: fetched from addresses or handed in, checked, kept once; nothing is lost."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from naoso.connectors.cap import feeds, signing
from naoso.connectors.cap.alert import Alert
from naoso.connectors.cap.checking import doubts
from naoso.connectors.cap.markup import tree_of
from naoso.connectors.cap.reading import alert_of
from naoso.connectors.outbound import guard
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import require
from naoso.domains.warnings.events import arrived, source_failed
from naoso.domains.warnings.models import FeedSource, Imported, RefusedImport, Signature, Trust
from naoso.kernel.errors import BadInput, FieldError
from naoso.kernel.findings import Severity

MODERATE = "warnings.moderate"
MOST_LINKS = 100
TIMEOUT_S = 20.0
END = "-----END CERTIFICATE-----"


@dataclass(slots=True)
class Tally:
    """What one look at a source, or one file, brought."""

    new: int = 0
    known: int = 0
    refused: int = 0


def poll_due(now: dt.datetime | None = None) -> int:
    """Each source whose time has come; one that fails does not hold up the others."""
    moment = now or timezone.now()
    count = 0
    for source in FeedSource.objects.filter(enabled=True):
        if source.asked_at is None or source.asked_at + dt.timedelta(minutes=source.every_minutes) <= moment:
            poll(source)
            count += 1
    return count


def poll(source: FeedSource) -> Tally:
    """Asks, reads, keeps. A source that does not answer says so on its line and is asked again."""
    FeedSource.objects.filter(pk=source.pk).update(asked_at=timezone.now())
    tally = Tally()
    try:
        with guard.client(settings.WEBHOOK_NETWORKS, timeout=TIMEOUT_S) as client:
            answer = fetch(client, source.url, etag=source.etag)
            if answer is not None:
                raw, etag = answer
                _take_all(raw, source, client, tally)
                FeedSource.objects.filter(pk=source.pk).update(etag=etag[:200])
    except (httpx.HTTPError, BadInput) as error:
        _failed(source, str(error))
        return tally
    FeedSource.objects.filter(pk=source.pk).update(answered_at=timezone.now(), error="")
    return tally


def fetch(client: httpx.Client, url: str, *, etag: str = "") -> tuple[bytes, str] | None:
    """The body and its ETag, not more than a feed may have; None: nothing has changed."""
    headers = {"If-None-Match": etag} if etag else {}
    with client.stream("GET", url, headers=headers) as answer:
        if answer.status_code == httpx.codes.NOT_MODIFIED:
            return None
        answer.raise_for_status()
        if answer.is_redirect:
            raise httpx.HTTPError(f"leads elsewhere: {answer.headers.get('location', '')}")
        raw = bytearray()
        for part in answer.iter_bytes():
            raw += part
            if len(raw) > feeds.MOST_BYTES:
                raise BadInput.of("body", "", "size", f"must not exceed {feeds.MOST_BYTES} bytes")
        return bytes(raw), answer.headers.get("etag", "")


def upload(*, actor: Account, owner: Organisation, raw: bytes) -> Tally:
    """A file by hand. Raises BadInput where it is neither CAP nor a feed that holds some."""
    require(actor, MODERATE, owner_id=owner.pk)
    return take(raw, owner)


def take(raw: bytes, owner: Organisation) -> Tally:
    """What a file holds, without a source."""
    tally = Tally()
    for one in feeds.contents_of(raw).alerts:
        _take(one, owner, None, "", tally)
    return tally


def _take_all(raw: bytes, source: FeedSource, client: httpx.Client, tally: Tally) -> None:
    contents = feeds.contents_of(raw)
    for one in contents.alerts:
        _take(one, source.owner, source, source.url, tally)
    for link in contents.links[:MOST_LINKS]:
        try:
            answer = fetch(client, link)
        except (httpx.HTTPError, BadInput, httpx.InvalidURL) as error:
            _refuse(
                link.encode(), source.owner, source, link, [FieldError("link", link, "fetch", str(error))]
            )
            tally.refused += 1
            continue
        if answer is not None:
            _take(answer[0], source.owner, source, link, tally)


def _take(raw: bytes, owner: Organisation, source: FeedSource | None, link: str, tally: Tally) -> None:
    try:
        alert, signature = believed(raw, source)
    except BadInput as error:
        _refuse(raw, owner, source, link, error.errors)
        tally.refused += 1
        return
    if keep(raw, alert, signature, owner, source):
        tally.new += 1
    else:
        tally.known += 1


def believed(raw: bytes, source: FeedSource | None) -> tuple[Alert, str]:
    """The alert, read from what was signed where a signature is demanded. Raises BadInput."""
    if source is not None and source.trust == Trust.SIGNED:
        root = signing.verified(raw, certificates=certificates_of(source.certificates))
        return alert_of(root), Signature.VALID
    root = tree_of(raw)
    return alert_of(root), Signature.UNCHECKED if signing.is_signed(root) else Signature.NONE


def certificates_of(text: str) -> list[str]:
    """PEM blocks one below the other."""
    return [f"{part.strip()}\n{END}\n" for part in text.split(END) if part.strip()]


def keep(raw: bytes, alert: Alert, signature: str, owner: Organisation, source: FeedSource | None) -> bool:
    """One row a message, by sender, identifier and time; False: it was here already."""
    info = next((one for one in alert.infos if one.language.startswith("vi")), None)
    info = info or (alert.infos[0] if alert.infos else None)
    with recorded(None, reason="import"):
        row, fresh = Imported.objects.get_or_create(
            sender=alert.sender[:200], identifier=alert.identifier[:300], sent=alert.sent,
            defaults={
                "owner": owner, "source": source, "expires": alert.expires, "signature": signature,
                "headline": ((info.headline or info.event) if info else alert.note or alert.identifier)[:300],
                "severity": Severity[info.severity.upper()] if info else Severity.UNKNOWN,
                "message_type": alert.message_type, "status": alert.status, "raw": readable(raw),
                "doubts": [doubt.as_dict() for doubt in doubts(alert)],
            },
        )  # fmt: skip
        if fresh:
            emit(arrived(row))
    return fresh


def _refuse(
    raw: bytes, owner: Organisation, source: FeedSource | None, link: str, errors: Sequence[FieldError]
) -> None:
    digest = hashlib.sha256(raw).hexdigest()
    now = timezone.now()
    with recorded(None, reason="import"), transaction.atomic():
        _row, fresh = RefusedImport.objects.get_or_create(
            digest=digest,
            defaults={
                "owner": owner, "source": source, "link": link[:500], "raw": readable(raw),
                "errors": [error.as_dict() for error in errors],
            },
        )  # fmt: skip
        if not fresh:
            RefusedImport.objects.filter(digest=digest).update(times=F("times") + 1, last_at=now)


def readable(raw: bytes) -> str:
    """Kept as text whatever it was; PostgreSQL knows no NUL."""
    return raw.decode("utf-8", errors="backslashreplace").replace("\x00", "\\x00")


def _failed(source: FeedSource, why: str) -> None:
    with recorded(None, reason="import"):
        first = FeedSource.objects.filter(pk=source.pk, error="").exists()
        FeedSource.objects.filter(pk=source.pk).update(error=why[:300])
        if first:
            emit(source_failed(source))
