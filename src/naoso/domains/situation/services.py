"""Writes: ask, report, end; the silent ones become alerts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from naoso.core.alerts.models import Alert
from naoso.core.alerts.services import receive
from naoso.core.notify.services import notify
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import accounts_with, require
from naoso.core.response.models import EntryKind, Incident
from naoso.core.response.timeline import write
from naoso.domains.situation.models import Duty, SituationReport
from naoso.domains.situation.rules import severity_of
from naoso.kernel.errors import BadInput, FieldError
from naoso.kernel.events import Audience, Event
from naoso.kernel.findings import Finding
from naoso.kernel.ids import SubjectRef

RULE = "report-missing"
MOST_FIGURES = 20


def ask(
    *,
    actor: Account | None,
    title: str,
    owner: Organisation,
    bodies: Iterable[Organisation],
    figures: Sequence[Mapping[str, str]],
    every: timedelta,
    grace: timedelta,
    starts_at: datetime,
    incident: Incident | None = None,
) -> Duty:
    """Bodies are asked, and told so at once."""
    if actor is not None:
        require(actor, "situation.ask", owner_id=owner.pk)
    wanted = list(bodies)
    if not wanted:
        raise BadInput.of("bodies", "", "required", _("Choose at least one body that reports."))
    if len(figures) > MOST_FIGURES:
        raise BadInput.of("figures", len(figures), "count", _("20 figures at most."))
    with recorded(actor):
        duty = Duty.objects.create(
            title=title[:160], owner=owner, incident=incident, figures=list(figures), every=every,
            grace=grace,
            starts_at=starts_at,
        )  # fmt: skip
        duty.bodies.set(wanted)
        for body in wanted:
            _tell_body(duty, body, _("A situation report is asked for: %(title)s") % {"title": duty.title})
        if incident is not None:
            text = _("Situation reports asked of %(count)s bodies") % {"count": len(wanted)}
            write(incident, actor, EntryKind.NOTE, text)
        _announce(duty, "situation.asked")
    return duty


def report(
    *, duty: Duty, body: Organisation, actor: Account, values: Mapping[str, Any], text: str = ""
) -> SituationReport:
    """The report of the due time that runs; sent again it replaces the first."""
    require(actor, "situation.report", owner_id=body.pk)
    duty = Duty.objects.get(pk=duty.pk)  # it may have ended since the form was opened
    if duty.ended_at is not None:
        raise BadInput.of("duty", duty.title, "running", _("This duty has ended."))
    if not duty.bodies.filter(pk=body.pk).exists():
        raise BadInput.of("body", str(body), "asked", _("This body is not asked to report."))
    now = timezone.now()
    slot = duty.rhythm.slot_at(now) or duty.starts_at
    told = checked(duty, values)
    with recorded(actor):
        row, _fresh = SituationReport.objects.update_or_create(
            duty=duty, body=body, slot=slot,
            defaults={"values": told, "text": text.strip()[:5000], "sent_by": actor, "sent_at": now},
        )  # fmt: skip
        receive([_word(duty, body, missed=0, now=now)])
        _announce(duty, "situation.reported")
    return row


def checked(duty: Duty, values: Mapping[str, Any]) -> dict[str, float]:
    """Numbers, none below zero; every fault is named. A figure left empty is not told."""
    found: dict[str, float] = {}
    errors: list[FieldError] = []
    for figure in duty.figures:
        value = values.get(figure["name"])
        if value in (None, ""):
            continue
        try:
            number = float(value)
        except (TypeError, ValueError):
            errors.append(FieldError(figure["name"], value, "number", _("Enter a number.")))
            continue
        if not 0 <= number < 1e12:
            errors.append(FieldError(figure["name"], value, "range", _("Not below zero.")))
        else:
            found[figure["name"]] = number
    if errors:
        raise BadInput(*errors)
    return found


def end(*, duty: Duty, actor: Account) -> Duty:
    """Nobody is asked any more; what was missing is over."""
    require(actor, "situation.ask", duty)
    with recorded(actor), transaction.atomic():
        row = Duty.objects.select_for_update().get(pk=duty.pk)
        if row.ended_at is None:
            row.ended_at = timezone.now()
            row.save(update_fields=["ended_at"])
            now = timezone.now()
            receive([_word(row, body, missed=0, now=now) for body in row.bodies.all()])
            _announce(row, "situation.ended")
    return row


def listen(now: datetime | None = None) -> int:
    """An alert for each body that should have reported and has not; returns how many are silent."""
    now = now or timezone.now()
    alarmed = set(Alert.objects.filter(rule=RULE, active=True).values_list("subject", flat=True))
    findings: list[Finding] = []
    silent = 0
    for duty in Duty.objects.running().select_related("owner").prefetch_related("bodies"):
        last = _last_slots(duty)
        for body in duty.bodies.all():
            missed = duty.rhythm.missed(last.get(body.pk), now)
            word = _word(duty, body, missed=missed, now=now)
            silent += missed > 0
            if missed or str(word.subject) in alarmed:
                findings.append(word)
            if missed and str(word.subject) not in alarmed:
                _tell_body(
                    duty, body, _("Your situation report is missing: %(title)s") % {"title": duty.title}
                )
    receive(findings)
    return silent


def _last_slots(duty: Duty) -> dict[int, datetime]:
    """The newest slot that each body has answered."""
    rows = duty.reports.order_by("body_id", "-slot").distinct("body_id").values_list("body_id", "slot")
    return dict(rows)


def _word(duty: Duty, body: Organisation, *, missed: int, now: datetime) -> Finding:
    slot = duty.rhythm.slot_at(now)
    due = date_format(timezone.localtime(slot), "H:i d/m/Y") if slot else "–"
    return Finding(
        rule=RULE,
        subject=SubjectRef("situation", "duty-body", f"{duty.pk}-{body.pk}"),
        active=missed > 0,
        severity=severity_of(missed),
        observed_at=now,
        owner_id=duty.owner_id,
        title=_("No situation report: %(body)s") % {"body": body.name},
        detail=_("%(title)s, due %(due)s; missing in a row: %(count)s.")
        % {"title": duty.title, "due": due, "count": missed},
        value=float(missed),
    )


def _tell_body(duty: Duty, body: Organisation, text: str) -> None:
    people = accounts_with("situation.report", owner_id=body.pk).filter(organisation=body)
    notify(
        key="situation.due",
        title=text,
        url=f"/situation/{duty.pk}/report/{body.pk}/",
        severity=2,
        recipients=people,
        subject=f"situation:duty-body:{duty.pk}-{body.pk}",
    )


def _announce(duty: Duty, name: str) -> None:
    emit(Event(name=name, data={"id": duty.pk}, audience=Audience("situation.view", duty.owner_id)))
