"""What happens to a report: sent, accepted, forwarded, answered, rated. One verb each."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.connectors.photo import Photo as ReadPhoto
from naoso.core.notify.services import notify, tell_address
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account, Organisation
from naoso.core.people.scope import accounts_with, allowed, require
from naoso.core.places.selectors import unit_at
from naoso.core.response.calendar import calendar
from naoso.core.response.models import IncidentKind
from naoso.core.response.selectors import open_incidents_of
from naoso.core.response.services import Testimony, close_incident, open_incident
from naoso.core.response.workflow import Outcome
from naoso.core.response.working_time import add_working_time
from naoso.domains.citizen_reports.events import report_changed
from naoso.domains.citizen_reports.models import Category, Entry, Photo, Report
from naoso.domains.citizen_reports.rules import MOST_PHOTOS, clean_text, routed
from naoso.domains.citizen_reports.selectors import lineage
from naoso.domains.citizen_reports.workflow import State, can_move
from naoso.kernel.errors import BadInput, Conflict
from naoso.kernel.findings import Severity
from naoso.kernel.geometry import LonLat
from naoso.kernel.ids import readable_code

INCIDENT_KIND = "citizen_reports"


@dataclass(frozen=True, slots=True)
class Contact:
    """How the citizen wants to hear back; all of it may be empty."""

    name: str = ""
    email: str = ""
    phone: str = ""


def send_report(
    *,
    draft: uuid.UUID,
    category: Category,
    place: LonLat,
    text: str = "",
    photos: Iterable[ReadPhoto] = (),
    contact: Contact | None = None,
) -> Report:
    """Take a report, route it, open its incident, tell the owner. The same draft again is the same report."""
    known = Report.objects.filter(draft=draft).first()
    if known is not None:
        return known
    pictures = list(photos)
    text = clean_text(text)
    if len(pictures) > MOST_PHOTOS:
        raise BadInput.of("photos", len(pictures), "count", _("At most 5 photos."))
    unit = unit_at(place)
    if unit is None:
        raise BadInput.of(
            "place", f"{place.lat:.5f}, {place.lon:.5f}", "area", _("This place lies outside the province.")
        )
    contact = contact or Contact()
    routes = dict(category.routes.values_list("unit_id", "organisation_id"))
    now = timezone.now()
    with recorded(None, reason="citizen"):
        report = Report.objects.create(
            code=readable_code(),
            draft=draft,
            category=category,
            text=text,
            point=Point(place.lon, place.lat, srid=4326),
            unit=unit,
            owner_id=routed(lineage(unit), routes, category.owner_id),
            contact_name=contact.name,
            contact_email=contact.email,
            contact_phone=contact.phone,
            created_at=now,
            due_at=add_working_time(now, category.deadline, calendar()),
        )
        for picture in pictures:
            keep_photo(report, picture)
        write(report, _("We have received your report. %(owner)s will answer.") % {"owner": report.owner})
        open_its_incident(report)
        tell_owner(report)
        emit(report_changed(report, "citizen_reports.report_sent"))
    return report


def open_its_incident(report: Report) -> None:
    """Each report is a witness of an incident from its first second: it has an owner and a clock."""
    kind = IncidentKind.objects.filter(code=INCIDENT_KIND).first()
    if kind is None:
        return
    assert report.unit is not None
    open_incident(
        kind=kind,
        title=f"{report.category.title} – {report.unit.name}",
        description=report.text,
        severity=Severity.MINOR,
        owner=report.owner,
        actor=None,
        unit_id=report.unit_id,
        place=LonLat(report.point.x, report.point.y),
        witnesses=[
            Testimony(
                f"citizen_reports:report:{report.pk}",
                _("Report %(code)s: %(category)s") % {"code": report.code, "category": report.category},
                f"/reports/{report.pk}/",
                report.created_at,
            )
        ],
    )


def keep_photo(report: Report, picture: ReadPhoto, *, of_answer: bool = False) -> Photo:
    """Store the clean picture and its thumbnail under a name that nobody can guess."""
    row = Photo(report=report, of_answer=of_answer, width=picture.width, height=picture.height)
    if picture.taken_at is not None:
        row.taken_at = timezone.make_aware(picture.taken_at)
    row.file.save(f"{row.key}.jpg", ContentFile(picture.jpeg), save=False)
    row.thumbnail.save(f"{row.key}-small.jpg", ContentFile(picture.thumbnail), save=False)
    row.save()
    return row


@contextmanager
def changing(report: Report, actor: Account, *, seen: int | None = None) -> Iterator[Report]:
    """Lock the report for one change; `seen` is the version that the officer's screen showed."""
    require(actor, "citizen_reports.handle", report)
    with recorded(actor):
        locked = (
            Report.objects.select_for_update(of=("self",))
            .select_related("category", "owner")
            .get(pk=report.pk)
        )
        if seen is not None and locked.version != seen:
            raise Conflict(_("Somebody changed this report meanwhile. Look again, then repeat."))
        yield locked
        locked.version += 1
        locked.save()
        emit(report_changed(locked, "citizen_reports.report_changed"))


