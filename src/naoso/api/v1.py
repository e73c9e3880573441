"""Version 1 of the machines' interface; its description is at /api/v1/openapi.json."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError

from naoso.api.messages import router as messages
from naoso.api.observations import router as observations
from naoso.api.problems import of_error, problem
from naoso.kernel.errors import FieldError, NaosoError
from naoso.kernel.modules import resolve
from naoso.ui.limits import TooMany

api = NinjaAPI(
    title="Não Số",
    version="1",
    description="What machines may ask and tell this centre.",
    urls_namespace="api-v1",
    docs_url=None,  # its viewer would load scripts from elsewhere
)
api.add_router("", observations)
api.add_router("", messages)
for module in settings.MODULES:
    if module.api:
        api.add_router(f"/{module.slug}", resolve(module.api))
api.add_exception_handler(NaosoError, of_error)


@api.exception_handler(TooMany)
def too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    """With the seconds to wait where clients look for them."""
    response = of_error(request, error)
    response["Retry-After"] = str(error.wait_s)
    return response


@api.exception_handler(ValidationError)
def misshapen(request: HttpRequest, error: ValidationError) -> HttpResponse:  # noqa: ARG001
    """A field that is missing or of the wrong kind, told as every other broken rule."""
    errors = []
    for one in error.errors:
        field = ".".join(str(part) for part in one["loc"][1:])
        errors.append(FieldError(field, one.get("input", ""), one["type"], one["msg"]).as_dict())
    return problem(422, "bad-input", "the request breaks a rule", errors=errors)


@api.exception_handler(Http404)
def unknown(request: HttpRequest, error: Http404) -> HttpResponse:  # noqa: ARG001
    """Nothing is there, or nothing that the asker may see."""
    return problem(404, "not-found", "nothing is there")


@api.exception_handler(AuthenticationError)
def not_authenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:  # noqa: ARG001
    """One answer for no credential, a wrong one and a disabled source."""
    words = "send the credential that /api/v1/openapi.json names for this address"
    response = problem(401, "unknown-token", words)
    response["WWW-Authenticate"] = 'Bearer realm="naoso"'
    return response
