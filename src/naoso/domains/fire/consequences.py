"""What follows from a batch: alerts, incidents, telephone calls; in the batch's own transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from naoso.core.alerts.services import receive
from naoso.core.notify.channels import Letter
from naoso.core.notify.models import ChannelName
from naoso.core.notify.services import tell_addresses
from naoso.core.response.models import Incident, IncidentKind
from naoso.core.response.occurrences import Occurrence, respond
from naoso.core.response.witnesses import Testimony
from naoso.domains.fire import rules
from naoso.domains.fire.episodes import Change
from naoso.domains.fire.models import Contact, Premises, Transmitter
from naoso.domains.fire.telling import Word
from naoso.domains.fire.workflow import DetectorState, LinkState
from naoso.domains.fire.world import World
from naoso.kernel.findings import Finding, Severity
from naoso.kernel.geometry import LonLat
from naoso.kernel.ids import SubjectRef

KIND = "fire"
ALARM, LATE, FAULT, ISOLATED = "fire-alarm", "fire-late", "fire-fault", "fire-isolated"
CLOCK, FLAPPING, LINK = "fire-clock", "fire-flapping", "fire-link"
NAMED = 5  # detectors spelled out in words


def draw(
    found: World,
    words: Sequence[Word],
    changes: dict[tuple[int, bool], Change],
    offsets: dict[int, dt.timedelta],
    flapping: dict[int, dt.datetime],
    heard: dict[int, dt.datetime],
) -> None:
    """Tell people of everything that is new; what only repeats tells nobody."""
    live = [c for c in changes.values() if not c.alarm.in_test and c.alarm.ended_at is None and c.words]
    news = [c for c in live if c.fresh or c.risen or c.again]
    known = with_open_incident(c.alarm.premises for c in news)
    receive(
        [
            *(alarm_finding(c, alone=c.alarm.premises_id in known or not c.fresh) for c in news),
            *late_findings(found, words),
            *state_findings(found, words, flapping),
            *clock_findings(found, offsets, heard),
            *flapping_findings(found, flapping),
            *link_findings(found, heard),
        ]
    )
    open_incidents([change for change in live if change.fresh or change.risen or change.witness])
    call([change.alarm.premises for change in live if change.alarm.severity > change.alarm.called], live)


def subject_of(box: Transmitter) -> SubjectRef:
    """As alerts and incidents name a transmitter."""
    return SubjectRef("fire", "transmitter", str(box.pk))


def finding(
    premises: Premises, rule: str, severity: Severity, at: dt.datetime, title: str, detail: str = "",
    *, active: bool = True, subject: SubjectRef | None = None,
) -> Finding:  # fmt: skip
    """In the scope and at the place of the premises."""
    return Finding(
        rule=rule, subject=subject or premises.subject, active=active, severity=severity, observed_at=at,
        owner_id=premises.owner_id, unit_id=premises.unit_id, title=title[:200], detail=detail,
        place=LonLat(premises.point.x, premises.point.y),
    )  # fmt: skip


def detectors_in_words(words: Iterable[Word]) -> str:
    """Which detectors tell of it, each once; what is not declared says so."""
    seen: dict[str, str] = {}
    for word in words:
        told = word.told
        if told.mirrored:
            seen[told.key] = _("mirrored from %(who)s") % {"who": told.feed}
            continue
        parts = []
        if told.zone:
            parts.append(_("zone %(zone)s") % {"zone": told.zone})
        if told.detector:
            parts.append(_("detector %(detector)s") % {"detector": told.detector})
        name = ", ".join(parts) or _("the whole panel")
        unknown = _("undeclared detector")
        seen[told.key] = f"{name} ({unknown})" if word.undeclared else name
    more = len(seen) - NAMED
    listed = "; ".join(list(seen.values())[:NAMED])
    return f"{listed} (+{more})" if more > 0 else listed


def alarm_title(premises: Premises) -> str:
    """The first words that anybody reads."""
    return _("Fire alarm: %(premises)s") % {"premises": premises.name}


def alarm_finding(change: Change, *, alone: bool) -> Finding:
    """Severe or extreme, with what tells of it; `alone`: no new incident tells people of it."""
    alarm = change.alarm
    detail = f"{alarm.premises.address}. {detectors_in_words(change.words)}"
    found = finding(
        alarm.premises, ALARM, Severity(alarm.severity), alarm.last_at, alarm_title(alarm.premises), detail
    )
    return replace(found, opens_incident=not alone)


def with_open_incident(premises: Iterable[Premises]) -> set[int]:
    """Those of which an incident is open already."""
    subjects = {str(one.subject): one.pk for one in premises}
    if not subjects:
        return set()
    known = Incident.objects.open().filter(subject__in=subjects).values_list("subject", flat=True)
    return {subjects[subject] for subject in known}


def late_findings(found: World, words: Sequence[Word]) -> Iterator[Finding]:
    """Old alarms that came only now: no alarm, but somebody should ask what happened."""
    newest: dict[int, Word] = {}
    for word in words:
        if word.late and word.told.kind == "alarm" and not word.held:
            newest[word.told.premises_id] = word
    for pk, word in newest.items():
        title = _("Late fire alarm: %(premises)s") % {"premises": found.premises[pk].name}
        when = date_format(timezone.localtime(word.told.told_at), "H:i d/m/Y")
        detail = _("The device told of it at %(when)s; it arrived only now.") % {"when": when}
        yield finding(found.premises[pk], LATE, Severity.MODERATE, word.told.received_at, title, detail)


def state_findings(
    found: World, words: Sequence[Word], flapping: dict[int, dt.datetime]
) -> Iterator[Finding]:
    """Faults and isolations of premises: alerts without an incident, cleared once none is left."""
    plan = (
        (FAULT, "fault", DetectorState.FAULT, Severity.MODERATE, _("Detector fault: %(premises)s")),
        (ISOLATED, "isolate", DetectorState.ISOLATED, Severity.MINOR, _("Detector isolated: %(premises)s")),
    )
    told: dict[tuple[int, str], Word] = {}
    for word in words:
        quiet = word.late or word.held or word.told.mirrored or is_flapping(found, word, flapping)
        if not quiet:
            told[word.told.premises_id, word.told.kind] = word
    for rule, kind, state, severity, title in plan:
        for (pk, said), word in told.items():
            if said not in {kind, "restore"}:
                continue
            premises, hanging = found.premises[pk], found.detectors.get(pk, {}).values()
            left = any(hung.state == state for hung in hanging)
            spoken = told.get((pk, kind))
            undeclared = spoken is not None and (spoken.undeclared or not spoken.told.detector)
            if said == kind and (left or undeclared):
                detail = f"{detectors_in_words([word])}. {word.told.text}".strip()
                words_of = title % {"premises": premises.name}
                yield finding(premises, rule, severity, word.told.received_at, words_of, detail)
            elif said == "restore" and not left and not undeclared:
                at = word.told.received_at
                yield finding(premises, rule, severity, at, title % {"premises": premises.name}, active=False)


def is_flapping(found: World, word: Word, flapping: dict[int, dt.datetime]) -> bool:
    """Its transmitter flaps now, or did a moment ago."""
    box = found.transmitters.get(word.told.transmitter_id or 0)
    if box is None:
        return False
    until = box.flapping_until
    return box.pk in flapping or (until is not None and until > word.told.received_at)


def clock_findings(
    found: World, offsets: dict[int, dt.timedelta], heard: dict[int, dt.datetime]
) -> Iterator[Finding]:
    """A clock that went wrong or right; told once."""
    for pk, offset in offsets.items():
        box = found.transmitters[pk]
        off, was = rules.clock_is_off(offset), box.clock_is_off
        if off == was:
            continue
        title = _("Clock of %(transmitter)s is off by %(minutes)d minutes") % {
            "transmitter": box.name, "minutes": round(offset.total_seconds() / 60),
        }  # fmt: skip
        detail = _("Times are judged by the centre's own clock.")
        premises = found.premises[box.premises_id]
        yield finding(
            premises, CLOCK, Severity.MINOR, heard[pk], title, detail, active=off, subject=subject_of(box)
        )


def flapping_findings(found: World, flapping: dict[int, dt.datetime]) -> Iterator[Finding]:
    """One alert for all the changes of a transmitter that flaps."""
    for pk, at in flapping.items():
        box = found.transmitters[pk]
        if box.flapping_until is not None and box.flapping_until > at:
            continue
        title = _("Flapping: %(transmitter)s") % {"transmitter": box.name}
        detail = _("A detector changes over and over; its changes are stored, but told no more.")
        premises = found.premises[box.premises_id]
        yield finding(premises, FLAPPING, Severity.MODERATE, at, title, detail, subject=subject_of(box))


def link_findings(found: World, heard: dict[int, dt.datetime]) -> Iterator[Finding]:
    """A lost transmitter that speaks again."""
    for pk, at in heard.items():
        box = found.transmitters[pk]
        if box.state == LinkState.LOST:
            yield link_finding(box, found.premises[box.premises_id], at, active=False)


def link_finding(box: Transmitter, premises: Premises, now: dt.datetime, *, active: bool) -> Finding:
    """The connection of a transmitter."""
    when = date_format(timezone.localtime(box.heard_at), "H:i d/m/Y") if box.heard_at else _("never")
    detail = _("Last word: %(when)s.") % {"when": when}
    return finding(
        premises, LINK, Severity.MODERATE, now, link_title(box, premises), detail, active=active,
        subject=subject_of(box),
    )  # fmt: skip


def link_title(box: Transmitter, premises: Premises) -> str:
    """As the duty officer reads it."""
    return _("Connection to transmitter %(transmitter)s lost: %(premises)s") % {
        "transmitter": box.name, "premises": premises.name,
    }  # fmt: skip


def ensure_kind() -> None:
    """An alarm must find its kind of incident, whatever people did with the list of kinds."""
    IncidentKind.objects.get_or_create(
        code=KIND,
        defaults={
            "title": _("Fire and explosion"), "icon": "flame", "deadline": dt.timedelta(hours=1),
            "around_the_clock": True,
        },
    )  # fmt: skip


def open_incidents(changes: Sequence[Change]) -> None:
    """One open incident for each premises; a second witness joins it."""
    if changes:
        ensure_kind()
    told: list[tuple[Change, Occurrence]] = [
        (change, occurrence) for change in changes for occurrence in occurrences_of(change)
    ]
    incidents = respond([occurrence for _change, occurrence in told])
    for (change, _occurrence), incident in zip(told, incidents, strict=True):
        change.alarm.incident_id, change.alarm.incident_number = incident.pk, incident.number


def occurrences_of(change: Change) -> Iterator[Occurrence]:
    """Own transmitter and mirror are a witness each, as far as they have told of it."""
    alarm, premises = change.alarm, change.alarm.premises
    url, title = f"/fire/{premises.pk}/?tab=alarms", alarm_title(premises)
    witnesses = []
    if any(not word.told.mirrored for word in change.words):
        witnesses.append(Testimony(str(premises.subject), title, url, alarm.last_at))
    mirrors = {word.told.source_id: word.told.feed for word in change.words if word.told.mirrored}
    for source, feed in mirrors.items():
        named = _("Mirrored from %(who)s") % {"who": feed}
        witnesses.append(Testimony(f"fire:mirror:{source}/{alarm.pk}", named, url, alarm.last_at))
    for testimony in witnesses:
        yield Occurrence(
            kind=KIND, title=title, severity=alarm.severity, owner_id=premises.owner_id,
            unit_id=premises.unit_id, subject=str(premises.subject), testimony=testimony,
            description=f"{premises.address}. {detectors_in_words(change.words)}",
            place=LonLat(premises.point.x, premises.point.y),
        )  # fmt: skip


def call(wanted: Sequence[Premises], live: Sequence[Change]) -> None:
    """Every active contact of each premises, in order; again only where it has become worse."""
    changes = {change.alarm.premises_id: change for change in live}
    rows = Contact.objects.filter(premises__in=[p.pk for p in wanted], active=True) if wanted else ()
    letters = []
    for contact in rows:
        change = changes[contact.premises_id]
        premises = change.alarm.premises
        when = date_format(timezone.localtime(change.alarm.last_at), "H:i:s d/m/Y")
        body = f"{premises.address}. {detectors_in_words(change.words)}. {when}"
        letters.append(Letter(contact.phone, alarm_title(premises), body, "", change.alarm.severity, ""))
    tell_addresses(letters, channel=ChannelName.GATEWAY)
    for premises in wanted:
        alarm = changes[premises.pk].alarm
        alarm.called = alarm.severity
