"""A report is taken: checked, routed, given its clocks. The same draft again is the same report."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.core.files.base import ContentFile
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from naoso.connectors.photo import Photo as ReadPhoto
from naoso.connectors.video import Video
from naoso.core.outbox.services import emit
from naoso.core.people.audit import recorded
from naoso.core.people.models import Account
from naoso.core.places.models import AdminUnit
from naoso.core.places.selectors import unit_at
from naoso.core.response.working_time import add_working_time
from naoso.domains.citizen_reports.events import report_changed
from naoso.domains.citizen_reports.models import (
    Category,
    Channel,
    Citizen,
    EntryKind,
    Photo,
    Report,
    Reporter,
    Shows,
    Visibility,
)
from naoso.domains.citizen_reports.rules.questions import checked_answers
from naoso.domains.citizen_reports.rules.words import MOST_PHOTOS, clean_text, says_something
from naoso.domains.citizen_reports.selectors.directory import Directory, directory
from naoso.domains.citizen_reports.services.changes import in_their_language, write
from naoso.domains.citizen_reports.services.clocks import wind
from naoso.domains.citizen_reports.services.incidents import open_its_incident
from naoso.domains.citizen_reports.services.routing import case_of, reason_of
from naoso.domains.citizen_reports.services.screening import digest, held_because
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat
from naoso.kernel.ids import readable_code


@dataclass(frozen=True, slots=True)
class Contact:
    """How the citizen wants to hear back, and what tells one phone from another; all may be empty."""

    name: str = ""
    email: str = ""
    phone: str = ""
    device: str = ""
    network: str = ""
    citizen: Citizen | None = None


def send_report(
    *,
    draft: uuid.UUID,
    category: Category,
    place: LonLat,
    text: str = "",
    answers: Mapping[str, Any] | None = None,
    photos: Iterable[ReadPhoto] = (),
    clip: Video | None = None,
    contact: Contact | None = None,
    place_text: str = "",
    channel: Channel = Channel.WEB,
    actor: Account | None = None,
) -> Report:
    """Take a report, route it, start its clocks. Raises BadInput naming field, value and rule."""
    if Report.objects.filter(draft=draft).exists():
        return Report.objects.get(draft=draft)
    pictures, contact = list(photos), contact or Contact()
    text = checked_words(text, pictures, filmed=clip is not None)
    unit = checked_unit(place)
    checked_category(category, actor)
    book, now = directory(), timezone.now()
    given = checked_answers(book.questions_of(category.pk), answers or {}, complete=actor is None)
    try:
        with recorded(actor, reason="" if actor else "citizen"):
            report = routed_report(
                book, category=category, unit=unit, place=place, text=text, now=now, draft=draft
            )
            report.answers, report.channel = given, channel
            report.place_text = clean_text(place_text)[:200]
            report.held_reason = held_because(
                text=text,
                blocked_words=book.blocked_words,
                device=digest(contact.device),
                email=contact.email,
                phone=contact.phone,
                prints=tuple(picture.fingerprint for picture in pictures),
            )[:200]
            report.held = bool(report.held_reason)
            wind(report, book)
            report.save(force_insert=True)
            keep_reporter(report, contact)
            for picture in pictures:
                keep_photo(report, picture)
            if clip is not None:
                keep_clip(report, clip)
            with in_their_language(report):
                received = _("We have received your report. %(owner)s will answer.")
                write(report, received % {"owner": report.owner}, kind=EntryKind.SENT, actor=actor)
            if not report.held and category.opens_incident:
                open_its_incident(report)
            emit(report_changed(report, "citizen_reports.report_sent"))
    except IntegrityError:
        twin = Report.objects.filter(draft=draft).first()  # the same draft, a moment earlier
        if twin is None:
            raise
        return twin
    return report


def checked_words(text: str, pictures: list[ReadPhoto], *, filmed: bool = False) -> str:
    """Words or a photo, better both; at most five photos."""
    text = clean_text(text)
    if len(pictures) > MOST_PHOTOS:
        raise BadInput.of("photos", len(pictures), "count", _("At most 5 photos."))
    if not says_something(text):
        if not pictures and not filmed:
            raise BadInput.of("text", text, "required", _("Add a photo, or say in words what you saw."))
        text = ""
    return text


def checked_unit(place: LonLat) -> AdminUnit:
    """The commune or ward of the place."""
    unit = unit_at(place)
    if unit is None:
        raise BadInput.of(
            "place", f"{place.lat:.5f}, {place.lon:.5f}", "area", _("This place lies outside the province.")
        )
    return unit


def checked_category(category: Category, actor: Account | None) -> None:
    """One that is in use, and that citizens may choose where a citizen chose it."""
    if not category.enabled or (actor is None and category.visibility == Visibility.INTERNAL):
        raise BadInput.of("category", category.code, "choice", _("This category cannot be chosen."))


def routed_report(
    book: Directory,
    *,
    category: Category,
    unit: AdminUnit,
    place: LonLat,
    text: str,
    now: datetime,
    draft: uuid.UUID,
) -> Report:
    """A report that is not saved yet: where it goes and by when."""
    found = book.decide(case_of(book, category=category, unit=unit, text=text, at=now))
    return Report(
        code=readable_code(),
        draft=draft,
        language=(get_language() or "vi")[:2],
        category=category,
        text=text,
        point=Point(place.lon, place.lat, srid=4326),
        unit=unit,
        owner=book.bodies[found.organisation_id],
        handler_id=found.handler_id,
        routed_by=reason_of(found)[:200],
        in_fallback=found.fallback,
        created_at=now,
        changed_at=now,
        answer_due_at=add_working_time(now, category.answer_deadline, book.days),
        due_at=add_working_time(now, category.deadline, book.days),
    )


def keep_reporter(report: Report, contact: Contact) -> None:
    """The identity, apart from the report; nothing is kept of somebody who gave nothing."""
    if not any(
        (contact.name, contact.email, contact.phone, contact.device, contact.network, contact.citizen)
    ):
        return
    Reporter.objects.create(
        report=report,
        citizen=contact.citizen,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        device=digest(contact.device),
        network=digest(contact.network),
    )


def keep_photo(report: Report, picture: ReadPhoto, *, shows: Shows = Shows.PROBLEM) -> Photo:
    """Store the clean picture and its thumbnail under a name that nobody can guess."""
    row = Photo(
        report=report,
        shows=shows,
        width=picture.width,
        height=picture.height,
        fingerprint=picture.fingerprint,
    )
    if picture.taken_at is not None:
        row.taken_at = timezone.make_aware(picture.taken_at)
    row.file.save(f"{row.key}.jpg", ContentFile(picture.jpeg), save=False)
    row.thumbnail.save(f"{row.key}-small.jpg", ContentFile(picture.thumbnail), save=False)
    row.save()
    return row


def keep_clip(report: Report, clip: Video, *, shows: Shows = Shows.PROBLEM) -> Photo:
    """A short video with the still that stands for it. The film itself is never public."""
    row = Photo(report=report, shows=shows, width=clip.width, height=clip.height)
    row.file.save(f"{row.key}.jpg", ContentFile(clip.poster), save=False)
    row.thumbnail.save(f"{row.key}-small.jpg", ContentFile(clip.thumbnail), save=False)
    row.video.save(f"{row.key}.mp4", ContentFile(clip.mp4), save=False)
    row.save()
    return row
