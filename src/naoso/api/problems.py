"""Errors as RFC 9457 problem documents."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse

from naoso.kernel.errors import NaosoError

MEDIA_TYPE = "application/problem+json"


def problem(status: int, code: str, detail: str, **members: Any) -> JsonResponse:
    """A problem document; `members` are added to it."""
    body = {
        "type": f"urn:naoso:problem:{code}",
        "title": code.replace("-", " "),
        "status": status,
        "detail": detail,
        **members,
    }
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)


def of_error(request: HttpRequest, error: NaosoError | type[NaosoError]) -> JsonResponse:  # noqa: ARG001
    """Any error that the house raises on purpose, with ninja's signature."""
    assert isinstance(error, NaosoError)
    return JsonResponse(error.problem(), status=error.status, content_type=MEDIA_TYPE)
