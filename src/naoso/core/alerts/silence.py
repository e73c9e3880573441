"""Silence is an event: a source that should speak and does not becomes an alert of its own."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from naoso.core.alerts.models import Alert
from naoso.core.alerts.rules import is_silent
from naoso.core.alerts.services import receive
from naoso.core.registry.models import Source
from naoso.kernel.findings import Finding, Severity
from naoso.kernel.ids import SubjectRef

RULE = "source-silent"


def listen(now: datetime | None = None, *, awake_since: datetime | None = None) -> int:
    """Raise an alert for each source that fell silent, clear it for each that speaks again.

    Nobody is silent while the centre itself was deaf: time counts from `awake_since` at the earliest.
    """
    now = now or timezone.now()
    alarmed = set(Alert.objects.filter(rule=RULE, active=True).values_list("subject", flat=True))
    findings = []
    for source in Source.objects.filter(silence_after__isnull=False).select_related("last_word"):
        subject = SubjectRef("registry", "source", str(source.pk))
        assert source.silence_after is not None
        heard = source.last_seen_at or source.secret_changed_at
        heard = max(heard, awake_since) if awake_since else heard
        silent = source.enabled and is_silent(heard, source.secret_changed_at, source.silence_after, now)
        if silent != (str(subject) in alarmed):
            findings.append(word(source, subject, silent=silent, now=now))
    receive(findings)
    return len(findings)


def word(source: Source, subject: SubjectRef, *, silent: bool, now: datetime) -> Finding:
    """The finding, with the time of the last word in it."""
    seen = source.last_seen_at
    when = date_format(timezone.localtime(seen), "H:i d/m/Y") if seen else _("never")
    return Finding(
        rule=RULE,
        subject=subject,
        active=silent,
        severity=Severity.MODERATE,
        observed_at=now,
        owner_id=source.owner_id,
        unit_id=source.unit_id,
        title=_("Silent source: %(name)s") % {"name": source.name},
        detail=_("Last word: %(when)s.") % {"when": when},
    )
