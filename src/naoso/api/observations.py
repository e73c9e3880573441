"""POST /api/v1/observations: systems send readings over HTTP; the same stream carries them."""

from __future__ import annotations

import math
import time
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router
from ninja.security import HttpBearer

from naoso.api.problems import problem
from naoso.api.rates import Buckets
from naoso.connectors.nats.wire import StreamError
from naoso.connectors.readings.formats import CONTENT_TYPES, UnknownFormat, parse
from naoso.connectors.readings.types import Broken, Parsed
from naoso.core.ingest import front
from naoso.core.registry.models import Source
from naoso.core.registry.selectors import source_of_token

LIMIT_BYTES = 1024 * 1024
RETRY_S = 5
buckets = Buckets(rate=20, burst=100)
router = Router(tags=["observations"])


class SourceToken(HttpBearer):
    """`Authorization: Bearer <source code>.<secret>`"""

    openapi_description = "<source code>.<secret>"

    def authenticate(self, request: HttpRequest, token: str) -> Source | None:  # noqa: ARG002
        return source_of_token(token)


READING = {
    "type": "object",
    "required": ["series", "time", "value"],
    "properties": {
        "series": {"type": "string", "example": "st-07/pm25"},
        "time": {"oneOf": [{"type": "string", "format": "date-time"}, {"type": "number"}]},
        "value": {"type": "number"},
        "unit": {"type": "string", "example": "ug/m3"},
    },
}
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "oneOf": [
                        READING,
                        {"type": "object", "properties": {"readings": {"type": "array", "items": READING}}},
                        {"type": "array", "items": READING},
                    ]
                }
            },
            **{name: {"schema": {"type": "string"}} for name in CONTENT_TYPES[1:]},
        },
    },
    "responses": {
        202: {"description": "All readings are in the stream."},
        207: {"description": "Some are; `refused` names the others, which also lie in quarantine."},
        401: {"description": "No enabled source has this token."},
        413: {"description": "The body is larger than 1 MB."},
        415: {"description": "The content type is none of those above."},
        422: {"description": "No reading could be taken; nothing was stored. `errors` says why, by index."},
        429: {"description": "Too many requests of this source; see Retry-After."},
        503: {"description": "The stream did not acknowledge; send again, nothing is doubled."},
    },
}


@router.post("/observations", auth=SourceToken(), openapi_extra=BODY, summary="Send readings")
def send_observations(request: HttpRequest) -> HttpResponse:
    """Sending the same readings again changes nothing."""
    source: Source = request.auth  # type: ignore[attr-defined]
    if wait := buckets.wait_for(source.code):
        return later(problem(429, "too-many-requests", f"{source.code} asks too often"), math.ceil(wait))
    if int(request.headers.get("Content-Length") or 0) > LIMIT_BYTES or len(request.body) > LIMIT_BYTES:
        return problem(413, "too-large", f"a body holds at most {LIMIT_BYTES} bytes", limit=LIMIT_BYTES)
    try:
        parsed = parse(request.body, request.headers.get("Content-Type", ""), time.time())
    except UnknownFormat as error:
        return problem(415, "unknown-format", f"{error} is none of {', '.join(CONTENT_TYPES)}")
    return _answer(source, parsed)


def _answer(source: Source, parsed: Parsed) -> HttpResponse:
    sifted = front.sift(source.code, parsed)
    errors = [_told(broken) for broken in sifted.refused]
    if not sifted.good:
        errors = errors or [
            {"index": -1, "field": "readings", "value": "", "rule": "shape", "message": "is empty"}
        ]
        return problem(422, "bad-input", "no reading could be taken", errors=errors)
    try:
        front.publish(source.code, sifted.good)
    except StreamError as error:
        return later(problem(503, "stream-away", f"the stream did not acknowledge: {error}"), RETRY_S)
    if errors:
        front.keep_refused(source, sifted.refused)
        return JsonResponse({"accepted": len(sifted.good), "refused": errors}, status=207)
    return JsonResponse({"accepted": len(sifted.good)}, status=202)


def _told(broken: Broken) -> dict[str, Any]:
    return {"index": broken.index, **broken.error.as_dict()}


def later(response: HttpResponse, seconds: int) -> HttpResponse:
    """Says when to ask again."""
    response["Retry-After"] = str(seconds)
    return response
