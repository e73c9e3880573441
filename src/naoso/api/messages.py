"""POST /api/v1/messages: alarms, positions and the like over HTTP, as devices send them by MQTT."""

from __future__ import annotations

import json
import math

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from naoso.api.observations import LIMIT_BYTES, RETRY_S, SourceToken, later
from naoso.api.problems import problem
from naoso.api.rates import Buckets
from naoso.connectors.nats.wire import StreamError
from naoso.core.ingest import front
from naoso.core.registry.models import Source

buckets = Buckets(rate=200, burst=1000)  # an alarm storm of one panel must come through
router = Router(tags=["messages"])

BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"oneOf": [{"type": "object"}, {"type": "array"}]}}},
    },
    "responses": {
        202: {"description": "The message is in the stream; what its domain cannot take lies in quarantine."},
        401: {"description": "No enabled source has this token."},
        413: {"description": "The body is larger than 1 MB."},
        422: {"description": "The body is no JSON; nothing was stored."},
        429: {"description": "Too many requests of this source; see Retry-After."},
        503: {"description": "The stream did not acknowledge; send again under the same id."},
    },
}


@router.post("/messages", auth=SourceToken(), openapi_extra=BODY, summary="Send a message")
def send_message(request: HttpRequest) -> HttpResponse:
    """The answer comes after the stream has it; the same id again changes nothing."""
    source: Source = request.auth  # type: ignore[attr-defined]
    if wait := buckets.wait_for(source.code):
        return later(problem(429, "too-many-requests", f"{source.code} asks too often"), math.ceil(wait))
    if int(request.headers.get("Content-Length") or 0) > LIMIT_BYTES or len(request.body) > LIMIT_BYTES:
        return problem(413, "too-large", f"a body holds at most {LIMIT_BYTES} bytes", limit=LIMIT_BYTES)
    try:
        json.loads(request.body)
    except (ValueError, RecursionError) as error:
        fault = {"field": "body", "value": "", "rule": "syntax", "message": str(error)}
        return problem(422, "bad-input", "the body is no JSON", errors=[fault])
    try:
        front.publish_message(source.code, request.body)
    except StreamError as error:
        return later(problem(503, "stream-away", f"the stream did not acknowledge: {error}"), RETRY_S)
    return JsonResponse({"accepted": 1}, status=202)
