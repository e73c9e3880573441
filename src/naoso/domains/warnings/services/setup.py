"""Templates, sources and the pace of channels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from cryptography import x509
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from naoso.connectors.outbound.guard import fault_of
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import require
from naoso.domains.warnings import rules
from naoso.domains.warnings.models import FeedSource, Pace, Template, Trust
from naoso.domains.warnings.services.importing import certificates_of
from naoso.kernel.errors import BadInput, FieldError

SETUP = "warnings.setup"
Row = TypeVar("Row", bound=models.Model)
WRITTEN = tuple(
    f"{name}{end}" for name in ("event", "headline", "description", "instruction") for end in ("", "_en")
)


def save_template(*, actor: Account | None, template: Template) -> Template:
    """Gaps that nobody fills are refused: they would stand in a warning."""
    if actor is not None:
        require(actor, SETUP)
    broken = list(_open(template))
    if broken:
        raise BadInput(*broken)
    return _saved(actor, template)


def _open(template: Template) -> Iterator[FieldError]:
    for name in WRITTEN:
        for gap in rules.unknown_gaps(getattr(template, name)):
            known = ", ".join(f"{{{one}}}" for one in rules.GAPS)
            words = _("Nobody fills {%(gap)s}. There are: %(known)s.") % {"gap": gap, "known": known}
            yield FieldError(name, gap, "gap", words)


def save_source(*, actor: Account | None, source: FeedSource) -> FeedSource:
    """An address that may be called, and certificates that can be read where signatures are demanded."""
    if actor is not None:
        require(actor, SETUP, owner_id=source.owner_id)
    fault = fault_of(source.url, settings.WEBHOOK_NETWORKS)
    if fault:
        raise BadInput.of(
            "url", source.url, "address", _("This address may not be called: %(why)s") % {"why": fault}
        )
    if source.trust == Trust.SIGNED:
        blocks = certificates_of(source.certificates)
        if not blocks:
            raise BadInput.of("certificates", "", "required", _("Paste at least one certificate."))
        for block in blocks:
            try:
                x509.load_pem_x509_certificate(block.encode())
            except ValueError as error:
                words = _("This is no certificate in PEM form.")
                raise BadInput.of("certificates", block[:60], "pem", words) from error
    return _saved(actor, source)


def save_pace(*, actor: Account, channel: str, per_second: int) -> Pace:
    """How many messages a second a channel carries."""
    require(actor, SETUP)
    with recorded(actor):
        pace, _made = Pace.objects.update_or_create(channel=channel, defaults={"per_second": per_second})
    return pace


def _saved(actor: Account | None, row: Row) -> Row:
    try:
        row.full_clean()
    except ValidationError as error:
        raise BadInput(
            *(
                FieldError(name, getattr(row, name, ""), "valid", " ".join(words))
                for name, words in error.message_dict.items()
            )
        ) from error
    with recorded(actor):
        row.save()
    return row
