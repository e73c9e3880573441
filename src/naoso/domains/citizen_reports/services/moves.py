"""What officers and citizens do with a report: one verb each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naoso.connectors.photo import Photo as ReadPhoto
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import accounts_with
from naoso.core.response.working_time import add_working_time
from naoso.domains.citizen_reports.models import Category, EntryKind, Report, Shows
from naoso.domains.citizen_reports.rules.words import clean_text
from naoso.domains.citizen_reports.selectors.directory import directory
from naoso.domains.citizen_reports.services import clocks
from naoso.domains.citizen_reports.services.changes import (
    changed_by_citizen,
    changing,
    in_their_language,
    move,
    write,
)
from naoso.domains.citizen_reports.services.incidents import close_what_is_answered
from naoso.domains.citizen_reports.services.publishing import publish
from naoso.domains.citizen_reports.services.routing import case_of, reason_of
from naoso.domains.citizen_reports.services.sending import keep_photo
from naoso.domains.citizen_reports.services.telling import (
    officers_of,
    tell_citizens,
    tell_officers,
    tell_owner,
)
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.errors import BadInput
from naoso.kernel.findings import Severity

RATE_WITHIN = timedelta(days=30)


def words_of(text: str, problem: str) -> str:
    """Cleaned words, which must be there."""
    text = clean_text(text)
    if not text:
        raise BadInput.of("text", "", "required", problem)
    return text


def accept(*, report: Report, actor: Account, seen: int | None = None) -> Report:
    """An officer takes it; from now on it may be public."""
    with changing(report, actor, seen=seen) as row:
        move(row, State.ACCEPTED)
        row.handler = actor
        clocks.answered_first(row)
        with in_their_language(row):
            write(row, _("%(owner)s is handling your report.") % {"owner": row.owner}, actor=actor)
        publish(row)
        clocks.wind(row, directory())
        tell_citizens(row, gettext_lazy("Your report %(code)s is being handled"))
    return row


def assign(
    *,
    report: Report,
    actor: Account,
    owner: Organisation,
    handler: Account | None = None,
    reason: str = "",
    seen: int | None = None,
) -> Report:
    """Give it to a body and, if named, to a person who may handle it there."""
    if handler is not None:
        may = accounts_with("citizen_reports.handle", owner_id=owner.pk, unit_id=report.unit_id)
        if not may.filter(pk=handler.pk).exists():
            raise BadInput.of(
                "handler", str(handler), "scope", _("This person may not handle reports of that body.")
            )
    with changing(report, actor, seen=seen, reason=reason) as row:
        elsewhere = row.owner_id != owner.pk
        row.owner, row.handler, row.in_fallback = owner, handler, False
        if elsewhere and row.state == State.ACCEPTED:
            move(row, State.NEW)
        with in_their_language(row):
            if elsewhere:
                write(row, _("Your report was passed on to %(owner)s.") % {"owner": owner}, actor=actor)
        if handler is not None:
            text = _("Given to %(who)s") % {"who": handler}
            write(row, text, actor=actor, public=False)
        if reason:
            write(row, reason[:500], kind=EntryKind.NOTE, actor=actor, public=False)
        clocks.wind(row, directory())
        tell_owner(row)
    return row


def recategorise(*, report: Report, actor: Account, category: Category, seen: int | None = None) -> Report:
    """Another category: it decides anew who answers and by when, counted from when the report came."""
    with changing(report, actor, seen=seen) as row:
        before = row.category
        if before.pk == category.pk:
            raise BadInput.of("category", category.code, "other", _("It has this category already."))
        book = directory()
        days = book.days
        row.category = category
        found = book.decide(case_of(book, category=category, unit=row.unit, text=row.text, at=row.created_at))
        elsewhere = found.organisation_id != row.owner_id
        row.owner, row.routed_by = book.bodies[found.organisation_id], reason_of(found)[:200]
        row.in_fallback = found.fallback
        if elsewhere:
            row.handler_id = found.handler_id
            if row.state == State.ACCEPTED:
                move(row, State.NEW)
        row.due_at = add_working_time(row.created_at, category.deadline, days)
        if row.first_answer_at is None:
            row.answer_due_at = add_working_time(row.created_at, category.answer_deadline, days)
        clocks.wind(row, book)
        words = {"before": before.title, "after": category.title}
        write(row, _("Category: %(before)s → %(after)s") % words, actor=actor, public=False)
        if elsewhere:
            tell_owner(row)
    return row


def note(*, report: Report, actor: Account, text: str, seen: int | None = None) -> Report:
    """A line for colleagues; the citizen never sees it."""
    text = words_of(text, _("Write something first."))
    with changing(report, actor, seen=seen) as row:
        write(row, text, kind=EntryKind.NOTE, actor=actor, public=False)
    return row


def tell(*, report: Report, actor: Account, text: str, seen: int | None = None) -> Report:
    """A word to the citizen on the way; the report stays open and its clock runs."""
    text = words_of(text, _("Write something first."))
    with changing(report, actor, seen=seen) as row:
        row.handler = row.handler or actor
        clocks.answered_first(row)
        write(row, text, actor=actor)
        clocks.wind(row, directory())
        tell_citizens(row, gettext_lazy("News of your report %(code)s"), text)
    return row


def ask(*, report: Report, actor: Account, text: str, seen: int | None = None) -> Report:
    """A question to the citizen: the clock stands until the reply."""
    text = words_of(text, _("Ask something first."))
    with changing(report, actor, seen=seen) as row:
        move(row, State.WAITING)
        row.handler = row.handler or actor
        clocks.answered_first(row)
        clocks.pause(row, _("Waiting for the citizen's reply"))
        write(row, text, kind=EntryKind.QUESTION, actor=actor)
        tell_citizens(row, gettext_lazy("A question about your report %(code)s"), text)
    return row


def reply(*, report: Report, text: str, photos: Iterable[ReadPhoto] = ()) -> Report:
    """The citizen answers the question: the clock goes on."""
    text = words_of(text, _("Write something first."))
    with changed_by_citizen(report) as row:
        if row.state != State.WAITING:
            raise BadInput.of("state", row.state, "workflow", _("Nobody waits for a reply at the moment."))
        for picture in photos:
            keep_photo(row, picture)
        write(row, text, kind=EntryKind.REPLY)
        go_on(row)
        tell_officers(row, _("Reply to report %(code)s") % {"code": row.code}, text[:300])
    return row


def resume(*, report: Report, actor: Account, seen: int | None = None) -> Report:
    """Go on without waiting any longer."""
    with changing(report, actor, seen=seen) as row:
        if row.state not in {State.WAITING, State.OUTSIDE}:
            raise BadInput.of("state", row.state, "workflow", _("This report does not wait for anybody."))
        go_on(row)
        write(row, _("The clock runs again"), kind=EntryKind.CLOCK, actor=actor, public=False)
    return row


def go_on(report: Report) -> None:
    """Back in hand, the clock runs; the row is not saved here."""
    move(report, State.ACCEPTED)
    clocks.resume(report)
    clocks.wind(report, directory())


def answer(
    *,
    report: Report,
    actor: Account,
    text: str,
    photos: Iterable[ReadPhoto] = (),
    rejected: bool = False,
    seen: int | None = None,
) -> Report:
    """The public answer, with photos of what was done; `rejected` says why nothing will be."""
    text = words_of(text, _("The citizen needs an answer in words."))
    with changing(report, actor, seen=seen) as row:
        end(row, actor, State.REJECTED if rejected else State.ANSWERED, text)
        for picture in photos:
            keep_photo(row, picture, shows=Shows.AFTER)
        close_what_is_answered(row, actor)
        for child in row.children.open():
            locked = Report.objects.select_for_update(of=("self",)).get(pk=child.pk)
            end(locked, actor, State(row.state), text)
            locked.version, locked.changed_at = locked.version + 1, timezone.now()
            locked.save()
    return row


def end(report: Report, actor: Account | None, state: State, text: str) -> None:
    """State, answer and the word to the citizen; the row is not saved here."""
    move(report, state)
    clocks.answered_first(report)
    report.answer, report.ended_at, report.handler = text, timezone.now(), report.handler or actor
    report.paused_at, report.pause_reason, report.wake_at = None, "", None
    write(report, text, kind=EntryKind.ANSWER, actor=actor)
    publish(report)
    tell_citizens(report, gettext_lazy("An answer to your report %(code)s"), text)


def rate(*, report: Report, solved: bool, rating: int | None = None, text: str = "") -> Report:
    """Is it solved? "No" opens it again at once and tells the supervisors."""
    if rating is not None and not 1 <= rating <= 5:
        raise BadInput.of("rating", rating, "range", _("Give one to five stars."))
    text = clean_text(text)[:1000]
    with changed_by_citizen(report) as row:
        if row.state != State.ANSWERED or row.ended_at is None:
            raise BadInput.of("state", row.state, "workflow", _("There is no answer to rate yet."))
        if row.ended_at < timezone.now() - RATE_WITHIN:
            raise BadInput.of("state", row.state, "time", _("An answer can be rated for 30 days."))
        row.solved, row.rating, row.rating_text = solved, rating, text
        with in_their_language(row):
            said = (
                _("The citizen says that it is solved.")
                if solved
                else _("The citizen says that it is not solved.")
            )
        write(row, said, kind=EntryKind.RATED)
        if text:
            write(row, text, kind=EntryKind.RATED, public=False)
        if not solved:
            open_again(row)
    return row


def open_again(report: Report) -> None:
    """A new clock, one level up from the start; the row is not saved here."""
    move(report, State.ACCEPTED)
    report.ended_at, report.answer = None, ""
    report.reopened += 1
    clocks.restart(report)
    people = {one.pk: one for one in [*officers_of(report), *clocks.supervisors(report, 1)]}
    tell_officers(
        report,
        _("Report %(code)s is not solved, says the citizen") % {"code": report.code},
        people=people.values(),
        key="citizen_reports.reopened",
        severity=Severity.SEVERE,
    )


def reopen(*, report: Report, actor: Account, reason: str, seen: int | None = None) -> Report:
    """An officer takes back an answer, a refusal or a joining, with the reason."""
    reason = words_of(reason, _("Say why it is opened again."))
    with changing(report, actor, seen=seen, reason=reason) as row:
        move(row, State.ACCEPTED)
        row.ended_at, row.answer, row.merged_into = None, "", None
        row.reopened += 1
        clocks.restart(row)
        with in_their_language(row):
            write(row, _("Your report is open again."), actor=actor)
        write(row, reason, kind=EntryKind.NOTE, actor=actor, public=False)
    return row
