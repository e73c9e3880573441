"""Blocks and blocked words: what matches is held back for a look, never dropped; each is one move to lift."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.domains.citizen_reports.models import (
    Block,
    BlockedWord,
    BlockKind,
    EntryKind,
    Report,
    Reporter,
)
from naoso.domains.citizen_reports.rules.routing import only_words
from naoso.domains.citizen_reports.services.changes import changing, write
from naoso.domains.citizen_reports.services.publishing import MODERATE
from naoso.domains.citizen_reports.services.screening import digest
from naoso.kernel.errors import BadInput


def values_of(report: Report, kind: BlockKind) -> list[str]:
    """What a block of this kind would compare; nothing where the sender left nothing of it."""
    if kind == BlockKind.PHOTO:
        prints = report.photos.filter(fingerprint__isnull=False).values_list("fingerprint", flat=True)
        return [str(one) for one in prints]
    reporter = Reporter.objects.filter(report=report).first()
    if reporter is None:
        return []
    found = {
        BlockKind.DEVICE: reporter.device,
        BlockKind.EMAIL: digest(reporter.email),
        BlockKind.PHONE: digest(reporter.phone),
    }[kind]
    return [found] if found else []


def kinds_for(report: Report) -> list[BlockKind]:
    """What of a report can be blocked."""
    return [kind for kind in BlockKind if values_of(report, kind)]


def block(
    *, report: Report, actor: Account, kind: BlockKind, reason: str, until: dt.datetime | None = None
) -> list[Block]:
    """Hold back what comes from here on. The hint names the report, so that nobody's address is shown."""
    if not reason.strip():
        raise BadInput.of("reason", reason, "required", _("Say why."))
    if until is not None and until <= timezone.now():
        raise BadInput.of("until", until.isoformat(), "future", _("The end must lie in the future."))
    values = values_of(report, kind)
    if not values:
        raise BadInput.of("kind", kind, "present", _("This report has nothing of the kind to block."))
    words = {"what": kind.label, "code": report.code}
    with changing(report, actor, permission=MODERATE, reason=reason.strip()[:300]) as row:
        made = [
            Block.objects.create(
                kind=kind,
                value=value,
                hint=(_("%(what)s of report %(code)s") % words)[:80],
                reason=reason.strip()[:300],
                created_by=actor,
                until=until,
            )
            for value in values
        ]
        text = _("Blocked: %(what)s") % {"what": kind.label}
        write(row, f"{text} – {reason.strip()[:300]}", kind=EntryKind.MODERATED, actor=actor, public=False)
    return made


def lift(*, block: Block, actor: Account) -> None:
    """What comes goes its way again."""
    require(actor, MODERATE)
    with recorded(actor):
        Block.objects.filter(pk=block.pk, lifted_at__isnull=True).update(
            lifted_at=timezone.now(), lifted_by=actor
        )


def add_words(*, words: str, actor: Account) -> BlockedWord:
    """Reports with these words are held back; the same words again are switched on."""
    require(actor, MODERATE)
    words = " ".join(words.split())[:80]
    if not only_words(words).strip():
        raise BadInput.of("words", words, "required", _("Type the words."))
    with recorded(actor):
        row, _fresh = BlockedWord.objects.update_or_create(
            words=words, defaults={"enabled": True}, create_defaults={"created_by": actor}
        )
    return row


def switch_words(*, row: BlockedWord, actor: Account, on: bool) -> None:
    """Off, or on again."""
    require(actor, MODERATE)
    with recorded(actor):
        BlockedWord.objects.filter(pk=row.pk).update(enabled=on)
