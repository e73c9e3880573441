"""What a person may ask of their own data (Law 91/2025): a copy, or erasure; in two working days."""

from __future__ import annotations

import json
import tempfile
import uuid
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from naoso.core.notify.models import Delivery, DeliveryState
from naoso.core.notify.services import notify
from naoso.core.people.audit import note, recorded
from naoso.core.people.models import Account, AuditAction
from naoso.core.people.scope import accounts_with, scope_of
from naoso.core.response.calendar import calendar
from naoso.core.response.working_time import add_working_time
from naoso.domains.citizen_reports.models import (
    Citizen,
    Follower,
    PersonRequest,
    Photo,
    Report,
    Reporter,
    RequestKind,
    SignInCode,
)
from naoso.domains.citizen_reports.selectors.own import sent_by
from naoso.kernel.errors import BadInput, NotAllowed

ANSWER = "citizen_reports.answer_persons"
TWO_WORKING_DAYS = timedelta(hours=16)
IN_MEMORY = 8 * 1024 * 1024
NOTHING = {"name": "", "email": "", "phone": "", "device": "", "network": "", "citizen": None}


def require_everywhere(actor: Account) -> None:
    """A person's reports lie with many bodies: only a holder for the whole centre answers."""
    if not scope_of(actor, ANSWER).everything:
        raise NotAllowed(f"{ANSWER} is not held everywhere by {actor}")


def ask(*, citizen: Citizen, kind: RequestKind) -> PersonRequest:
    """The request with its deadline; the same again while it is open is the same request."""
    now = timezone.now()
    due = add_working_time(now, TWO_WORKING_DAYS, calendar())
    with recorded(None, reason="citizen"):
        row, fresh = PersonRequest.objects.get_or_create(
            citizen=citizen, kind=kind, done_at=None, defaults={"due_at": due}
        )
        if fresh:
            notify(
                key="citizen_reports.person_request",
                title=_("A person asks: %(what)s") % {"what": kind.label},
                body=_("To be answered within two working days (Law 91/2025)."),
                url="/reports/persons/",
                recipients=[one for one in accounts_with(ANSWER) if scope_of(one, ANSWER).everything],
                subject=f"citizen_reports:person:{row.pk}",
            )
    return row


def close(row: PersonRequest, actor: Account | None, refused: str = "") -> None:
    """Answered; not done a second time."""
    PersonRequest.objects.filter(pk=row.pk, done_at__isnull=True).update(
        done_at=timezone.now(), done_by=actor, refused=refused
    )


def refuse(*, row: PersonRequest, actor: Account, reason: str) -> None:
    """With the reason, which the person reads."""
    require_everywhere(actor)
    if not reason.strip():
        raise BadInput.of("reason", reason, "required", _("Say why."))
    with recorded(actor, reason=reason.strip()[:500]):
        close(row, actor, reason.strip()[:500])


def copy_for(*, row: PersonRequest, actor: Account | None) -> IO[bytes]:
    """The copy as a ZIP file; `actor` None is the person. Each taking is noted in the audit trail."""
    if actor is not None:
        require_everywhere(actor)
    citizen = checked(row, RequestKind.EXPORT)
    with recorded(actor, reason="Law 91/2025"):
        note(AuditAction.EXPORT, actor, f"citizen_reports:citizen:{citizen.pk}", f"request {row.pk}")
        close(row, actor)
    return packed(citizen)


def checked(row: PersonRequest, kind: RequestKind) -> Citizen:
    """The person of a request of this kind, who is still known."""
    if row.kind != kind or row.citizen is None or row.citizen.erased_at is not None:
        raise BadInput.of("request", row.pk, "state", _("There is nothing left of this person."))
    return row.citizen


def packed(citizen: Citizen) -> IO[bytes]:
    """`data.json` and the photos that it names."""
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the answer closes it
    reports = list(reports_of(citizen).prefetch_related("photos", "entries").order_by("created_at"))
    asked = PersonRequest.objects.filter(citizen=citizen)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        data = {
            "person": person(citizen),
            "reports": [told(report) for report in reports],
            "following": [followed(row) for row in followers_of(citizen).select_related("report")],
            "letters": list(letters_of(citizen).values("channel", "address", "title", "state", "created_at")),
            "requests": list(asked.values("kind", "created_at", "due_at", "done_at")),
        }
        text = json.dumps(data, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder)
        archive.writestr("data.json", text)
        for report in reports:
            for photo in report.photos.all():
                for name, stored in files_of(photo):
                    with stored.open("rb") as original:
                        archive.writestr(name, original.read())
    file.seek(0)
    return file


