"""A POST of another system → a report, through the same door as every other."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from naoso.core.people.audit import recorded
from naoso.domains.citizen_reports.forms.citizen import Pictures
from naoso.domains.citizen_reports.media import read_media
from naoso.domains.citizen_reports.models import (
    ApiKey,
    Channel,
    EntryKind,
    Question,
    QuestionKind,
    Report,
    Submission,
)
from naoso.domains.citizen_reports.open311.catalogue import leaf_of
from naoso.domains.citizen_reports.open311.filters import lon_lat
from naoso.domains.citizen_reports.open311.speaking import Refused
from naoso.domains.citizen_reports.rules.words import clean_text
from naoso.domains.citizen_reports.services.api_keys import key_of
from naoso.domains.citizen_reports.services.changes import write
from naoso.domains.citizen_reports.services.sending import Contact, send_report
from naoso.kernel.errors import BadInput

DRAFTS = uuid.UUID("5f0c8a4e-3a9c-4f4e-9d3e-6a4c1f0b7d11")
HOUR = timedelta(hours=1)
LONGEST_URL = 500


def key_required(request: HttpRequest) -> ApiKey:
    """The standard's api_key; Raises Refused with 403 as the standard says."""
    key = key_of(request.POST.get("api_key") or request.GET.get("api_key") or "")
    if key is None:
        raise Refused(403, "missing or invalid api_key")
    return key


def taken(request: HttpRequest, key: ApiKey) -> tuple[Submission, bool]:
    """The report with its sender, and whether it is new. Raises Refused or BadInput naming the parameter."""
    given = request.POST
    draft, said = draft_of(request, key)
    known = Submission.objects.filter(report__draft=draft).select_related("report").first() if said else None
    if known is not None:
        return known, False
    check_rate(key)
    service_code = given.get("service_code", "").strip()
    if not service_code:
        raise Refused(400, "service_code is required")
    leaf = leaf_of(service_code)
    check_place(given)
    place, media = lon_lat(given), media_of(request)  # read before the transaction begins
    with recorded(None, reason=f"open311: {key.name}"):
        report = send_report(
            draft=draft,
            category=leaf.category,
            place=place,
            text=given.get("description", ""),
            answers=answers_of(given, leaf.questions),
            photos=media.photos,
            clip=media.clip,
            contact=contact_of(given),
            place_text=given.get("address_string", ""),
            channel=Channel.OPEN311,
        )
        return kept(report, key, given)


def kept(report: Report, key: ApiKey, given: QueryDict) -> tuple[Submission, bool]:
    """Who sent it; an address of media stays words: fetching it would let a stranger call any address
    from inside the house."""
    url = media_url_of(given)
    account_id = clean_text(given.get("account_id", ""))[:120]
    values = {"key": key, "account_id": account_id, "media_url": url}
    submission, fresh = Submission.objects.get_or_create(report=report, defaults=values)
    if fresh and url:
        write(report, f"media_url: {url}", kind=EntryKind.NOTE, public=False)
    return submission, fresh


def draft_of(request: HttpRequest, key: ApiKey) -> tuple[uuid.UUID, bool]:
    """The client's own name for this sending makes one report of two tries; names of two keys never meet."""
    said = (request.headers.get("Idempotency-Key") or request.POST.get("draft") or "").strip()
    if not said:
        return uuid.uuid4(), False
    return uuid.uuid5(DRAFTS, f"{key.pk}:{said[:200]}"), True


def check_rate(key: ApiKey) -> None:
    """Raises Refused with 429 beyond the key's own bound."""
    if Submission.objects.filter(key=key, created_at__gt=timezone.now() - HOUR).count() >= key.per_hour:
        raise Refused(429, f"at most {key.per_hour} requests an hour with this api_key")


def check_place(given: QueryDict) -> None:
    """An address alone is no place: this centre has no register that would say where it lies."""
    if given.get("lat", "").strip() or given.get("long", "").strip():
        return
    if given.get("address_id", "").strip() or given.get("address_string", "").strip():
        raise Refused(400, "an address alone is not enough here: lat and long are required")
    raise Refused(400, "lat and long are required")


def answers_of(given: QueryDict, questions: list[Question]) -> dict[str, Any]:
    """`attribute[code]`, and `attribute[code][]` or several of the same for lists."""
    answers: dict[str, Any] = {}
    for question in questions:
        name = f"attribute[{question.code}]"
        values = [value for value in (*given.getlist(name), *given.getlist(f"{name}[]")) if value.strip()]
        if not values:
            continue
        if question.kind == QuestionKind.MULTI:
            answers[question.code] = values
        elif question.kind == QuestionKind.DATE:
            answers[question.code] = values[0].strip()[:10]  # the standard's datetime; we ask for a day
        else:
            answers[question.code] = values[0].strip()
    return answers


def media_of(request: HttpRequest) -> Pictures:
    """Files of the multipart body: five photos and a short film at most; the standard's name is `media`."""
    files = [one for name in ("media", "media[]") for one in request.FILES.getlist(name)]
    return read_media(files, field="media")


def contact_of(given: QueryDict) -> Contact:
    """Who reports, as far as the system says."""
    email = given.get("email", "").strip()
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise BadInput.of("email", email, "email", "is not an e-mail address") from error
    names = (given.get("last_name", ""), given.get("first_name", ""))  # family name first, as it is said here
    return Contact(
        name=clean_text(" ".join(name.strip() for name in names if name.strip()))[:120],
        email=email[:254],
        phone=clean_text(given.get("phone", ""))[:20],
        device=given.get("device_id", "").strip()[:200],
    )


def media_url_of(given: QueryDict) -> str:
    """A web address in words, or nothing."""
    url = clean_text(given.get("media_url", ""))
    return url if url.startswith(("https://", "http://")) and len(url) <= LONGEST_URL else ""