def move(report: Report, after: State) -> None:
    """Change the state by the table."""
    if not can_move(report.state, after):
        words = {"before": State(report.state).label, "after": after.label}
        raise BadInput.of(
            "state",
            after.value,
            "workflow",
            _("A report that is “%(before)s” cannot become “%(after)s”.") % words,
        )
    report.state = after


def accept(*, report: Report, actor: Account, seen: int | None = None) -> Report:
    """An officer takes it."""
    with changing(report, actor, seen=seen) as row:
        move(row, State.ACCEPTED)
        row.handler = actor
        write(row, _("%(owner)s is handling your report.") % {"owner": row.owner}, actor=actor)
    tell_citizen(row, _("Your report %(code)s is being handled") % {"code": row.code}, "")
    return row


def forward(*, report: Report, actor: Account, owner: Organisation, reason: str = "") -> Report:
    """Another body answers."""
    with changing(report, actor) as row:
        row.owner, row.handler = owner, None
        if row.state == State.ACCEPTED:
            row.state = State.NEW
        write(row, _("Your report was passed on to %(owner)s.") % {"owner": owner}, actor=actor)
        if reason:
            write(row, reason, actor=actor, public=False)
        tell_owner(row)
    return row


def note(*, report: Report, actor: Account, text: str) -> Report:
    """A line for colleagues; the citizen never sees it."""
    text = clean_text(text)
    if not text:
        raise BadInput.of("text", "", "required", _("Write something first."))
    with changing(report, actor) as row:
        write(row, text, actor=actor, public=False)
    return row


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
    text = clean_text(text)
    if not text:
        raise BadInput.of("text", "", "required", _("The citizen needs an answer in words."))
    with changing(report, actor, seen=seen) as row:
        move(row, State.REJECTED if rejected else State.ANSWERED)
        row.answer, row.ended_at, row.handler = text, timezone.now(), row.handler or actor
        for picture in photos:
            keep_photo(row, picture, of_answer=True)
        write(row, text, actor=actor)
        close_what_is_answered(row, actor)
    tell_citizen(row, _("An answer to your report %(code)s") % {"code": row.code}, text)
    return row


def close_what_is_answered(report: Report, actor: Account) -> None:
    """The incident of this report ends with it, where every witness is a report that has its answer."""
    prefix = "citizen_reports:report:"
    for incident in open_incidents_of(f"{prefix}{report.pk}"):
        subjects = list(incident.witnesses.values_list("subject", flat=True))
        if not all(subject.startswith(prefix) for subject in subjects):
            continue
        others = [int(s.removeprefix(prefix)) for s in subjects if s != f"{prefix}{report.pk}"]
        if Report.objects.filter(pk__in=others).open().exists() or not allowed(
            actor, "response.close", incident
        ):
            continue
        outcome = Outcome.NO_ACTION if report.state == State.REJECTED else Outcome.SOLVED
        close_incident(incident=incident, actor=actor, outcome=outcome, note=report.answer)


def rate(*, report: Report, solved: bool) -> Report:
    """Is it solved? "No" opens it again and tells the owner."""
    with recorded(None, reason="citizen"):
        row = (
            Report.objects.select_for_update(of=("self",))
            .select_related("category", "owner")
            .get(pk=report.pk)
        )
        if row.state != State.ANSWERED:
            raise BadInput.of("state", row.state, "workflow", _("There is no answer to rate yet."))
        row.solved = solved
        if not solved:
            row.state, row.ended_at, row.answer = State.ACCEPTED, None, ""
            row.due_at = add_working_time(timezone.now(), row.category.deadline, calendar())
            write(row, _("The citizen says that it is not solved."))
            tell_owner(row)
        else:
            write(row, _("The citizen says that it is solved."))
        row.version += 1
        row.save()
        emit(report_changed(row, "citizen_reports.report_changed"))
    return row


def write(report: Report, text: str, *, actor: Account | None = None, public: bool = True) -> None:
    """One line of the history."""
    Entry.objects.create(report=report, text=text, actor=actor, public=public)


def tell_owner(report: Report) -> None:
    """Those who may handle it, in the application and as they wish."""
    notify(
        key="citizen_reports.report",
        title=_("Report %(code)s: %(category)s") % {"code": report.code, "category": report.category},
        body=report.text[:300],
        url=f"/reports/{report.pk}/",
        severity=Severity.MODERATE,
        recipients=accounts_with("citizen_reports.handle", owner_id=report.owner_id, unit_id=report.unit_id),
        subject=f"citizen_reports:report:{report.pk}",
    )


def tell_citizen(report: Report, title: str, text: str) -> None:
    """By e-mail, where the citizen left one."""
    if report.contact_email:
        with transaction.atomic():
            tell_address(
                channel="email",
                address=report.contact_email,
                title=title,
                body=text,
                url=f"/reports/follow/{report.code}/",
            )
