"""Whether a report is held back for a look before it goes its way. Nothing is ever dropped."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from naoso.domains.citizen_reports.models import Block, BlockKind
from naoso.domains.citizen_reports.rules.routing import only_words

SALT = "naoso.citizen_reports.screening"


def digest(value: str) -> str:
    """A keyed digest: good to compare, useless to read. Empty stays empty."""
    return salted_hmac(SALT, value.strip().lower(), algorithm="sha256").hexdigest() if value else ""


def held_because(
    *,
    text: str,
    blocked_words: Iterable[str],
    device: str = "",
    email: str = "",
    phone: str = "",
    prints: tuple[int, ...] = (),
) -> str:
    """The reason in words, or nothing. `device` is a digest already; `prints` are photo fingerprints."""
    wanted = {
        BlockKind.DEVICE: [device] if device else [],
        BlockKind.EMAIL: [digest(email)] if email else [],
        BlockKind.PHONE: [digest(phone)] if phone else [],
        BlockKind.PHOTO: [str(one) for one in prints],
    }
    matches = Q()
    for kind, values in wanted.items():
        if values:
            matches |= Q(kind=kind, value__in=values)
    if matches:
        now = timezone.now()
        endless = Q(until__isnull=True) | Q(until__gt=now)
        in_force = Block.objects.filter(endless, matches, lifted_at__isnull=True)
        reason = in_force.values_list("reason", flat=True).first()
        if reason is not None:
            return _("blocked: %(reason)s") % {"reason": reason}
    return blocked_words_in(text, blocked_words)


def blocked_words_in(text: str, blocked_words: Iterable[str]) -> str:
    """Names the words that a moderator does not let through unseen."""
    if not text:
        return ""
    said = f" {only_words(text)} "
    for words in blocked_words:
        if f" {only_words(words)} " in said:
            return _("blocked words: %(words)s") % {"words": words}
    return ""
