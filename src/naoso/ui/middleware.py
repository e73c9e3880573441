"""Errors that the house raises on purpose become answers: a page for people, a problem for machines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import sync_only_middleware

from naoso.kernel.errors import NaosoError

Answer = Callable[[HttpRequest], Any]
PAGES = {400, 403, 404}


@sync_only_middleware
def problems(get_response: Answer) -> Answer:
    """RFC 9457 for htmx and for whoever does not ask for HTML; otherwise an error page.

    The innermost middleware, and sync on purpose: all that stand around it then run in one thread, one
    after the other. As coroutines each of Django's own would hop to a thread and back, twice a request.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        given: HttpResponseBase = get_response(request)
        return given

    answer.process_exception = problem_answer  # type: ignore[attr-defined]
    return answer


def problem_answer(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """None for any other exception: those are faults, and Django reports them."""
    if not isinstance(exception, NaosoError):
        return None
    wants_page = "text/html" in request.headers.get("Accept", "") and "HX-Request" not in request.headers
    if not wants_page:
        return JsonResponse(
            exception.problem(), status=exception.status, content_type="application/problem+json"
        )
    page = f"{exception.status}.html" if exception.status in PAGES else "ui/problem.html"
    return render(
        request, page, {"reason": str(exception), "status": exception.status}, status=exception.status
    )
