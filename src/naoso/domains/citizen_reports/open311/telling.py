"""Our reports as the standard's requests: public facts and nothing else."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Prefetch, Q
from django.urls import reverse

from naoso.connectors.open311.types import CLOSED, OPEN, ServiceRequest, Update
from naoso.core.places.models import UNIT_SHAPES
from naoso.domains.citizen_reports.models import ApiKey, Entry, EntryKind, Photo, Report, ReportQuerySet
from naoso.domains.citizen_reports.models.reports import IS_ENDED, IS_OPEN
from naoso.domains.citizen_reports.open311.filters import MOST, Asked
from naoso.domains.citizen_reports.rules.words import without_personal_data
from naoso.domains.citizen_reports.selectors.nearby import box
from naoso.domains.citizen_reports.workflow import State

# what is said to the citizen alone (questions, replies, ratings) stays with the citizen
TOLD = (EntryKind.SENT, EntryKind.MOVED, EntryKind.ANSWER)


def visible(key: ApiKey | None) -> ReportQuerySet:
    """Public reports; a system also follows what it sent itself."""
    everybody = Report.objects.public()
    rows = everybody if key is None else everybody | Report.objects.filter(submission__key=key)
    return rows.select_related("category", "owner", "unit").defer(*UNIT_SHAPES)


def found(asked: Asked, key: ApiKey | None) -> list[Report]:
    """Newest first; by changes, the latest change first."""
    rows = visible(key)
    if asked.ids:
        return list(with_photos(rows.filter(pk__in=asked.ids)).order_by("-created_at", "-id")[:MOST])
    rows = rows.filter(conditions(asked))
    if asked.statuses == {OPEN}:
        rows = rows.filter(IS_OPEN)
    elif asked.statuses == {CLOSED}:
        rows = rows.filter(IS_ENDED)
    changed = asked.updated_after or asked.updated_before
    order = ("-changed_at", "-id") if changed else ("-created_at", "-id")
    return list(with_photos(rows).order_by(*order)[asked.rows])


def with_photos(rows: ReportQuerySet) -> ReportQuerySet:
    """With the blurred ones, as `public_photos`."""
    blurred = Photo.objects.filter(blurred_at__isnull=False, hidden=False).exclude(public_file="")
    return rows.prefetch_related(Prefetch("photos", blurred, to_attr="public_photos"))


def conditions(asked: Asked) -> Q:
    """The filters that are given."""
    wanted = {
        "created_at__gte": asked.start,
        "created_at__lte": asked.end,
        "changed_at__gte": asked.updated_after,
        "changed_at__lte": asked.updated_before,
        "category__code__in": asked.service_codes or None,
        "point__within": box(asked.place, asked.radius_m) if asked.place else None,
    }
    return Q(**{name: value for name, value in wanted.items() if value is not None})


def status_of(report: Report) -> str:
    """The standard knows two."""
    return OPEN if report.is_open else CLOSED


def request_of(report: Report) -> ServiceRequest:
    """Never contacts, internal notes, or a photo that shows a face."""
    photo = report.public_photos[0] if report.public_photos else None  # type: ignore[attr-defined]
    return ServiceRequest(
        service_request_id=str(report.pk),
        status=status_of(report),
        status_notes=notes_of(report),
        service_name=str(report.category),
        service_code=report.category.code,
        description=report.public_text if report.is_public else without_personal_data(report.text),
        agency_responsible=report.owner.name,
        requested_datetime=report.created_at,
        updated_datetime=report.changed_at,
        expected_datetime=report.due_at if report.is_open else None,
        address=str(report.unit or ""),
        lat=report.point.y,
        long=report.point.x,
        media_url=address_of(photo.key) if photo and report.is_public else "",
    )


def notes_of(report: Report) -> str:
    """The public answer; before it, the state in words."""
    if report.answer and report.state in {State.ANSWERED, State.REJECTED}:
        return report.answer
    return str(State(report.state).label)


def address_of(key: object) -> str:
    """Where the blurred photo can be fetched."""
    return settings.SITE_URL + reverse("citizen_reports:blurred_photo", args=[key, "full"])


def updates(
    *, ids: tuple[int, ...], start: datetime | None, end: datetime | None, key: ApiKey | None
) -> list[Update]:
    """What was said in public on these reports, in its order."""
    rows = Entry.objects.filter(public=True, kind__in=TOLD, report__in=visible(key).values("pk"))
    if ids:
        rows = rows.filter(report_id__in=ids)
    if start:
        rows = rows.filter(at__gte=start)
    if end:
        rows = rows.filter(at__lte=end)
    return [update_of(entry) for entry in rows.select_related("report").order_by("at", "id")[:MOST]]


def update_of(entry: Entry) -> Update:
    """An answer closes; every other step leaves it open."""
    return Update(
        update_id=str(entry.pk),
        service_request_id=str(entry.report_id),
        status=CLOSED if entry.kind == EntryKind.ANSWER else OPEN,
        updated_datetime=entry.at,
        description=entry.text,
    )
