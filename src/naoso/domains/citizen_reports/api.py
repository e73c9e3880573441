"""/api/v1/citizen_reports: everything that a citizens' app needs, without an account. A code or a token
is the key to what it opens."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from naoso.domains.citizen_reports import api_types as types
from naoso.domains.citizen_reports.desk_api import router as desk_router
from naoso.domains.citizen_reports.media import read_media
from naoso.domains.citizen_reports.models import Category, Follower, Photo, Report
from naoso.domains.citizen_reports.selectors.choosing import Branch, asked, tree
from naoso.domains.citizen_reports.selectors.nearby import Near, near
from naoso.domains.citizen_reports.selectors.reports import followed
from naoso.domains.citizen_reports.services import following, moves
from naoso.domains.citizen_reports.services.sending import Contact, send_report
from naoso.domains.citizen_reports.services.suggesting import suggest
from naoso.domains.citizen_reports.workflow import State
from naoso.kernel.errors import BadInput
from naoso.kernel.geometry import LonLat
from naoso.ui.limits import require_within

HOUR = 3600
LONGEST_WORDS = 600
router = Router(tags=["citizens"])
PROBLEMS: dict[int, Any] = dict.fromkeys((404, 422, 429), types.ProblemOut)


class PlaceIn(Schema):
    """A place, WGS 84."""

    lon: float
    lat: float


def within(request: HttpRequest, action: str, most: int) -> None:
    """Raises TooMany beyond so many an hour from one address."""
    require_within(f"api-{action}", str(request.META.get("REMOTE_ADDR", "")), most=most, per_s=HOUR)


@router.get(
    "/categories", response={200: list[types.CategoryOut], **PROBLEMS}, summary="What can be reported"
)
def categories(request: HttpRequest) -> list[dict[str, Any]]:
    """The tree, with what each category asks; a question of a heading is asked below it too."""
    within(request, "read", 3000)
    return [branch_out(branch) for branch in tree()]


@router.get("/suggest", response={200: types.SuggestionsOut, **PROBLEMS}, summary="Which category fits")
def suggestion(
    request: HttpRequest, text: str, lon: float | None = None, lat: float | None = None
) -> dict[str, Any]:
    """From the words, and the place if it is known."""
    within(request, "read", 3000)
    place = LonLat.checked(lon, lat) if lon is not None and lat is not None else None
    sure, found = suggest(text[:LONGEST_WORDS], place)
    rows = [
        {"code": one.category.code, "title": str(one.category), "icon": one.category.icon,
         "confidence": round(one.confidence, 3)}
        for one in found
    ]  # fmt: skip
    return {"sure": sure, "suggestions": rows}


@router.get(
    "/nearby", response={200: list[types.NearOut], **PROBLEMS}, summary="What others have reported near by"
)
def nearby(request: HttpRequest, category: str, place: Query[PlaceIn]) -> list[dict[str, Any]]:
    """Public reports of the same kind within a hundred metres, the nearest first."""
    within(request, "read", 3000)
    row = get_object_or_404(Category, code=category, enabled=True)
    found = near(place=LonLat.checked(place.lon, place.lat), category=row, now=timezone.now())
    return [near_out(one) for one in found]


@router.post(
    "/reports",
    response={201: types.SentOut, 200: types.SentOut, **PROBLEMS},
    summary="Send a report (multipart form)",
)
def send(
    request: HttpRequest,
    given: Form[types.SendIn],
    photos: File[list[UploadedFile]] = [],  # noqa: B006
) -> Status[Any]:
    """201 for a new one; 200 when the same draft came before: after a lost reply, just send again."""
    within(request, "send", 300)
    draft = draft_of(request, given)
    known = Report.objects.select_related("category").filter(draft=draft).first()
    if known is not None:
        return Status(200, sent_out(known))
    media = read_media(photos, field="photos")
    report = send_report(
        draft=draft,
        category=chosen(given.category),
        place=LonLat.checked(given.lon, given.lat),
        text=given.text,
        place_text=given.place_text,
        answers=answers_in(given.answers),
        photos=media.photos,
        clip=media.clip,
        contact=Contact(
            name=given.name, email=checked_email(given.email), phone=given.phone, device=given.device,
            network=str(request.META.get("REMOTE_ADDR", "")),
        ),
    )  # fmt: skip
    return Status(201, sent_out(report))


@router.get("/reports/{code}", response={200: types.ReportOut, **PROBLEMS}, summary="Follow a report")
def follow(request: HttpRequest, code: str) -> dict[str, Any]:
    """Each step in plain words, the question, the answer."""
    within(request, "follow", 600)
    return report_out(opened(code))


@router.post(
    "/reports/{code}/reply",
    response={200: types.ReportOut, **PROBLEMS},
    summary="Answer the officer's question",
)
def reply(
    request: HttpRequest,
    code: str,
    given: Form[types.ReplyIn],
    photos: File[list[UploadedFile]] = [],  # noqa: B006
) -> dict[str, Any]:
    """The clock runs again."""
    within(request, "reply", 60)
    moves.reply(report=opened(code), text=given.text, photos=read_media(photos, field="photos").photos)
    return report_out(opened(code))


@router.post("/reports/{code}/rate", response={200: types.ReportOut, **PROBLEMS}, summary="Is it solved?")
def rate(request: HttpRequest, code: str, given: types.RateIn) -> dict[str, Any]:
    """A "no" opens it again and tells the supervisors."""
    within(request, "rate", 60)
    moves.rate(report=opened(code), solved=given.solved, rating=given.rating, text=given.text)
    return report_out(opened(code))


@router.post(
    "/reports/{code}/following",
    response={201: types.FollowingOut, **PROBLEMS},
    summary="Be told of each step",
)
def follow_own(request: HttpRequest, code: str, given: types.DeviceIn) -> Status[Any]:
    """For the one who sent it; then say how, by the token."""
    within(request, "following", 300)
    row = following.follow(report=opened(code), device=given.device)
    return Status(201, {"token": row.token, "title": str(row.report.category)})


@router.post("/nearby/{pk}/me-too", response={201: types.FollowingOut, **PROBLEMS}, summary="I saw the same")
def me_too(request: HttpRequest, pk: int, given: types.DeviceIn) -> Status[Any]:
    """Follows somebody else's public report instead of making another."""
    within(request, "following", 300)
    report = get_object_or_404(Report.objects.public().select_related("category"), pk=pk)
    row = following.follow(report=report, device=given.device, me_too=True)
    return Status(201, {"token": row.token, "title": str(report.category)})


