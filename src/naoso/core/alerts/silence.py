"""Silence is an event: a source or a station that should speak and does not becomes an alert of its own.

A source that is silent speaks for all its stations; a gateway that speaks does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from naoso.core.alerts.models import Alert
from naoso.core.alerts.rules import is_silent
from naoso.core.alerts.services import receive
from naoso.core.registry.models import Source, Thing
from naoso.kernel.findings import Finding, Severity
from naoso.kernel.geometry import LonLat
from naoso.kernel.ids import SubjectRef

RULE, THING_RULE = "source-silent", "station-silent"


def listen(now: datetime | None = None, *, awake_since: datetime | None = None) -> int:
    """Raise an alert for each source and thing that fell silent, clear it for each that speaks again.

    Nobody is silent while the centre itself was deaf: time counts from `awake_since` at the earliest.
    """
    now = now or timezone.now()
    findings = [*of_sources(now, awake_since), *of_things(now, awake_since)]
    receive(findings)
    return len(findings)


def of_sources(now: datetime, awake_since: datetime | None) -> Iterator[Finding]:
    """Those of which it is news."""
    alarmed = alarmed_by(RULE)
    for source in Source.objects.filter(silence_after__isnull=False).select_related("last_word"):
        subject = SubjectRef("registry", "source", str(source.pk))
        silent = source.enabled and source_is_silent(source, now, awake_since)
        if silent != (str(subject) in alarmed):
            told = Told(_("Silent source: %(name)s"), source.name, source.last_seen_at)
            yield word(RULE, subject, source, told, silent=silent, now=now)


def of_things(now: datetime, awake_since: datetime | None) -> Iterator[Finding]:
    """Those of which it is news; where the source itself is silent, its alert stands for them too."""
    alarmed = alarmed_by(THING_RULE)
    rows = Thing.objects.filter(silence_after__isnull=False).select_related("source__last_word")
    latest = rows.annotate(heard=Max("series__latest__received_at")).values_list("pk", "heard")
    words: dict[int, datetime | None] = dict(latest)
    for thing in rows:
        heard_at = words.get(thing.pk)
        subject = SubjectRef(thing.domain, thing.kind, str(thing.pk))
        source = thing.source
        if source is not None and source.enabled and source_is_silent(source, now, awake_since):
            continue
        heard = latest_of(heard_at or thing.created_at, awake_since)
        assert thing.silence_after is not None
        quiet = is_silent(heard, thing.created_at, thing.silence_after, now)
        silent = quiet and (source is None or source.enabled)
        if silent != (str(subject) in alarmed):
            told = Told(_("Silent station: %(name)s"), thing.name, heard_at)
            yield word(THING_RULE, subject, thing, told, silent=silent, now=now)


def alarmed_by(rule: str) -> set[str]:
    """Subjects whose silence is known."""
    return set(Alert.objects.filter(rule=rule, active=True).values_list("subject", flat=True))


def source_is_silent(source: Source, now: datetime, awake_since: datetime | None) -> bool:
    """Longer than it may."""
    if source.silence_after is None:
        return False
    heard = latest_of(source.last_seen_at or source.secret_changed_at, awake_since)
    return is_silent(heard, source.secret_changed_at, source.silence_after, now)


def latest_of(heard: datetime, awake_since: datetime | None) -> datetime:
    """Time counts from when the centre could hear."""
    return max(heard, awake_since) if awake_since else heard


@dataclass(frozen=True, slots=True)
class Told:
    """Who is silent, in words, and since when."""

    title: str
    name: str
    seen_at: datetime | None


def word(
    rule: str, subject: SubjectRef, row: Source | Thing, told: Told, *, silent: bool, now: datetime
) -> Finding:
    """The finding, with the time of the last word in it."""
    seen = told.seen_at
    when = date_format(timezone.localtime(seen), "H:i d/m/Y") if seen else _("never")
    point = row.point if isinstance(row, Thing) else None
    return Finding(
        rule=rule,
        subject=subject,
        active=silent,
        severity=Severity.MODERATE,
        observed_at=now,
        owner_id=row.owner_id,
        unit_id=row.unit_id,
        place=LonLat(point.x, point.y) if point else None,
        title=told.title % {"name": told.name},
        detail=_("Last word: %(when)s.") % {"when": when},
    )
