"""The clocks of reports as they run: warnings, escalation level by level, pauses with a reason."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.people.scope import accounts_with
from naoso.core.response.working_time import Calendar, add_working_time, working_time_between
from naoso.domains.citizen_reports.events import report_changed
from naoso.domains.citizen_reports.models import Desk, EntryKind, Report
from naoso.domains.citizen_reports.rules.clocks import Due, Standing, Timing, next_due
from naoso.domains.citizen_reports.selectors.bodies import body_and_above
from naoso.domains.citizen_reports.selectors.directory import Directory, directory
from naoso.domains.citizen_reports.services.changes import write
from naoso.domains.citizen_reports.services.telling import tell_officers
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.findings import Severity

SUPERVISE = "citizen_reports.supervise"
BATCH = 200
MOST_TURNS = 8


def standing_of(report: Report) -> Standing:
    """The row → the pure type."""
    return Standing(
        answer_due_at=report.answer_due_at,
        due_at=report.due_at,
        taken=report.state != State.NEW,
        answered_first=report.first_answer_at is not None,
        warned=report.warned,
        chased=report.chased,
        level=report.escalation,
    )


def timing_of(report: Report, of_desk: Desk) -> Timing:
    """What the category and the desk allow."""
    category = report.category
    return Timing(
        take_within=of_desk.take_within if report.in_fallback else category.answer_deadline,
        answer_within=category.answer_deadline,
        warn_before=min(category.warn_before, category.deadline),
        escalate_after=tuple(category.escalate_after),
    )


def wind(report: Report, book: Directory) -> None:
    """Set when the clocks look at the report next; an ended, paused or held one is left alone."""
    if not report.is_open or report.paused_at is not None or report.held:
        report.wake_at = None
        return
    found = next_due(standing_of(report), timing_of(report, book.desk), book.days)
    report.wake_at = found[0] if found else None


def pause(report: Report, reason: str) -> None:
    """Stop the clock of the solution for a stated reason; the row is not saved here."""
    report.paused_at, report.pause_reason, report.wake_at = timezone.now(), reason[:300], None


def resume(report: Report) -> None:
    """Go on: the deadlines move by what was left of them at the pause."""
    if report.paused_at is None:
        return
    now, book = timezone.now(), directory()
    report.due_at = moved(report.due_at, report.paused_at, now, book.days)
    if report.first_answer_at is None:
        report.answer_due_at = moved(report.answer_due_at, report.paused_at, now, book.days)
    report.paused_at, report.pause_reason = None, ""
    wind(report, book)


def moved(due: datetime, paused_at: datetime, now: datetime, days: Calendar) -> datetime:
    """The working time that was left at the pause, counted from now; what was late stays late."""
    if due <= paused_at:
        return due
    return add_working_time(now, working_time_between(paused_at, due, days), days)


def restart(report: Report) -> None:
    """A new solution is owed: the whole deadline again from now."""
    book = directory()
    report.due_at = add_working_time(timezone.now(), report.category.deadline, book.days)
    report.warned, report.escalation, report.chased = False, 0, False
    report.paused_at, report.pause_reason = None, ""
    wind(report, book)


def answered_first(report: Report) -> None:
    """The first clock stops at the first word that the citizen gets from a person."""
    if report.first_answer_at is None:
        report.first_answer_at = timezone.now()


def run_clocks(now: datetime | None = None) -> int:
    """Do what the clocks ask for, at most a batch; returns how many reports were looked at."""
    moment = now or timezone.now()
    book = directory()
    with recorded(None, reason="deadline"):
        rows = list(
            Report.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(wake_at__lte=moment)
            .select_related("category", "owner", "handler")
            .order_by("wake_at")[:BATCH]
        )
        for row in rows:
            ring(row, moment, book)
    return len(rows)


def ring(report: Report, now: datetime, book: Directory) -> None:
    """All that is due at one report, in its order; then wound again."""
    timing = timing_of(report, book.desk)
    before = (report.warned, report.chased, report.escalation)
    for _turn in range(MOST_TURNS):
        found = next_due(standing_of(report), timing, book.days)
        if found is None or found[0] > now or not report.is_open:
            break
        ACTS[found[1]](report)
    wind(report, book)
    report.save(update_fields=["warned", "chased", "escalation", "wake_at"])
    if (report.warned, report.chased, report.escalation) != before:
        emit(report_changed(report, "citizen_reports.report_changed"))


def warn(report: Report) -> None:
    """Those who handle it hear before the deadline."""
    report.warned = True
    words = {"code": report.code, "due": f"{timezone.localtime(report.due_at):%H:%M %d/%m/%Y}"}
    tell_officers(report, _("Report %(code)s is due at %(due)s") % words, key="citizen_reports.warning")


def chase(report: Report) -> None:
    """Nobody took it, or nobody answered in time: the supervisors of its owner hear."""
    report.chased = True
    text = _("Nobody has taken it in time") if report.state == State.NEW else _("The first answer is late")
    write(report, text, kind=EntryKind.CLOCK, public=False)
    tell_officers(
        report,
        _("Report %(code)s: nobody has answered yet") % {"code": report.code},
        people=supervisors(report, 1),
        key="citizen_reports.chased",
        severity=Severity.SEVERE,
    )


def escalate(report: Report) -> None:
    """One level up, to people who have not heard yet."""
    report.escalation += 1
    level = report.escalation
    text = _("Late: escalated to level %(level)s") % {"level": level}
    write(report, text, kind=EntryKind.CLOCK, public=False)
    tell_officers(
        report,
        _("Report %(code)s is late (level %(level)s)") % {"code": report.code, "level": level},
        people=supervisors(report, level),
        key="citizen_reports.escalated",
        severity=Severity.SEVERE if level < len(report.category.escalate_after) else Severity.EXTREME,
    )


ACTS = {Due.TAKE: chase, Due.ANSWER: chase, Due.WARN: warn, Due.ESCALATE: escalate}


def supervisors(report: Report, level: int) -> list[Account]:
    """Level 1 supervises the owner; each further level those who stand above the level before.

    Nobody supervises their own work: the handler is left out.
    """
    layers: list[list[Account]] = []
    reach = [
        {one.pk: one for one in accounts_with(SUPERVISE, owner_id=body, unit_id=report.unit_id)}
        for body in body_and_above(report.owner_id)
    ]
    for here, above in zip(reach, [*reach[1:], {}], strict=True):
        layer = [one for pk, one in here.items() if pk not in above and pk != report.handler_id]
        if layer:
            layers.append(layer)
    return layers[min(level, len(layers)) - 1] if layers else []