@router.patch("/following/{token}", response={204: None, **PROBLEMS}, summary="How to be told")
def wishes(request: HttpRequest, token: UUID, given: types.WishesIn) -> Status[Any]:
    """By e-mail, by web push, or no more by one of them."""
    within(request, "following", 300)
    follower = get_object_or_404(Follower, token=token)
    if given.email is not None:
        following.tell_by_email(follower=follower, email=given.email)
    if given.push is not None:
        following.tell_by_push(follower=follower, given=given.push or None)
    return Status(204, None)


@router.delete("/following/{token}", response={204: None, **PROBLEMS}, summary="Be told no more")
def stop(request: HttpRequest, token: UUID) -> Status[Any]:
    """A "me too" still counts."""
    within(request, "following", 300)
    following.stop(follower=get_object_or_404(Follower, token=token))
    return Status(204, None)


def opened(code: str) -> Report:
    """The report of a code; 404 for an unknown one."""
    report = followed(code)
    if report is None:
        raise Http404
    return report


def draft_of(request: HttpRequest, given: types.SendIn) -> UUID:
    """Sent twice, stored once: so there must be one. Raises BadInput."""
    said = given.draft.strip() or request.headers.get("Idempotency-Key", "").strip()
    try:
        return UUID(said)
    except ValueError:
        words = "give a UUID of your own as draft, or in the header Idempotency-Key"
        raise BadInput.of("draft", said, "uuid", words) from None


def chosen(code: str) -> Category:
    """A category that citizens can choose. Raises BadInput."""
    for branch in tree():
        for leaf in branch.leaves():
            if leaf.category.code == code:
                return leaf.category
    raise BadInput.of("category", code, "choice", "is no category that can be chosen")


def answers_in(text: str) -> dict[str, Any]:
    """Raises BadInput for what is no JSON object."""
    try:
        answers = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        answers = None
    if not isinstance(answers, dict):
        raise BadInput.of("answers", text, "json", "must be a JSON object: code → answer")
    return answers


def checked_email(email: str) -> str:
    """Raises BadInput."""
    try:
        if email.strip():
            validate_email(email.strip())
    except ValidationError:
        raise BadInput.of("email", email, "email", "is not an e-mail address") from None
    return email.strip()


def branch_out(branch: Branch) -> dict[str, Any]:
    """A node with those below it."""
    questions = [
        {"code": one.code, "label": one.label, "kind": one.kind, "required": one.required,
         "choices": [{"key": key, "label": label} for key, label, _chosen in one.choices]}
        for one in asked(branch.questions, {})
    ]  # fmt: skip
    return {
        "code": branch.category.code,
        "title": str(branch.category),
        "icon": branch.category.icon,
        "questions": questions,
        "children": [branch_out(one) for one in branch.below],
    }


def near_out(one: Near) -> dict[str, Any]:
    """Public facts alone."""
    photo = reverse("citizen_reports:blurred_photo", args=[one.photo.key, "small"]) if one.photo else ""
    return {
        "id": one.report.pk,
        "category": one.report.category.code,
        "state": one.report.state,
        "state_label": str(State(one.report.state).label),
        "text": one.report.public_text,
        "received_at": one.report.created_at,
        "metres": one.metres,
        "me_too": one.too,
        "photo": settings.SITE_URL + photo if photo else None,
    }


def sent_out(report: Report) -> dict[str, Any]:
    """The code and where a person can open it."""
    url = settings.SITE_URL + reverse("citizen_reports:follow", args=[report.code])
    return {"code": report.code, "title": str(report.category), "url": url}


def report_out(report: Report) -> dict[str, Any]:
    """Everything that the holder of the code may see."""
    same = {
        name: getattr(report, name)
        for name in ("code", "state", "text", "due_at", "ended_at", "answer", "solved", "rating")
    }
    return {
        **same,
        "category": report.category.code,
        "title": str(report.category),
        "state_label": str(State(report.state).label),
        "lon": report.point.x,
        "lat": report.point.y,
        "unit": str(report.unit or ""),
        "owner": report.owner.name,
        "received_at": report.created_at,
        "waits_for_reply": report.state == State.WAITING,
        "can_rate": report.state == State.ANSWERED and report.solved is None,
        "steps": [
            {"at": line.at, "kind": line.kind, "text": line.text}
            for line in report.public_entries  # type: ignore[attr-defined]
        ],
        "photos": [photo_out(report, photo) for photo in report.photos.all()],
    }


def photo_out(report: Report, photo: Photo) -> dict[str, str | None]:
    """Opened by the code."""
    full, small = (
        settings.SITE_URL + reverse("citizen_reports:citizen_photo", args=[report.code, photo.key, size])
        for size in ("full", "small")
    )
    film = reverse("citizen_reports:citizen_video", args=[report.code, photo.key]) if photo.video else ""
    video = settings.SITE_URL + film if film else None
    return {"url": full, "thumbnail": small, "shows": photo.shows, "video": video}


router.add_router("/desk", desk_router)
