"""What phones and the SMS gateway send.

No cookie is read, so no visitor's session can be misused: the key of
a call, the token that its answer carries and the gateway's token are the keys, instead of a CSRF token."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from naoso.connectors.photo import MOST_BYTES as MOST_OF_A_PHOTO
from naoso.domains.sos import selectors
from naoso.domains.sos.models import Call
from naoso.domains.sos.reading import read_call, read_details, read_positions
from naoso.domains.sos.services.media import add_photo, add_voice
from naoso.domains.sos.services.receiving import Caller, add_details, move, receive
from naoso.domains.sos.services.texting import take_sms
from naoso.kernel.errors import BadInput, NaosoError
from naoso.ui.limits import address_of

BOUND = MOST_OF_A_PHOTO + 1  # what is larger is not read


def problem(error: NaosoError) -> JsonResponse:
    """RFC 9457, whatever the phone says it accepts."""
    return JsonResponse(error.problem(), status=error.status, content_type="application/problem+json")


def body_of(request: HttpRequest) -> Mapping[str, Any]:
    """A JSON object, or a form's fields. Raises BadInput."""
    if not (request.content_type or "").endswith("json"):
        return {name: value for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    try:
        raw = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadInput.of("body", "", "json", _("This is not JSON.")) from error
    except RequestDataTooBig as error:
        raise BadInput.of("body", "", "size", _("This is too large.")) from error
    if not isinstance(raw, dict):
        raise BadInput.of("body", raw, "object", _("This must be a JSON object."))
    return raw


def caller_of(request: HttpRequest) -> Caller:
    """Its address, where it is one."""
    try:
        return Caller(str(ip_address(address_of(request))))
    except ValueError:
        return Caller()


def answer_for(call: Call, status: int = 201) -> JsonResponse:
    """What the phone keeps."""
    follow = reverse("sos:follow", args=[call.token])
    told: dict[str, Any] = {"code": call.code, "follow": follow, "state": call.state, "many": call.many}
    if call.many:
        told["message"] = _(
            "You have called several times. This call was kept and belongs to your open call."
        )
    return JsonResponse(told, status=status)


@csrf_exempt
@login_not_required
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """A call: 201 with its code, the same for the same key. Never 429: too many are marked, not dropped."""
    try:
        call = receive(read_call(body_of(request)), caller_of(request))
    except NaosoError as error:
        return problem(error)
    files = keep_files(request, call)
    answer = answer_for(call)
    return files or answer


def keep_files(request: HttpRequest, call: Call) -> HttpResponse | None:
    """Photos and voice that came along; None where all are kept. The call itself stands in any case."""
    try:
        for file in request.FILES.getlist("photo"):
            add_photo(call=call, data=content_of(file, "photo"))
        for file in request.FILES.getlist("voice"):
            add_voice(call=call, data=content_of(file, "voice"))
    except BadInput as error:
        told = error.problem() | {"code": call.code, "follow": reverse("sos:follow", args=[call.token])}
        return JsonResponse(told, status=422, content_type="application/problem+json")
    return None


def content_of(file: UploadedFile[Any], field: str) -> bytes:
    """The file, unless it is larger than anything that is taken."""
    if (file.size or 0) > BOUND:
        raise BadInput.of(field, f"{file.size} bytes", "size", _("This file is too large."))
    return bytes(file.read())


def call_of(token: uuid.UUID) -> Call:
    """By its token; raises BadInput for one that is none."""
    call = selectors.followed(token)
    if call is None:
        raise Unknown(str(token))
    return call


class Unknown(NaosoError):
    """No call has this token."""

    code = "not-found"
    status = 404


@csrf_exempt
@login_not_required
@require_POST
def details(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Kind, number, words that follow."""
    try:
        call = add_details(call=call_of(token), told=read_details(body_of(request)))
    except NaosoError as error:
        return problem(error)
    return answer_for(call, 200)


@csrf_exempt
@login_not_required
@require_POST
def positions(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """The track goes on."""
    try:
        call = move(call=call_of(token), told=read_positions(body_of(request)))
    except NaosoError as error:
        return problem(error)
    return answer_for(call, 200)


@csrf_exempt
@login_not_required
@require_POST
def media(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """A photo or a voice note; the same file again is kept once."""
    try:
        call = call_of(token)
        if not request.FILES:
            raise BadInput.of("voice", "", "required", _("Send a file named photo or voice."))
    except NaosoError as error:
        return problem(error)
    return keep_files(request, call) or answer_for(call, 200)


@csrf_exempt
@login_not_required
@require_POST
def sms(request: HttpRequest) -> HttpResponse:
    """From the gateway, with its bearer token: `{"id", "from", "text"}`."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    wanted = settings.GATEWAY_TOKEN
    if not wanted or not secrets.compare_digest(given.encode(), wanted.encode()):
        return JsonResponse({"title": "wrong token", "status": 401}, status=401)
    try:
        raw = body_of(request)
        for name in ("id", "from", "text"):
            if not isinstance(raw.get(name), str | int) or not str(raw[name]).strip():
                raise BadInput.of(name, raw.get(name, ""), "required", _("This is missing."))
        call = take_sms(message_id=str(raw["id"])[:120], sender=str(raw["from"]), text=str(raw["text"]))
    except NaosoError as error:
        return problem(error)
    return JsonResponse({"code": call.code}, status=201)


urlpatterns = [
    path("send/", send, name="send"),
    path("sms/", sms, name="sms"),
    path("<uuid:token>/details/", details, name="details"),
    path("<uuid:token>/positions/", positions, name="positions"),
    path("<uuid:token>/media/", media, name="media"),
]
