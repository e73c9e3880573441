"""Evidence: recordings of a case, packed, summed and signed; written down who asked and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from naoso.connectors.evidence import Item, fingerprint, signing_key, write
from naoso.core.people.audit import note, recorded
from naoso.core.people.models import Account, AuditAction
from naoso.core.people.scope import require
from naoso.core.response.models import Incident
from naoso.domains.cameras.models import CameraSource, EvidencePackage, Footage, LookKind, May, PackageState
from naoso.domains.cameras.queue import make_later
from naoso.domains.cameras.rights import Rights, checked_reason, look_at_many, rights_of
from naoso.kernel.errors import BadInput, NotAllowed

LONGEST = dt.timedelta(hours=6)
MOST_CAMERAS = 16
FOLDER = "cameras/evidence"


def checked_span(since: dt.datetime, until: dt.datetime, longest: dt.timedelta = LONGEST) -> None:
    """Raises BadInput for a span that ends before it begins, or is too long."""
    if until <= since:
        raise BadInput.of("until", until.isoformat(), "order", _("The end is before the beginning."))
    if until - since > longest:
        hours = longest.total_seconds() / 3600
        raise BadInput.of(
            "until", until.isoformat(), "length", _("At most %(hours)g hours.") % {"hours": hours}
        )


def pieces_of(sources: Sequence[CameraSource], since: dt.datetime, until: dt.datetime) -> QuerySet[Footage]:
    """Recordings that overlap the span, by camera and time."""
    rows = Footage.objects.during(since, until).filter(source__in=sources)
    return rows.select_related("source__camera").order_by("source_id", "began_at")


def export(
    *, actor: Account, incident: Incident, sources: Sequence[CameraSource], since: dt.datetime,
    until: dt.datetime, reason: str,
) -> EvidencePackage:  # fmt: skip
    """Asks for a package; it is written in the background. Raises NotAllowed, BadInput."""
    words = checked_reason(reason)
    checked_span(since, until)
    if not 0 < len(sources) <= MOST_CAMERAS:
        raise BadInput.of("sources", len(sources), "range", _("Choose 1 to 16 cameras."))
    look_at_many(
        actor=actor,
        sources=sources,
        kind=LookKind.EXPORT,
        reason=words,
        incident=incident,
        span=(since, until),
    )
    count = pieces_of(sources, since, until).count()
    if not count:
        raise BadInput.of("since", since.isoformat(), "recorded", _("Nothing was recorded in this time."))
    with recorded(actor, words):
        package = EvidencePackage.objects.create(
            incident=incident, began_at=since, ended_at=until, reason=words, made_by=actor, pieces=count
        )
        package.sources.set(sources)
        transaction.on_commit(lambda: make_later(package.pk))
    return package


def make(pk: int, *, last: bool = True) -> None:
    """Writes the file; again, where it was written in part. A fault of the last try is told on the page.

    Until then the package is being made, and what it wants is protected. One that would lack pieces is never
    signed.
    """
    package = EvidencePackage.objects.select_related("incident", "made_by").get(pk=pk)
    if package.state == PackageState.READY:
        return
    sources = list(package.sources.select_related("camera"))
    pieces = list(pieces_of(sources, package.began_at, package.ended_at))
    target = Path(default_storage.path(f"{FOLDER}/{package.pk}.zip"))
    try:
        if len(pieces) < package.pieces:
            raise FileNotFoundError(f"{package.pieces - len(pieces)} recordings are gone")
        package.sha256 = write(target, map(item_of, pieces), facts_of(package, sources), key())
    except (OSError, ValueError) as error:
        package.state = PackageState.FAILED if last else PackageState.MAKING
        package.fault = type(error).__name__
        with recorded(None):
            package.save(update_fields=["state", "fault"])
        raise
    package.state, package.path = PackageState.READY, f"{FOLDER}/{package.pk}.zip"
    package.size, package.fault = target.stat().st_size, ""
    with recorded(None):
        package.save(update_fields=["state", "fault", "path", "size", "sha256"])


def item_of(piece: Footage) -> Item:
    """One recorded piece with what it is; its name sorts by camera and time."""
    code = slugify(piece.source.camera.code)[:40] or f"camera-{piece.source_id}"
    name = f"{code}_{piece.began_at:%Y%m%dT%H%M%S}Z_{piece.pk}.mp4"
    facts = {
        "camera": piece.source.camera.code, "camera_name": piece.source.name,
        "began_at": piece.began_at.isoformat(), "ended_at": piece.ended_at.isoformat(), "codec": piece.codec,
    }  # fmt: skip
    return Item(name, Path(settings.RECORDINGS_DIR) / piece.path, facts)


def facts_of(package: EvidencePackage, sources: Sequence[CameraSource]) -> dict[str, object]:
    """Who, why, when, of which case."""
    return {
        "package": package.pk, "centre": settings.SITE_TITLE, "incident": package.incident.number,
        "incident_title": package.incident.title, "from": package.began_at.isoformat(),
        "to": package.ended_at.isoformat(), "why": package.reason,
        "who": f"{package.made_by} ({package.made_by.username})", "asked_at": package.made_at.isoformat(),
        "made_at": timezone.now().isoformat(), "cameras": [source.camera.code for source in sources],
    }  # fmt: skip


def key() -> EllipticCurvePrivateKey:
    """The centre's key for evidence."""
    return signing_key(settings.EVIDENCE_PRIVATE_KEY)


def own_fingerprint() -> str:
    """What a receiver compares."""
    return fingerprint(key().public_key())


def may_have(rights: Rights, package: EvidencePackage) -> bool:
    """Whether every camera in it is one of which the actor may export."""
    sources = package.sources.all()
    return all(rights.may(source, May.EXPORT) for source in sources)


def handed_out(*, actor: Account, package: EvidencePackage) -> None:
    """Every download leaves a row. Raises NotAllowed where one of its cameras is not the actor's."""
    require(actor, "cameras.export", package.incident)
    if not may_have(rights_of(actor), package):
        raise NotAllowed(_("You may not have the recordings of all its cameras."))
    note(AuditAction.EXPORT, actor, f"cameras:evidencepackage:{package.pk}", package.reason)
