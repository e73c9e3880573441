"""How the server speaks: JSON or XML by the address, errors as the standard lists them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt

from naoso.connectors.open311 import writing
from naoso.connectors.open311.types import Fault
from naoso.domains.citizen_reports.selectors.directory import desk
from naoso.kernel.errors import BadInput, NaosoError
from naoso.ui.limits import TooMany

View = Callable[..., HttpResponse]


class Refused(Exception):
    """The standard's error: an HTTP status and words, perhaps several."""

    def __init__(self, status: int, *words: str) -> None:
        super().__init__("; ".join(words))
        self.status = status
        self.faults = [Fault(status, word) for word in words]


def told(root: str, value: Any, form: str, status: int = 200) -> HttpResponse:
    """An answer that pages of other sites may read too: nothing here depends on who is signed in."""
    body, content_type = writing.encoded(root, value, form)
    headers = {"Access-Control-Allow-Origin": "*", "Vary": "Accept-Language"}
    return HttpResponse(body, status=status, content_type=content_type, headers=headers)


def spoken(*methods: str) -> Callable[[View], View]:
    """Open to machines, for these methods; whatever is raised is told in the form that was asked for."""

    def door(view: View) -> View:
        @csrf_exempt  # no cookie counts here: a key does
        @login_not_required
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, form: str, **kwargs: Any) -> HttpResponse:
            try:
                check_method(request, methods)
                check_jurisdiction(request)
                return view(request, *args, form=form, **kwargs)
            except Refused as error:
                answer = told("errors", writing.faults(error.faults), form, error.status)
                if error.status == 405:
                    answer["Allow"] = ", ".join(methods)
                return answer
            except (NaosoError, Http404, SuspiciousOperation, UnreadablePostError, MultiPartParserError) as e:
                status, words = in_their_words(e)
                answer = told("errors", writing.faults([Fault(status, word) for word in words]), form, status)
                if isinstance(e, TooMany):
                    answer["Retry-After"] = str(e.wait_s)
                return answer

        return answered

    return door


def in_their_words(error: Exception) -> tuple[int, list[str]]:
    """Each broken rule with its field; 400 is what the standard gives for bad input."""
    if isinstance(error, BadInput):
        return 400, [f"{one.field}: {one.message}" for one in error.errors]
    if isinstance(error, NaosoError):
        return error.status, [str(error)]
    if isinstance(error, Http404):
        return 404, ["not found"]
    return 400, ["the body of the request cannot be read"]


def check_method(request: HttpRequest, methods: tuple[str, ...]) -> None:
    """Raises Refused with 405."""
    if request.method not in methods:
        raise Refused(405, f"{request.method} is not allowed here")


def check_jurisdiction(request: HttpRequest) -> None:
    """The centre is one jurisdiction, so the parameter may be left out; another one is not known."""
    given = (request.GET.get("jurisdiction_id") or request.POST.get("jurisdiction_id") or "").strip()
    own = desk().jurisdiction
    if given and own and given.lower() != own.lower():
        raise Refused(404, "jurisdiction_id provided was not found")