def reports_of(citizen: Citizen) -> QuerySet[Report]:
    """Sent while signed in, taken over by code, or sent with the address that this person proved."""
    own = Q(pk__in=sent_by(citizen).values("pk"))
    if citizen.email:
        own |= Q(reporter__email__iexact=citizen.email)
    return Report.objects.filter(own).select_related("category", "unit", "reporter")


def followers_of(citizen: Citizen) -> QuerySet[Follower]:
    """Followings of the account, and those with its address."""
    mine = Q(citizen=citizen)
    if citizen.email:
        mine |= Q(email__iexact=citizen.email)
    return Follower.objects.filter(mine)


def letters_of(citizen: Citizen) -> QuerySet[Delivery]:
    """To the bare addresses of this person; an officer's letters belong to an account."""
    addresses = [one for one in (citizen.email, citizen.phone) if one]
    return Delivery.objects.filter(notification__isnull=True, address__in=addresses)


def person(citizen: Citizen) -> dict[str, Any]:
    """What is kept about the account itself."""
    codes = SignInCode.objects.filter(address__in=[one for one in (citizen.email, citizen.phone) if one])
    return {
        "name": citizen.name,
        "email": citizen.email,
        "phone": citizen.phone,
        "language": citizen.language,
        "since": citizen.created_at,
        "last_seen": citizen.last_seen_at,
        "codes_sent": list(codes.values_list("created_at", flat=True)),
    }


def told(report: Report) -> dict[str, Any]:
    """One report with its public history and the contact that was left."""
    reporter: Reporter | None = getattr(report, "reporter", None)
    return {
        "code": report.code,
        "category": str(report.category),
        "text": report.text,
        "answers": report.answers,
        "longitude": report.point.x,
        "latitude": report.point.y,
        "place": report.place_text,
        "state": report.state,
        "received_at": report.created_at,
        "answer": report.answer,
        "rating": report.rating,
        "rating_text": report.rating_text,
        "contact": {"name": reporter.name, "email": reporter.email, "phone": reporter.phone}
        if reporter
        else None,
        "history": [{"at": one.at, "text": one.text} for one in report.entries.all() if one.public],
        "files": [name for photo in report.photos.all() for name, _file in files_of(photo)],
    }


def followed(row: Follower) -> dict[str, Any]:
    """One following."""
    return {
        "report": row.report.pk,
        "email": row.email,
        "web_push": bool(row.push),
        "saw_it_too": row.me_too,
        "since": row.created_at,
        "ended": row.ended_at,
    }


def files_of(photo: Photo) -> Iterator[tuple[str, Any]]:
    """Name in the archive and file: the photo, and the film that it stands for."""
    yield f"photos/{photo.key}.jpg", photo.file
    if photo.video:
        yield f"photos/{photo.key}.mp4", photo.video


def erase(*, row: PersonRequest, actor: Account) -> None:
    """The identity goes everywhere; the reports stay, as nobody's."""
    require_everywhere(actor)
    citizen = checked(row, RequestKind.ERASE)
    with recorded(actor, reason="Law 91/2025"):
        erase_citizen(citizen)
        close(row, actor)
        note(AuditAction.DELETE, actor, f"citizen_reports:citizen:{citizen.pk}", f"request {row.pk}")


def erase_citizen(citizen: Citizen) -> None:
    """All rows that name the person; run in a transaction."""
    now = timezone.now()
    own = Q(citizen=citizen)
    if citizen.email:
        own |= Q(email__iexact=citizen.email)
    if citizen.phone:
        own |= Q(phone=citizen.phone)
    Reporter.objects.filter(own).update(**NOTHING, erased_at=now)
    followers_of(citizen).update(email="", push="", device="", citizen=None, ended_at=now)
    waiting = [DeliveryState.QUEUED, DeliveryState.HELD]
    letters_of(citizen).filter(state__in=waiting).delete()
    letters_of(citizen).update(address="", title="", body="", url="")
    SignInCode.objects.filter(address__in=[one for one in (citizen.email, citizen.phone) if one]).delete()
    PersonRequest.objects.filter(citizen=citizen, kind=RequestKind.EXPORT, done_at__isnull=True).update(
        done_at=now, refused=_("The person's data was erased.")
    )
    Citizen.objects.filter(pk=citizen.pk).update(
        key=uuid.uuid4(), name="", email=None, phone=None, last_seen_at=None, erased_at=now
    )
